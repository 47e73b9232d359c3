"""Describe values of controlled vocabularies as DCAT-AP requires.

The tables are those of the EU's Publications Office and of ADMS (DCAT-AP 3.0.1, section on controlled vocabularies).
Each value is described with its class, scheme and name, so that a description can be checked without the network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store.description.publisher import Words
from jixiao.store.description.statements import Statements, term, typed

_ADMS_LICENCES = Words(zh="ADMS 许可类型", en="ADMS licence types")
_VALUES = tomllib.loads(Path(__file__).with_name("authorities.toml").read_text(encoding="utf-8"))
_SCHEMES = {terms.EU_AUTHORITY + table: Words(**names["scheme"]) for table, names in _VALUES["table"].items()}
_NAMES = {
    f"{table}/{code}": Words(**name)
    for table, names in _VALUES["table"].items()
    for code, name in names.items()
    if code != "scheme"
}
LICENCES: Mapping[str, tuple[str, str]] = {iri: (name, kind) for iri, (name, kind) in _VALUES["licence"].items()}
"""Short names of well-known licences and their licence types in ADMS."""


def eu(table: str, code: str) -> str:
    """Return the IRI of a value in one of the Publications Office's tables."""
    return f"{terms.EU_AUTHORITY}{table}/{code}"


def value(said: Statements, iri: str, *classes: str, name: Words | None = None) -> NamedNode:
    """Describe a value with its classes (prefixed names) and, as far as known, its scheme and name; return its node."""
    scheme = iri.rpartition("/")[0]
    known = name or _NAMES.get(iri.removeprefix(terms.EU_AUTHORITY))
    if scheme in _SCHEMES and known is None:
        known = Words(zh=iri.rpartition("/")[2], en=iri.rpartition("/")[2])
    said.about(
        NamedNode(iri),
        {
            "a": [term(each) for each in (*classes, *(["skos:Concept"] if scheme in _SCHEMES else []))],
            "skos:prefLabel" if scheme in _SCHEMES else "rdfs:label": known,
            "skos:inScheme": _scheme(said, scheme, _SCHEMES[scheme]) if scheme in _SCHEMES else None,
        },
    )
    return NamedNode(iri)


def themes(said: Statements) -> NamedNode:
    """Describe the scheme of data themes; return its node."""
    scheme = terms.EU_AUTHORITY + "data-theme"
    return _scheme(said, scheme, _SCHEMES[scheme])


def licence(said: Statements, iri: str) -> NamedNode:
    """Describe a licence, with name and type if it is well known; return its node."""
    document = said.about(NamedNode(iri), {"a": term("dcterms:LicenseDocument")})
    if iri in LICENCES:
        title, kind = LICENCES[iri]
        of_kind = said.about(
            NamedNode(terms.LICENCE_TYPES + kind),
            {
                "a": term("skos:Concept"),
                "skos:prefLabel": Words(zh=kind, en=kind),
                "skos:inScheme": _scheme(said, f"{terms.LICENCE_TYPES}1.0", _ADMS_LICENCES),
            },
        )
        said.about(document, {"dcterms:title": title, "dcterms:type": of_kind})
    return document


def media_type(said: Statements, name: str) -> NamedNode:
    """Describe a media type by its IANA page; return its node."""
    return said.about(NamedNode(terms.MEDIA_TYPES + name), {"a": term("dcterms:MediaType")})


def sha256(said: Statements, node: NamedNode, hexadecimal: str) -> NamedNode:
    """Describe a SHA-256 checksum at a node; return the node.

    DCAT-AP's rules require the algorithm's IRI with https, while SPDX writes http: the two are linked by owl:sameAs.
    """
    http = f"{terms.SPDX}checksumAlgorithm_sha256"
    algorithm = said.about(
        NamedNode(http.replace("http:", "https:", 1)),
        {"a": term("spdx:ChecksumAlgorithm"), "owl:sameAs": NamedNode(http)},
    )
    digest = typed(hexadecimal, "xsd:hexBinary")
    return said.about(node, {"a": term("spdx:Checksum"), "spdx:algorithm": algorithm, "spdx:checksumValue": digest})


def _scheme(said: Statements, iri: str, title: Words) -> NamedNode:
    return said.about(NamedNode(iri), {"a": term("skos:ConceptScheme"), "dcterms:title": title})
