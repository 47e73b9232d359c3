"""Derive facts that rules compare from the words that a graph states of a node.

They are facts about the indicators and figures (measured.py), the texts (slips.py) and the terms of projects, and are
derived alike for documents that were read and for RDF that others made.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from jixiao.ingest import facts as f
from jixiao.ingest.text import slips
from jixiao.ingest.text.measured import Fact, Target, first_level, measured, span_of_years, states_figure
from jixiao.ontology import schemes, terms

_TYPE = terms.RDF_type
_MEASURED = {terms.Indicator, terms.StatedFigure}
_COLUMNS = {terms.targetText, terms.indicatorType, terms.printedLevel1, terms.printedLevel2}


def derived(values: Mapping[str, Sequence[str]]) -> Iterator[Fact]:
    """Yield property and value of each fact derived from the words of one node, given by property (IRI)."""

    def one(name: str) -> str | None:
        return next(iter(values.get(name, ())), None)

    kinds = values.get(_TYPE, ())
    if not _MEASURED.isdisjoint(kinds) or (terms.Mention not in kinds and not _COLUMNS.isdisjoint(values)):
        number, upper, operator = one(terms.targetValue), one(terms.targetUpper), one(terms.targetOperator)
        target = Target(
            one(terms.targetText) or "",
            decimal(number),
            decimal(upper),
            one(terms.targetUnit),
            operator and operator.removeprefix(terms.JX),
        )
        counts = one(terms.indicatorType) == f"{terms.VOCAB}indicator-type/output-quantity"
        yield from measured(one(terms.RDFS_label) or "", target, one(terms.direction) or "", counts=counts)
        levels = (one(terms.printedLevel1), one(terms.printedLevel2))
        kind = one(terms.indicatorType) or schemes.indicator_type(*levels)
        yield terms.indicatorType, f.iri(kind) if kind else None
        yield terms.firstLevel, first_level(*levels, kind)
    for text in values.get(terms.text, []):
        yield from ((terms.reversedRange, f.plain(words)) for words in slips.backwards(text))
        yield terms.withoutQuantity, None if states_figure(text) else f.true()
    for text in (*values.get(terms.text, []), *values.get(terms.targetText, [])):
        yield from ((terms.impossibleDate, f.plain(words)) for _, words, _, _ in slips.no_days(text))
    for printed in (*values.get(terms.projectTerm, []), *values.get(terms.goalPeriod, [])):
        if years := span_of_years(printed):
            yield terms.termFrom, f.year(years[0])
            yield terms.termTo, f.year(years[1])


def decimal(text: str | None) -> Decimal | None:
    """Return the number of a literal, None for one that is no number."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
