"""IRIs of the project's terms, and of those of other vocabularies: `terms.Project`, `terms.RDF_type`.

The Turtle files beside this module define the project's own terms. Terms of others are named with their prefix, and a
prefix alone (`terms.RDF`) is its namespace. Tests check that the other vocabularies have the terms.
"""

import re
from pathlib import Path

PROJECT_HOME = "https://w3id.org/jixiao/"
ONTOLOGY = PROJECT_HOME + "ontology"
SHAPES = PROJECT_HOME + "shapes"
JX = ONTOLOGY + "#"
VOCAB = PROJECT_HOME + "vocab/"

ADMS = "http://www.w3.org/ns/adms#"
DCATAP = "http://data.europa.eu/r5r/"
VANN = "http://purl.org/vocab/vann/"
DQV = "http://www.w3.org/ns/dqv#"
SD = "http://www.w3.org/ns/sparql-service-description#"
SPDX = "http://spdx.org/rdf/terms#"
VCARD = "http://www.w3.org/2006/vcard/ns#"

FORMATS = "http://www.w3.org/ns/formats/"
EU_AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LICENCE_TYPES = "http://purl.org/adms/licencetype/"

PREFIXES: dict[str, str] = {
    "jx": JX,
    "jxi": VOCAB + "indicator-type/",
    "jxf": VOCAB + "fund/",
    "jxp": VOCAB + "amount-period/",
    "jxl": VOCAB + "place-level/",
    "jxc": VOCAB + "project-category/",
    "jxe": VOCAB + "function/",
    "jxn": VOCAB + "project-nature/",
    "jxm": VOCAB + "setting/",
    "jxr": VOCAB + "reading-status/",
    "jxd": VOCAB + "funding-decision/",
    "jxk": VOCAB + "document-kind/",
    "jxh": VOCAB + "section-kind/",
    "jxs": SHAPES + "#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

readWhole = VOCAB + "reading-status/whole"
readPartial = VOCAB + "reading-status/partial"

_OWN = frozenset(
    name
    for path in Path(__file__).parent.glob("*.ttl")
    for name in re.findall(r"^jx:(\w+) a ", path.read_text(encoding="utf-8"), re.MULTILINE)
)
_NAMESPACES = {prefix.upper(): namespace for prefix, namespace in PREFIXES.items()}


def expanded(name: str) -> str:
    """Return the IRI of a prefixed name, such as jx:Project. Raises KeyError for an unknown prefix."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def __getattr__(name: str) -> str:
    """Return the IRI of a term or namespace by its name in Python.

    Raises AttributeError if no Turtle file of the ontology defines the term and its prefix is unknown.
    """
    namespace, _, local = ("JX", "", name) if name in _OWN else name.partition("_")
    if namespace not in _NAMESPACES:
        raise AttributeError(f"no term {name}", name=name, obj=__name__)
    iri = globals()[name] = _NAMESPACES[namespace] + local
    return iri
