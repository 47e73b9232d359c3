"""Validate the facts of one document, and withhold what is uncertain until the rest is free of violations."""

from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.ingest import withhold
from jixiao.ingest.emit import Emitted
from jixiao.ingest.ledger import Ledger, settle
from jixiao.ingest.model import Extraction
from jixiao.ingest.rendition import Rendition
from jixiao.ontology import terms
from jixiao.shapes.results import Report, Result
from jixiao.shapes.validate import Engine, order, validate

_MOST_PASSES = 4  # what one pass withholds may leave something else in doubt


@dataclass(frozen=True)
class Judging:
    """The choices of a caller: the engine that validates, and if any violation refuses the whole file."""

    engine: Engine = "compiled"
    strict: bool = False


@dataclass(frozen=True)
class Judged:
    """The facts that are kept, their ledger, and the report.

    `refuses` is true if nothing can be kept: no project is left, violations persist, or `strict` forbids any.
    """

    emitted: Emitted
    ledger: Ledger
    report: Report
    refuses: bool


@dataclass(frozen=True)
class Judge:
    """One document to judge: the rendition and extraction behind the facts, and the IRI of its source."""

    rendition: Rendition
    extraction: Extraction
    source: str
    judging: Judging

    def judged(self, emitted: Emitted) -> Judged:
        """Validate facts; withhold what violations concern, and validate the remainder again."""
        violations: list[Result] = []
        first = judged = self._validated(emitted)
        passes = 1 if self.judging.strict else _MOST_PASSES
        while judged.report.refuses and (passes := passes - 1):
            violations += judged.report.violations.results
            judged = self._validated(withhold.without(judged.emitted, judged.report.violations))
        if judged.report.refuses or not judged.emitted.projects:
            return Judged(first.emitted, first.ledger, first.report, refuses=True)
        if not violations:
            return judged
        filing_of = _filings(emitted)
        shown = (withhold.moved(found, judged.emitted, filing_of, self.source) for found in violations)
        # Findings of a violation already say what it withholds.
        known = set(first.report.results)
        rest = (one for one in judged.report.results if one in known or terms.withheld not in one.fault.involves)
        report = Report(tuple(sorted(dict.fromkeys((*rest, *shown)), key=order)))
        return Judged(judged.emitted, judged.ledger, report, refuses=False)

    def _validated(self, emitted: Emitted) -> Judged:
        ledger = settle(self.rendition, self.extraction, emitted.facts.stated)
        report = validate(emitted.facts.n_triples(), ledger.places_of, self.judging.engine)
        return Judged(emitted, ledger, report, refuses=report.refuses)


def _filings(emitted: Emitted) -> Mapping[str, str]:
    """Map each project to its filing."""
    facts = emitted.facts.stated
    return {fact.subject: fact.value.value for fact in facts if fact.property == terms.partOfFiling and fact.value}
