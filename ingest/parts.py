"""The parts of a project -> facts: goals, indicators, citations, stated bases, cost items, sections, inferences.

Every part has exactly one jx:sourceLine; all of its places are in the ledger.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

from jixiao.ingest import facts as f
from jixiao.ingest.facts import Facts
from jixiao.ingest.flow import Flow
from jixiao.ingest.model import Citation, CostItem, Indicator, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Identified
from jixiao.ontology import schemes, terms
from jixiao.ontology.identity import Iris, key, label, title
from jixiao.ontology.labels import Labels

_GOALS = {"overallGoal": terms.OverallGoal, "annualGoal": terms.AnnualGoal}
_LINKS = {
    "g": terms.hasGoal,
    "i": terms.hasIndicator,
    "c": terms.hasCitation,
    "b": terms.hasStatedBasis,
    "k": terms.hasCostItem,
    "s": terms.hasSection,
    "n": terms.hasInference,
}


def emit(facts: Facts, known: Identified, iris: Iris, since: int) -> None:
    """State every part of a project; `since` is how many facts stood before the first of its own."""
    project, state = known.project, _Parts(facts, known.iri, iris)
    goals = [(kind, project.form.goals[name]) for name, kind in _GOALS.items() if name in project.form.goals]
    for kind, printed in goals:
        node = state.part("g", printed.line, terms.Goal, kind)
        facts.add(node, terms.text, f.zh(printed.text), printed.places)
    for indicator in project.form.indicators:
        line = (indicator.target_places or indicator.name.places)[0].line
        _indicator(facts, state.part("i", line, terms.Indicator), indicator)
    for citation in project.citations:
        _citation(facts, known.iri, state.part("c", citation.places[0].line, terms.Citation), citation, iris)
    for basis in project.stated_bases:
        node = state.part("b", basis.line, terms.StatedBasis)
        facts.add(node, terms.text, f.zh(basis.text.strip()), basis.places)
    if project.narrative:
        for item in project.narrative.cost_items:
            _cost_item(facts, state.part("k", item.places[0].line, terms.CostItem), item)
    for section in project.sections:
        _section(facts, state.part("s", section.heading.line, terms.NarrativeSection), section)
    _inferences(facts, state, since)


def _inferences(facts: Facts, state: "_Parts", since: int) -> None:
    """State which values of the project and of its cost items were inferred: one statement a property and reason."""
    found: dict[tuple[str, str], int] = {}
    for fact in facts.stated[since:]:
        of_project = fact.subject == state.project or fact.subject.startswith(f"{state.project}#k")
        if of_project and fact.why and fact.value is not None and fact.places:
            found.setdefault((fact.property, fact.why), fact.places[0].line)
    for (name, why), line in found.items():
        node = state.part("n", line, terms.Inference)
        facts.add(node, terms.RDFS_label, f.zh(_labels().zh(name) or name))
        facts.add(node, terms.inferredProperty, f.iri(name))
        facts.add(node, terms.text, f.zh(why))


@cache
def _labels() -> Labels:
    return Labels()


@dataclass
class _Parts:
    """Numbers the parts of one project, kind by kind, and links them to it."""

    facts: Facts
    project: str
    iris: Iris
    counted: Counter[str] = field(default_factory=Counter)

    def part(self, letter: str, line: int, *classes: str) -> str:
        """State a part that stands on a line of the rendition; gives its IRI."""
        self.counted[letter] += 1
        node = self.iris.part(self.project, letter, self.counted[letter])
        self.facts.typed(node, *classes)
        self.facts.add(self.project, _LINKS[letter], f.iri(node))
        self.facts.line(node, line)
        return node


def _section(facts: Facts, node: str, section: Section) -> None:
    facts.add(node, terms.RDFS_label, f.zh(section.label), (section.heading,))
    if section.text.parts:
        facts.add(node, terms.text, f.zh(Flow.of(section.text).text.strip()), section.text.places)


def _indicator(facts: Facts, node: str, indicator: Indicator) -> None:
    facts.add(node, terms.RDFS_label, f.zh(label(indicator.name.text)), indicator.name.places)
    concept = schemes.indicator_type(indicator.level1, indicator.level2)
    if concept:
        facts.add(node, terms.indicatorType, f.iri(concept), indicator.levels)
    if indicator.level1:
        facts.add(node, terms.printedLevel1, f.zh(indicator.level1), indicator.levels)
    if indicator.level2:
        facts.add(node, terms.printedLevel2, f.zh(indicator.level2), indicator.levels)
    if target := indicator.target:
        places = indicator.target_places
        facts.add(node, terms.targetText, f.zh(target.text), places)
        if target.operator:
            facts.add(node, terms.targetOperator, f.iri(terms.JX + target.operator), places)
        for name, number in ((terms.targetValue, target.value), (terms.targetUpper, target.upper)):
            if number is not None:
                facts.add(node, name, f.decimal(number), places)
        for name, words in ((terms.targetUnit, target.unit), (terms.targetQualifier, target.qualifier)):
            if words:
                facts.add(node, name, f.plain(words), places)


def _citation(facts: Facts, project: str, node: str, citation: Citation, iris: Iris) -> None:
    places = citation.places
    basis = iris.basis(citation.number, citation.title)
    facts.add(node, terms.citedBasis, f.iri(basis), places)
    facts.add(project, terms.cites, f.iri(basis), places)
    facts.add(node, terms.inSection, f.zh(citation.section))
    if citation.title:
        facts.add(node, terms.printedTitle, f.zh(citation.title), places)
    if citation.printed_number:
        facts.add(node, terms.printedNumber, f.plain(citation.printed_number), places)
    _basis(facts, basis, citation, places)


def _basis(facts: Facts, node: str, citation: Citation, places: tuple[Place, ...]) -> None:
    facts.typed(node, terms.LegalBasis)
    if citation.title and key(citation.title):
        facts.add(node, terms.DCTERMS_title, f.zh(title(citation.title)), places)
    number = citation.number
    if number is None:
        facts.add(node, terms.RDFS_label, f.zh(label(citation.title or "")))
        return
    facts.add(node, terms.RDFS_label, f.zh(number.canonical))
    facts.add(node, terms.documentNumber, f.plain(number.canonical))
    facts.add(node, terms.issuerCode, f.plain(number.code))
    facts.add(node, terms.serialNumber, f.plain(number.serial))
    if number.year is not None:
        facts.add(node, terms.numberYear, f.integer(number.year))


def _cost_item(facts: Facts, node: str, item: CostItem) -> None:
    facts.add(node, terms.RDFS_label, f.zh(item.label), item.places)
    for name, number in (
        (terms.itemQuantity, item.quantity),
        (terms.itemUnitPrice, item.unit_price),
        (terms.itemAmount, item.amount),
    ):
        if number is not None:
            facts.add(node, name, f.decimal(number), item.places, item.why)
