"""Say what was read of a project that is left out of the graph, so that nothing of its form is lost unsaid."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from jixiao.ingest.facts import Fact, number
from jixiao.ontology import properties, reference, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.ontology.text.decimals import digits

_PARTS = (terms.Goal, terms.Indicator, terms.Citation, terms.StatedBasis, terms.NarrativeSection, terms.CostItem)
_YUAN, _LINE = Bilingual(" 元", " yuan"), Bilingual("（第 {} 行）", " (line {})")


class _Said(NamedTuple):
    """One thing that was read: its term (IRI), its value in words, and the lines of its facts."""

    term: str
    value: str
    lines: tuple[int, ...]
    unit: Bilingual = Bilingual("", "")

    def told(self, language: str) -> str:
        """Return the thing in a language, with its first and last line."""
        first, last = min(self.lines, default=0), max(self.lines, default=0)
        where = in_language(_LINE, language).format(first if first == last else f"{first}–{last}") if first else ""
        return f"{reference.labels()[self.term, language]} {self.value}{in_language(self.unit, language)}{where}"


def contents(facts: Iterable[Fact], project: str) -> Bilingual:
    """Return a sentence with the bodies, amounts (yuan) and number of parts among a project's facts, with their lines.

    `project` is the IRI that the project has in these facts.
    """
    said = list(_said([fact for fact in facts if fact.value is not None], project))
    if not said:
        return Bilingual("没有读到其中别的内容。", "Nothing else of it was read.")
    return Bilingual(
        f"其中另读到：{'、'.join(each.told('zh') for each in said)}。",
        f"What else was read of it: {', '.join(each.told('en') for each in said)}.",
    )


def _said(facts: list[Fact], project: str) -> Iterator[_Said]:
    of_node = by_key((fact.subject, fact) for fact in facts)
    own = of_node.get(project, [])
    labels = {fact.subject: fact.value.value for fact in facts if fact.property == terms.RDFS_label and fact.value}
    for fact in own:
        lines = tuple(place.line for place in fact.places)
        if fact.property in properties.bodies() and fact.value is not None:
            yield _Said(fact.property, labels.get(fact.value.value, ""), lines)
        elif fact.property in properties.amount_sources() and (value := number(fact)) is not None:
            yield _Said(fact.property, digits(value, grouped=True), lines, _YUAN)
    for kind in _PARTS:
        link = properties.parts()[kind].property
        nodes = [fact.value.value for fact in own if fact.property == link and fact.value is not None]
        places = (place for node in nodes for fact in of_node.get(node, ()) for place in fact.places)
        if nodes:
            yield _Said(kind, str(len(nodes)), tuple(place.line for place in places))
