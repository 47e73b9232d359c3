"""Describe the reconciliation service: its types, properties and addresses (Reconciliation API 0.2, section 3)."""

from collections.abc import Mapping
from typing import Any

from jixiao.server.linked_data.kinds import BY_NAME, Kind
from jixiao.server.views import answers, view_files

ADDRESS = "/reconcile"
TYPES: Mapping[str, Kind] = {name: BY_NAME[name] for name in ("org", "basis", "project")}
"""Types of things that names can be matched with, by the type's identifier."""

BATCH = 20
"""Most queries in one request; clients learn it from the manifest."""


def manifest(base_iri: str, here: str) -> dict[str, Any]:
    """Return the manifest of the service at `here`, an absolute address without a final slash."""
    return {
        "versions": ["0.1", "0.2"],
        "name": "绩效 jixiao",
        "identifierSpace": f"{base_iri}id/",
        "schemaSpace": "https://w3id.org/jixiao/ontology#",
        "documentation": f"{here.removesuffix(ADDRESS)}/help/reconcile",
        "defaultTypes": [entity_type(name) for name in TYPES],
        "view": {"url": f"{base_iri}id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            name: {"service_url": here, "service_path": f"/suggest/{name}"} for name in ("entity", "type", "property")
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
        "batchSize": BATCH,
    }


def entity_type(name: str) -> dict[str, str]:
    """Return a type as `id` and `name`; the name is in both languages, since the protocol has one text for it."""
    return {"id": name, "name": f"{TYPES[name].one.zh} {TYPES[name].one.en}"}


def properties(view: view_files.View) -> list[answers.Column]:
    """Return the columns of a type's list that clients may add: all but the name, IRIs, notes and link targets."""
    name = next(column.name for column in view.columns if column.type == "text")
    others = {name}.union(*((column.note, column.link) for column in view.columns))
    return [column for column in view.columns if column.name not in others and column.type != "iri"]


def described(column: answers.Column) -> dict[str, str]:
    """Return a property as `id` and `name`, in both languages."""
    return {"id": column.name, "name": f"{column.label['zh']} {column.label['en']}"}
