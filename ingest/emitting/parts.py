"""State the parts of projects and self-evaluations as facts.

Parts are goals, indicators, citations, bases, cost items, sections and inferences of projects; money, results, scores
and reasons of self-evaluations. Every part has exactly one jx:sourceLine; the ledger holds all of its places. A target
that an evaluation prints is a statement of the evaluation: nothing is stated of a project by it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pyoxigraph import NamedNode

from jixiao.ingest import facts as f
from jixiao.ingest.facts import Fact, Facts
from jixiao.ingest.model import (
    NOT_UNDERSTOOD,
    Amount,
    Citation,
    CostItem,
    Evaluated,
    Execution,
    Form,
    Indicator,
    Narrative,
    Printed,
    Section,
)
from jixiao.ingest.rendition import Place
from jixiao.ingest.resolve import Identified
from jixiao.ingest.roles import labels as roles
from jixiao.ingest.text.citations import malformed_numbers
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import Target
from jixiao.ontology import documents, schemes, terms
from jixiao.ontology.identity import Iris, digest, key, label
from jixiao.ontology.properties import amounts, funds, parts
from jixiao.ontology.reasons import Reason, is_doubted, reason
from jixiao.ontology.reference import labels

GOALS = {"overallGoal": terms.OverallGoal, "annualGoal": terms.AnnualGoal}


Holders = dict[str | int, str]
"""The IRIs of a project's goals, by local name, and of its sections, by index."""


def emit(facts: Facts, known: Identified, iris: Iris) -> Holders:
    """State the parts of the project `known`; return the IRIs of its goals (by local name) and sections (by index).

    Variants and inferences are stated later, by the functions below.
    """
    project, state = known.project, Parts(facts, known.iri, iris)
    holders = goals(facts, state, project.form)
    for indicator in project.form.indicators:
        node = state.part(terms.Indicator, (indicator.target_places or indicator.name.places)[0].line)
        indicator_row(facts, node, indicator)
        facts.state(node, {terms.levelWeight: f.decimal(indicator.share)}, indicator.levels)
        if indicator.adrift and indicator.levels:
            facts.add(node, terms.levelsFromAbove, f.true())
        if indicator.direction:
            facts.add(node, terms.direction, f.zh(label(indicator.direction.text)), indicator.direction.places)
    for citation in project.citations:
        _citation(facts, known.iri, state.part(terms.Citation, citation.places[0].line), citation, iris)
    for basis in project.stated_bases:
        node = state.part(terms.StatedBasis, basis.line)
        facts.add(node, terms.text, f.zh(basis.text.strip()), basis.places)
        for fault in malformed_numbers(basis.text):
            facts.add(node, terms.malformedNumber, f.plain(fault.printed), basis.places)
    story = project.narrative
    _costs(facts, state, story if story and story.cost_items else project.form)
    for at, section in enumerate(project.sections):
        in_a_row = section in project.form.sections and bool(section.text.parts)  # its heading may be a column's
        holders[at] = state.part(terms.NarrativeSection, section.text.line if in_a_row else section.heading.line)
        _section(facts, holders[at], section)
    for figure in project.figures:
        node = state.part(terms.Mention, figure.places[0].line, terms.StatedFigure)
        facts.add(node, terms.RDFS_label, f.zh(figure.label), figure.places)
        facts.add(node, terms.statedIn, f.iri(holders[figure.holder]))
        value(facts, node, figure.target, figure.places)
    kinds = ((project.calculations, ()), (project.sums, (terms.StatedSum,)))
    for single, narrower in ((single, narrower) for found, narrower in kinds for single in found):
        node = state.part(terms.Mention, single.places[0].line, terms.Calculation, *narrower)
        values = {
            terms.RDFS_label: f.zh(label(single.text)),
            terms.targetText: f.zh(single.text),
            terms.computedValue: f.decimal(single.computed),
            terms.printedResult: f.decimal(single.result),
            terms.roundedTo: f.decimal(single.step),
        }
        facts.state(node, values, single.places)
        if single.holder is not None:
            facts.add(node, terms.statedIn, f.iri(holders[single.holder]))
    return holders


