"""Labels of properties, classes and concepts in both languages, as pages and reports show them."""

from __future__ import annotations

from pyoxigraph import Literal

from jixiao.ontology import terms
from jixiao.ontology.reference import facts
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


class Labels:
    """Labels by IRI, read when an instance is made."""

    def __init__(self) -> None:
        self._texts = {(iri, "zh"): label.zh for iri, label in OTHERS.items()}
        self._texts |= {(iri, "en"): label.en for iri, label in OTHERS.items()}
        for node in facts():
            for label in facts().values(node, terms.RDFS_label, terms.SKOS_prefLabel):
                if isinstance(label, Literal):
                    self._texts[node.value, label.language or ""] = label.value

    def zh(self, iri: str) -> str | None:
        """Return the Chinese label, or None if the ontology has none."""
        return self._texts.get((iri, "zh"))

    def en(self, iri: str) -> str | None:
        """Return the English label, or None if the ontology has none."""
        return self._texts.get((iri, "en"))
