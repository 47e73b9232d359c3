"""The ontology's Turtle comes in, Chinese labels of its terms go out: what a page calls a property or a concept."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ontology import terms, turtle_files

_OTHERS = {
    terms.RDF_type: "类型",
    terms.RDFS_label: "名称",
    terms.SKOS_altLabel: "其他写法",
    terms.DCTERMS_title: "标题",
    terms.DCTERMS_format: "格式",
    terms.DCTERMS_extent: "大小",
    terms.DCTERMS_date: "日期",
    terms.DCTERMS_isReplacedBy: "更名为",
    terms.DCTERMS_isVersionOf: "历年同一项目",
    terms.OWL_sameAs: "同",
    terms.PROV_wasDerivedFrom: "来源",
    terms.PROV_wasRevisionOf: "取代",
}
"""What others' terms are called here."""

_NAMING = (NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_prefLabel))


class Labels:
    """Labels by IRI, read once."""

    def __init__(self) -> None:
        self._zh = _OTHERS | {
            triple.subject.value: triple.object.value
            for path in turtle_files()
            for triple in parse(path=str(path), format=RdfFormat.TURTLE)
            if triple.predicate in _NAMING
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, Literal)
            and triple.object.language == "zh"
        }

    def zh(self, iri: str) -> str | None:
        """The Chinese label, None where the ontology has none."""
        return self._zh.get(iri)