def goals(facts: Facts, state: "Parts", form: Form) -> Holders:
    """State the goals of a form, and return their IRIs by local name."""
    holders: Holders = {}
    for name, kind in GOALS.items():
        if printed := form.goals.get(name):
            node = holders[name] = state.part(terms.Goal, printed.line, kind)
            facts.add(node, terms.text, f.zh(printed.text), printed.places)
    return holders


def flows(known: Identified, holders: Holders) -> Iterator[tuple[tuple[str, str], Flow]]:
    """Yield the lines of the texts of goals and sections, by node and property."""
    of_goals = known.project.form.goals.items()
    sections = ((at, section.text) for at, section in enumerate(known.project.sections) if section.text.parts)
    for at, printed in (*of_goals, *sections):
        if at in holders:
            yield (holders[at], terms.text), Flow.of(printed)


def variants(facts: Facts, known: Identified, iris: Iris, holders: Sequence[Holders], own: Holders) -> None:
    """State each clause of a project that is worded differently elsewhere in the file, as a part of the project.

    `own` has the IRIs of the project's goals and sections, and `holders` those of all projects in the order of the
    file, since the other wording may be in any of them.
    """
    state = Parts(facts, known.iri, iris)
    for single in known.project.variants:
        node = state.part(terms.Variant, single.places[0].line)
        project, holder = single.there
        facts.add(node, terms.text, f.zh(single.text), single.places)
        other = {
            terms.otherWording: f.zh(single.other),
            terms.statedIn: f.iri(own[single.holder]),
            terms.variesFrom: f.iri(holders[project][holder]),
        }
        facts.state(node, other)


def inferences(facts: Facts, projects: Iterable[str], iris: Iris) -> None:
    """State an inference, with its reason, for each inferred value of projects, of evaluations, and of their money.

    Equal reasons for one property of a project are stated once. A doubtful reading of a picture counts as a reason for
    any part of a project, and is stated once for each property and line.
    """
    found: dict[str, dict[tuple[str, Reason, int | None], Fact]] = {project: {} for project in projects}
    of_costs = tuple(parts()[kind].letter for kind in (terms.CostItem, terms.CostSubtotal, terms.Execution))
    for fact in facts.stated:
        project, _, part = fact.subject.partition("#")
        doubted = is_doubted(fact.why)
        belongs = doubted or not part or part.startswith(of_costs)
        if fact.why and fact.value is not None and fact.places and project in found and belongs:
            found[project].setdefault((fact.property, fact.why, fact.places[0].line if doubted else None), fact)
    kind = parts()[terms.Inference]
    for project, inferred in found.items():
        for number, ((about, why, _), fact) in enumerate(inferred.items(), 1):
            node = iris.part(project, kind.letter, number)
            facts.add(project, kind.property, f.iri(node))
            facts.line(node, fact.places[0].line)
            values = {
                terms.RDF_type: f.iri(terms.Inference),
                terms.RDFS_label: f.zh(labels().get((about, "zh"), about)),
                terms.inferredProperty: f.iri(about),
                terms.text: f.zh(str(why)),
            }
            facts.state(node, values)
            for code in why.codes:
                facts.add(node, terms.reasonCode, f.plain(code))


@dataclass
class Parts:
    """A writer of the parts of one project or evaluation; `counted` is the number of parts stated so far, by class."""

    facts: Facts
    project: str
    iris: Iris
    counted: Counter[str] = field(default_factory=Counter)

    def part(self, kind: str, line: int, *narrower: str) -> str:
        """State a part of the class `kind` that is printed at a line, and return its IRI.

        `narrower` are subclasses that the part belongs to as well.
        """
        self.counted[kind] += 1
        known = parts()[kind]
        node = self.iris.part(self.project, known.letter, self.counted[kind])
        self.facts.typed(node, kind, *narrower)
        self.facts.add(self.project, known.property, f.iri(node))
        self.facts.line(node, line)
        return node


