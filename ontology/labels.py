"""Labels of properties, classes and concepts in both languages, as pages and reports show them."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import triples
from jixiao.ontology.text.bilingual import Bilingual

OTHERS = {
    terms.RDF_type: Bilingual("类型", "Type"),
    terms.RDFS_label: Bilingual("名称", "Name"),
    terms.SKOS_altLabel: Bilingual("其他写法", "Also printed as"),
    terms.DCTERMS_title: Bilingual("标题", "Title"),
    terms.DCTERMS_format: Bilingual("格式", "Format"),
    terms.DCTERMS_extent: Bilingual("大小", "Size"),
    terms.DCTERMS_date: Bilingual("日期", "Date"),
    terms.DCTERMS_isReplacedBy: Bilingual("更名为", "Renamed to"),
    terms.DCTERMS_isVersionOf: Bilingual("历年同一项目", "Same project over the years"),
    terms.OWL_sameAs: Bilingual("同", "Same as"),
    terms.PROV_wasDerivedFrom: Bilingual("来源", "Source"),
    terms.PROV_wasRevisionOf: Bilingual("取代", "Replaces"),
}
"""Labels of terms of other vocabularies."""

_NAMING = (NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_prefLabel))


class Labels:
    """Labels by IRI, read when an instance is made."""

    def __init__(self) -> None:
        self._zh = {iri: label.zh for iri, label in OTHERS.items()} | _stated("zh")
        self._en = {iri: label.en for iri, label in OTHERS.items()} | _stated("en")

    def zh(self, iri: str) -> str | None:
        """Return the Chinese label, or None if the ontology has none."""
        return self._zh.get(iri)

    def en(self, iri: str) -> str | None:
        """Return the English label, or None if the ontology has none."""
        return self._en.get(iri)


def _stated(language: str) -> dict[str, str]:
    return {
        triple.subject.value: triple.object.value
        for triple in triples()
        if triple.predicate in _NAMING
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, Literal)
        and triple.object.language == language
    }
