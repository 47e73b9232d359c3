"""Drop findings about facts that were not recognised for sure: the mistake may be one of OCR, and not the filer's."""

from collections.abc import Iterator

from jixiao.ingest.facts import is_doubted
from jixiao.ingest.ledger import Ledger
from jixiao.ontology import terms
from jixiao.shapes.findings.finding import Finding, Report

_ABOUT_READING = frozenset({terms.withheld, terms.inferredProperty})


def without_doubtful(report: Report, ledger: Ledger) -> Report:
    """Return a report without findings about doubtful facts; violations and remarks on the reading itself stay."""
    doubtful = frozenset(_doubtful(ledger))
    if not doubtful:
        return report
    return Report(tuple(result for result in report.results if _stays(result, doubtful)))


def _doubtful(ledger: Ledger) -> Iterator[tuple[int, str]]:
    """Yield the line number and the property of each recognised fact that is in doubt or withheld."""
    for entry in ledger.entries:
        for fact in entry.facts:
            if fact.seen and (fact.withheld is not None or is_doubted(fact.why)):
                yield entry.line, fact.property


def _stays(result: Finding, doubtful: frozenset[tuple[int, str]]) -> bool:
    if result.fault.level == "Violation" or _ABOUT_READING & set(result.fault.involves):
        return True
    return not any((line, name) in doubtful for line in result.lines for name in result.fault.involves)