def _section(facts: Facts, node: str, section: Section) -> None:
    printed = {terms.RDFS_label: f.zh(section.label), terms.printedOrdinal: f.integer(section.number)}
    facts.state(node, printed, (section.heading,))
    facts.add(node, terms.sectionKind, _kind_of_section(section.label))
    if section.text.parts:
        facts.add(node, terms.text, f.zh(Flow.of(section.text).text.strip()), section.text.places)
    else:
        facts.add(node, terms.leftBlank, f.iri(terms.text), (section.heading,))


def _kind_of_section(heading: str) -> NamedNode | None:
    """Return the concept of the section that a heading names in any of its wordings, or None."""
    concept = schemes.section_kind(roles.labels().sections.get(roles.bare(heading), heading))
    return f.iri(concept) if concept else None


def indicator_row(facts: Facts, node: str, indicator: Indicator) -> None:
    """State the name, levels, target and weight in a row of indicators."""
    facts.add(node, terms.RDFS_label, f.zh(label(indicator.name.text)), indicator.name.places)
    concept = schemes.indicator_type(indicator.level1, indicator.level2)
    levels = {
        terms.indicatorType: f.iri(concept) if concept else None,
        terms.printedLevel1: f.zh(indicator.level1 or None),
        terms.printedLevel2: f.zh(indicator.level2 or None),
    }
    facts.state(node, levels, indicator.levels)
    if indicator.target:
        value(facts, node, indicator.target, indicator.target_places)
    elif indicator.blank_target:
        why = NOT_UNDERSTOOD if indicator.target_unread else f.LEFT_BLANK
        facts.add(node, terms.targetText, None, (indicator.blank_target,), why)  # gives the finding a place
        facts.state(node, {terms.withheld: f.iri(terms.targetText) if indicator.target_unread else None})
    facts.state(node, {terms.weight: f.decimal(indicator.weight)}, indicator.weight_places)


def amount(facts: Facts, node: str, found: Amount) -> None:
    """State one amount of a form: for a blank cell only its place, and for a cell not understood the reason."""
    name = terms.JX + found.name
    stated = f.plain(found.value) if isinstance(found.value, str) else f.decimal(found.value)
    facts.add(node, name, stated, found.places, f.NO_VALUE if found.value is None and not found.why else found.why)
    if found.value is None and found.why:
        facts.add(node, terms.withheld, f.iri(name))


def precision(facts: Facts, node: str, found: Iterable[Amount]) -> None:
    """State the precision of the amounts of a form, taken from the most precise amount."""
    money = [(each.step, each.places) for each in found if each.step and isinstance(each.value, Decimal)]
    if money:
        step, places = min(money, key=lambda each: each[0])
        facts.add(node, terms.roundedTo, f.decimal(step), places)


def value(facts: Facts, node: str, found: Target, places: tuple[Place, ...], said: str = "target") -> None:
    """State a target or result as facts about `node`: text, operator, value, upper bound, unit and qualifier.

    `said` begins the names of these properties: "target", or "achieved" for a value reached.
    """
    values = {
        "Text": f.zh(found.text),
        "Operator": f.iri(terms.JX + found.operator) if found.operator else None,
        "Value": f.decimal(found.value),
        "Upper": f.decimal(found.upper),
        "Unit": f.plain(found.unit or None),
        "Qualifier": f.plain(found.qualifier or None),
    }
    facts.state(node, {f"{terms.JX}{said}{part}": each for part, each in values.items()}, places)


def _citation(facts: Facts, project: str, node: str, citation: Citation, iris: Iris) -> None:
    """State a citation, and the legal basis that it cites."""
    places, number = citation.places, citation.number
    title = label(citation.title or "")
    basis = iris.basis(number, citation.title)
    facts.add(project, terms.cites, f.iri(basis), places)
    facts.add(node, terms.inSection, f.zh(citation.section))
    facts.add(node, terms.sectionKind, _kind_of_section(citation.section))
    printed = {
        terms.citedBasis: f.iri(basis),
        terms.printedTitle: f.zh(citation.title or None),
        terms.printedNumber: f.plain(citation.printed_number or None),
        terms.malformedNumber: f.plain(citation.malformed or None),
    }
    facts.state(node, printed, places)
    if citation.title and key(citation.title):
        facts.add(basis, terms.DCTERMS_title, f.zh(title), places)
    named = {
        terms.RDF_type: f.iri(terms.LegalBasis),
        terms.RDFS_label: f.zh(number.canonical if number else title),
        terms.documentNumber: f.plain(number.canonical if number else None),
        terms.issuerCode: f.plain(number.code if number else None),
        terms.serialNumber: f.plain(number.serial if number else None),
        terms.numberYear: f.integer(number.year if number else None),
        terms.documentKind: f.iri(documents.kind(number, citation.title)),
    }
    facts.state(basis, named)
    for name in documents.issuers(number, citation.title):
        issuer = iris.issuer(name)
        facts.add(basis, terms.issuer, f.iri(issuer))
        facts.state(issuer, {terms.RDF_type: f.iri(terms.Issuer), terms.RDFS_label: f.zh(name)})


