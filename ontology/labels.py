"""Chinese labels of properties, classes and concepts, as pages and reports show them."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import triples

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
"""Labels of terms of other vocabularies."""

_NAMING = (NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_prefLabel))


class Labels:
    """Labels by IRI, read when an instance is made."""

    def __init__(self) -> None:
        self._zh = _OTHERS | {
            triple.subject.value: triple.object.value
            for triple in triples()
            if triple.predicate in _NAMING
            and isinstance(triple.subject, NamedNode)
            and isinstance(triple.object, Literal)
            and triple.object.language == "zh"
        }

    def zh(self, iri: str) -> str | None:
        """Return the Chinese label, or None if the ontology has none."""
        return self._zh.get(iri)
