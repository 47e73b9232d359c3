"""Describe values of controlled vocabularies as DCAT-AP requires.

The tables are those of the EU's Publications Office and of ADMS (DCAT-AP 3.0.1, section on controlled vocabularies).
Each value is described with its class, scheme and name, so that a description can be checked without the network.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.store.description.publisher import Words
from jixiao.store.description.statements import Statements, term, typed

_ADMS_LICENCES = Words(zh="ADMS 许可类型", en="ADMS licence types")
_SCHEMES: Mapping[str, Words] = {
    terms.EU_AUTHORITY + "access-right": Words(zh="访问权限", en="Access rights"),
    terms.EU_AUTHORITY + "country": Words(zh="国家与地区", en="Countries and territories"),
    terms.EU_AUTHORITY + "data-theme": Words(zh="数据主题", en="Data themes"),
    terms.EU_AUTHORITY + "file-type": Words(zh="文件类型", en="File types"),
    terms.EU_AUTHORITY + "frequency": Words(zh="更新频率", en="Frequencies"),
    terms.EU_AUTHORITY + "language": Words(zh="语言", en="Languages"),
    terms.EU_AUTHORITY + "planned-availability": Words(zh="可获得性", en="Planned availability"),
}
_FILE_TYPES = {
    "JSON": "JSON",
    "XML": "XML",
    "CSV": "CSV",
    "TSV": "TSV",
    "JSON_LD": "JSON-LD",
    "RDF_N_QUADS": "N-Quads",
    "RDF_N_TRIPLES": "N-Triples",
    "RDF_TRIG": "TriG",
    "RDF_TURTLE": "Turtle",
    "RDF_XML": "RDF/XML",
    "SPARQLQRES": "SPARQL Query Results",
}
_NAMES: Mapping[str, Words] = {
    "access-right/PUBLIC": Words(zh="公开", en="public"),
    "access-right/RESTRICTED": Words(zh="受限", en="restricted"),
    "access-right/NON_PUBLIC": Words(zh="不公开", en="non-public"),
    "data-theme/AGRI": Words(zh="农业、渔业、林业与食品", en="Agriculture, fisheries, forestry and food"),
    "data-theme/ECON": Words(zh="经济与金融", en="Economy and finance"),
    "data-theme/EDUC": Words(zh="教育、文化与体育", en="Education, culture and sport"),
    "data-theme/ENER": Words(zh="能源", en="Energy"),
    "data-theme/ENVI": Words(zh="环境", en="Environment"),
    "data-theme/GOVE": Words(zh="政府与公共部门", en="Government and public sector"),
    "data-theme/HEAL": Words(zh="健康", en="Health"),
    "data-theme/INTR": Words(zh="国际问题", en="International issues"),
    "data-theme/JUST": Words(zh="司法、法律制度与公共安全", en="Justice, legal system and public safety"),
    "data-theme/OP_DATPRO": Words(zh="临时数据", en="Provisional data"),
    "data-theme/REGI": Words(zh="地区与城市", en="Regions and cities"),
    "data-theme/SOCI": Words(zh="人口与社会", en="Population and society"),
    "data-theme/TECH": Words(zh="科学与技术", en="Science and technology"),
    "data-theme/TRAN": Words(zh="交通", en="Transport"),
    **{f"file-type/{code}": Words(zh=name, en=name) for code, name in _FILE_TYPES.items()},
    "frequency/ANNUAL": Words(zh="每年", en="annual"),
    "frequency/IRREG": Words(zh="不定期", en="irregular"),
    "language/ENG": Words(zh="英文", en="English"),
    "language/ZHO": Words(zh="中文", en="Chinese"),
    "planned-availability/AVAILABLE": Words(zh="可获得", en="available"),
}
LICENCES: Mapping[str, tuple[str, str]] = {
    "https://creativecommons.org/licenses/by/4.0/": ("CC BY 4.0", "Attribution"),
    "https://creativecommons.org/licenses/by-sa/4.0/": ("CC BY-SA 4.0", "ViralEffect-ShareAlike"),
    "https://creativecommons.org/licenses/by-nc/4.0/": ("CC BY-NC 4.0", "NonCommercialUseOnly"),
    "https://creativecommons.org/publicdomain/zero/1.0/": ("CC0 1.0", "PublicDomain"),
    "https://opendatacommons.org/licenses/by/1-0/": ("ODC-By 1.0", "Attribution"),
    "https://opendatacommons.org/licenses/odbl/1-0/": ("ODbL 1.0", "ViralEffect-ShareAlike"),
    "https://opendatacommons.org/licenses/pddl/1-0/": ("PDDL 1.0", "PublicDomain"),
}
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