def _costs(facts: Facts, state: "Parts", story: Narrative | Form) -> None:
    """State the cost items of a narrative or form and their totals."""
    nodes = [state.part(terms.CostItem, item.places[0].line) for item in story.cost_items]
    for node, item in zip(nodes, story.cost_items, strict=True):
        _cost_item(facts, node, item)
    for total in story.subtotals:
        node = state.part(terms.CostSubtotal, total.places[0].line)
        printed = {terms.RDFS_label: f.zh(total.label), terms.printedOrdinal: f.integer(total.number)}
        facts.state(node, {**printed, terms.roundedTo: f.decimal(total.step)}, total.places)
        facts.add(node, terms.itemAmount, f.decimal(total.amount), total.places, total.why)
        facts.add(node, terms.itemGroup, f.integer(total.group))
        for at in total.items:
            facts.add(node, terms.sumsItem, f.iri(nodes[at]))


def _cost_item(facts: Facts, node: str, item: CostItem) -> None:
    money = {
        terms.itemUnitPrice: f.decimal(item.unit_price),
        terms.itemAmount: f.decimal(item.amount),
    }
    printed = {
        terms.itemQuantity: f.decimal(item.quantity),
        terms.itemTimes: f.decimal(item.times),
        terms.roundedTo: f.decimal(item.step),
        terms.itemUnit: f.plain(item.unit or None),
        terms.printedOrdinal: f.integer(item.number),
    }
    facts.add(node, terms.RDFS_label, f.zh(item.label), item.places)
    facts.state(node, money, item.places, item.why)
    facts.state(node, printed, item.places)
    facts.add(node, terms.itemGroup, f.integer(item.group))


_MONEY = frozenset({terms.initialBudget, terms.adjustedBudget, terms.executed, terms.received})
_FIGURES = _MONEY | {terms.totalScore, terms.executionScore, terms.score, terms.achievedValue, terms.achievedUpper}
_NEAR = 1
"""Most that a rate without a per cent sign may differ from spent over budget, in per cent, if it is to mean that."""


def emit_evaluation(facts: Facts, known: Identified, told: Evaluated, iris: Iris) -> Holders:
    """State the facts of a self-evaluation: its goals, money, scores, grade and results. Return the IRIs of its goals.

    `known` identifies the evaluation, `told` has the printed values. The row of total money is stated about the
    evaluation itself; each other row of money becomes a part of the evaluation. A total of nothing that its parts
    contradict is not stated.
    """
    node, form = known.iri, known.project.form
    state = Parts(facts, node, iris)
    holders = goals(facts, state, form)
    total = next((row for row in told.executions if row.is_total), None)
    for row in told.executions:
        if row is total:
            execution(facts, node, _agreeing(row, told.executions))
        elif places := (*(row.label.places if row.label else ()), *(each.places[0] for each in row.amounts)):
            part = state.part(terms.Execution, places[0].line)
            if row.label:
                fund = funds().get(f"{terms.JX}{row.fund}")
                named = {terms.RDFS_label: f.zh(label(row.label.text)), terms.ofFund: f.iri(fund) if fund else None}
                facts.state(part, named, row.label.places)
            execution(facts, part, row)
    facts.state(node, {terms.totalScore: f.decimal(told.total_score)}, told.total_score_places)
    for name, printed in ((terms.doneText, told.done), (terms.grade, told.grade), (terms.reasonText, told.reason)):
        _words(facts, node, name, printed)
    for indicator in form.indicators:
        line = (indicator.target_places or indicator.name.places)[0].line
        _result(facts, state.part(terms.Result, line), indicator)
    return holders


