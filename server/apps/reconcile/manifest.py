"""Describe the reconciliation service: its types, properties and addresses (Reconciliation API 0.2, section 3)."""

from collections.abc import Mapping
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.linked_data import kinds
from jixiao.server.linked_data.kinds import Kind
from jixiao.server.views.columns import Column
from jixiao.server.views.view_files import View

ADDRESS = "/reconcile"
TYPES: Mapping[str, Kind] = {name: kinds.BY_NAME[name] for name in ("org", "basis", "project")}
"""Types of things that names are matched with, by identifier."""

SUGGESTED = ("entity", "type", "property")
"""Suggestions that the service makes while a client types."""

BATCH = 20
"""Queries of one request."""
_VERSIONS = ("0.1", "0.2")
_PREVIEW = {"width": 420, "height": 220}


def manifest(base_iri: str, here: str) -> dict[str, Any]:
    """Write the manifest of the service at `here`, an absolute address without a final slash."""
    suggested = {name: {"service_url": here, "service_path": f"/suggest/{name}"} for name in SUGGESTED}
    return {
        "versions": list(_VERSIONS),
        "name": "绩效 jixiao",
        "identifierSpace": f"{base_iri}id/",
        "schemaSpace": "https://w3id.org/jixiao/ontology#",
        "documentation": f"{here.removesuffix(ADDRESS)}/help/reconcile",
        "defaultTypes": [entity_type(name) for name in TYPES],
        "view": {"url": f"{base_iri}id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", **_PREVIEW},
        "suggest": suggested,
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
        "batchSize": BATCH,
    }


def entity_type(name: str) -> dict[str, str]:
    """Write a type as `id` and `name`."""
    return {"id": name, "name": both(TYPES[name].one)}


def properties(view: View) -> list[Column]:
    """Return the columns of a type's list that are its properties: all but addresses, remarks and the name itself."""
    beside = {column.note for column in view.columns} | {column.link for column in view.columns}
    shown = [column for column in view.columns if column.name not in beside and column.type != "iri"]
    return [column for column in shown if column.name != name_column(view).name]


def name_column(view: View) -> Column:
    """Return the column of a list that names the thing of the row."""
    return next(column for column in view.columns if column.type == "text")


def described(column: Column) -> dict[str, str]:
    """Write a property as `id` and `name`."""
    return {"id": column.name, "name": f"{column.label['zh']} {column.label['en']}"}


def both(words: Bilingual) -> str:
    """Write words in both languages, since the protocol has one text for a name."""
    return f"{words.zh} {words.en}"
