"""Say what was read of a project that is left out of the graph, so that nothing of its form is lost unsaid."""

from collections.abc import Iterable, Iterator

from jixiao.ingest.facts import Fact, number
from jixiao.ingest.rendition import Place
from jixiao.ontology import properties, reference, terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits

_PARTS = (terms.Goal, terms.Indicator, terms.Citation, terms.StatedBasis, terms.NarrativeSection, terms.CostItem)
_NOTHING, _YUAN = Bilingual("", ""), Bilingual(" 元", " yuan")


def _told(term: str, value: str, places: Iterable[Place], unit: Bilingual = _NOTHING) -> Bilingual:
    """Return in Chinese and English the label of `term` (an IRI), a value with its unit, and the first and last line.

    `places` are the places of the facts that the value was taken from.
    """
    lines = [place.line for place in places]
    first, last = min(lines, default=0), max(lines, default=0)
    shown = first if first == last else f"{first}–{last}"
    where = Bilingual(f"（第 {shown} 行）", f" (line {shown})") if lines else _NOTHING
    return Bilingual(
        f"{reference.labels()[term, 'zh']} {value}{unit.zh}{where.zh}",
        f"{reference.labels()[term, 'en']} {value}{unit.en}{where.en}",
    )


def contents(facts: Iterable[Fact], project: str) -> Bilingual:
    """Return a sentence with the bodies, amounts (yuan) and number of parts among a project's facts, with their lines.

    `project` is the IRI that the project has in these facts.
    """
    said = list(_said([fact for fact in facts if fact.value is not None], project))
    if not said:
        return Bilingual("没有读到其中别的内容。", "Nothing else of it was read.")
    return Bilingual(
        f"其中另读到：{'、'.join(each.zh for each in said)}。",
        f"What else was read of it: {', '.join(each.en for each in said)}.",
    )


def _said(facts: list[Fact], project: str) -> Iterator[Bilingual]:
    of_node = by_key((fact.subject, fact) for fact in facts)
    own = of_node.get(project, [])
    labels = {fact.subject: fact.value.value for fact in facts if fact.property == terms.RDFS_label and fact.value}
    for fact in own:
        if fact.property in properties.bodies() and fact.value is not None:
            yield _told(fact.property, labels.get(fact.value.value, ""), fact.places)
        elif fact.property in properties.amount_sources() and (value := number(fact)) is not None:
            yield _told(fact.property, digits(value, grouped=True), fact.places, _YUAN)
    for kind in _PARTS:
        link = properties.parts()[kind].property
        nodes = [fact.value.value for fact in own if fact.property == link and fact.value is not None]
        places = (place for node in nodes for fact in of_node.get(node, ()) for place in fact.places)
        if nodes:
            yield _told(kind, str(len(nodes)), places)