def _agreeing(total: Execution, rows: Sequence[Execution]) -> Execution:
    """Return a row of totals that its parts do not contradict.

    A total of nothing is taken as the one part that is something; it is withheld if several parts are.
    """

    def agreeing(amount: Amount) -> Amount:
        parts = (part for row in rows for part in row.amounts if part.name == amount.name)
        somethings = [part for part in parts if isinstance(part.value, Decimal) and part.value]
        if amount.value != 0 or not somethings:
            return amount
        if len(somethings) > 1:
            return replace(amount, value=None, why=reason("nothing-of-parts"))
        [part] = somethings
        return replace(amount, value=part.value, step=part.step, why=reason("nothing-but-one-part"))

    return replace(total, amounts=tuple(map(agreeing, total.amounts)))


def execution(facts: Facts, node: str, row: Execution) -> None:
    """State one row of money of the evaluation or part `node`: its amounts, their precision, the rate and its score."""
    for each in row.amounts:
        amount(facts, node, each)
    precision(facts, node, row.amounts)
    _words(facts, node, terms.executionRateText, row.rate)
    if row.rate:
        facts.state(node, {terms.executionRate: f.decimal(rate(row))}, row.rate.places)
    scores = {terms.executionWeight: f.decimal(row.weight), terms.executionScore: f.decimal(row.score)}
    facts.state(node, scores, row.score_places)


def rate(row: Execution) -> Decimal | None:
    """Return the printed rate of a row of money in per cent, or None if it is not clear.

    A rate without a per cent sign (100.00, 0.88) is per cent or a share of 1, whichever agrees with the money spent.
    """
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)(%?)", "".join(folded(row.rate.text).split())) if row.rate else None
    if found is None:
        return None
    printed = Decimal(found[1])
    if found[2]:
        return printed
    money = {each.name: each.value for each in row.amounts if isinstance(each.value, Decimal)}
    spent, budget = money.get("executed"), money.get("adjustedBudget", money.get("initialBudget"))
    if spent is None or not budget:
        return None
    meant = [each for each in (printed, printed * 100) if abs(each - spent / budget * 100) <= _NEAR]
    return meant[0] if len({*meant}) == 1 else None


def counterpart(name: str) -> str:
    """Return the local name that evaluations use for a property of projects.

    It is "hasResult" for "hasIndicator", "executed" for most amounts, and otherwise the unchanged name.
    """
    if name == "hasIndicator":
        return "hasResult"
    return "executed" if terms.JX + name in amounts() - _MONEY else name


def figures(facts: Facts, node: str) -> str:
    """Return a digest of the figures that an evaluation states, equal for prints that differ in words alone."""
    of_it = (fact for fact in facts.stated if fact.subject.partition("#")[0] == node and fact.property in _FIGURES)
    return digest("\n".join(sorted(f"{fact.property} {fact.value}" for fact in of_it)))


def _result(facts: Facts, node: str, indicator: Indicator) -> None:
    indicator_row(facts, node, indicator)
    if result := indicator.result:
        if result.achieved:
            value(facts, node, result.achieved, result.achieved_places, "achieved")
        facts.state(node, {terms.score: f.decimal(result.score)}, result.score_places)
        _words(facts, node, terms.reasonText, result.reason)
        if result.blank_reason and (result.score or 0) < (indicator.weight or 0):
            facts.add(node, terms.leftBlank, f.iri(terms.reasonText), (result.blank_reason,))
        for name, read in ((terms.targetText, indicator.target), (terms.achievedText, result.achieved)):
            if result.unread and not read:
                facts.add(node, name, None, indicator.name.places, NOT_UNDERSTOOD)
                facts.add(node, terms.withheld, f.iri(name))


def _words(facts: Facts, node: str, name: str, printed: Printed | None) -> None:
    if printed:
        facts.add(node, name, f.zh(printed.text), printed.places)
