"""State the parts of a self-evaluation as facts: its money, goals, results, scores and reasons.

A target that an evaluation prints is a statement of the evaluation: nothing here is stated of a project.
"""

import re
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.emitting import parts
from jixiao.ingest.facts import Facts
from jixiao.ingest.model import Evaluated, Execution, Indicator, Printed
from jixiao.ingest.resolve import Identified
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris, digest, label
from jixiao.ontology.properties import amounts

_RATE = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)(%?)")
_MONEY = frozenset({terms.initialBudget, terms.adjustedBudget, terms.executed, terms.received})
_FIGURES = _MONEY | {terms.totalScore, terms.executionScore, terms.score, terms.achievedValue, terms.achievedUpper}
_NEAR = 1
"""Most that a rate without a per cent sign may differ from spent over budget, in per cent, if it is to mean that."""


def emit(facts: Facts, known: Identified, told: Evaluated, iris: Iris) -> parts.Holders:
    """State the facts of a self-evaluation: its goals, money, scores, grade and results. Return the IRIs of its goals.

    `known` identifies the evaluation, `told` has the printed values. The row of total money is stated about the
    evaluation itself; each other row of money becomes a part of the evaluation.
    """
    node, form = known.iri, known.project.form
    state = parts.Parts(facts, node, iris)
    holders = parts.goals(facts, state, form)
    total = next((row for row in told.executions if row.is_total), None)
    for row in told.executions:
        if row is total:
            execution(facts, node, row)
        elif places := (*(row.label.places if row.label else ()), *(each.places[0] for each in row.amounts)):
            part = state.part(terms.Execution, places[0].line)
            if row.label:
                facts.add(part, terms.RDFS_label, f.zh(label(row.label.text)), row.label.places)
            execution(facts, part, row)
    facts.state(node, {terms.totalScore: f.decimal(told.total_score)}, told.total_score_places)
    for name, printed in ((terms.doneText, told.done), (terms.grade, told.grade), (terms.reasonText, told.reason)):
        _words(facts, node, name, printed)
    for indicator in form.indicators:
        line = (indicator.target_places or indicator.name.places)[0].line
        _result(facts, state.part(terms.Result, line), indicator)
    return holders


def execution(facts: Facts, node: str, row: Execution) -> None:
    """State one row of money of the evaluation or part `node`: its amounts, their precision, the rate and its score."""
    for amount in row.amounts:
        parts.amount(facts, node, amount)
    parts.precision(facts, node, row.amounts)
    _words(facts, node, terms.executionRateText, row.rate)
    if row.rate:
        facts.state(node, {terms.executionRate: f.decimal(rate(row))}, row.rate.places)
    scores = {terms.executionWeight: f.decimal(row.weight), terms.executionScore: f.decimal(row.score)}
    facts.state(node, scores, row.score_places)


def rate(row: Execution) -> Decimal | None:
    """Return the printed rate of a row of money in per cent, or None if it is not clear.

    A rate without a per cent sign (100.00, 0.88) is per cent or a share of 1, whichever agrees with the money spent.
    """
    found = _RATE.fullmatch("".join(folded(row.rate.text).split())) if row.rate else None
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
    """Return the local name of the property of evaluations that corresponds to a property of projects."""
    if name == "hasIndicator":
        return "hasResult"
    return "executed" if terms.JX + name in amounts() - _MONEY else name


def figures(facts: Facts, node: str) -> str:
    """Return a digest of the figures that an evaluation states; its words may be worded otherwise in a second print."""
    of_it = (fact for fact in facts.stated if fact.subject.partition("#")[0] == node and fact.property in _FIGURES)
    return digest("\n".join(sorted(f"{fact.property} {fact.value}" for fact in of_it)))


def _result(facts: Facts, node: str, indicator: Indicator) -> None:
    parts.row(facts, node, indicator)
    if result := indicator.result:
        if result.achieved:
            parts.value(facts, node, result.achieved, result.achieved_places, "achieved")
        facts.state(node, {terms.score: f.decimal(result.score)}, result.score_places)
        _words(facts, node, terms.reasonText, result.reason)


def _words(facts: Facts, node: str, name: str, printed: Printed | None) -> None:
    if printed:
        facts.add(node, name, f.zh(printed.text), printed.places)
