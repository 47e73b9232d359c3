"""Validate the facts of a document, and withhold uncertain ones until the rest has no violations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from jixiao.ingest import withhold
from jixiao.ingest.emit import Emitted
from jixiao.ingest.facts import is_doubted
from jixiao.ingest.ledger import Ledger, settle
from jixiao.ingest.model import Extraction
from jixiao.ingest.rendition import Rendition
from jixiao.ingest.result import Judging
from jixiao.ontology import terms
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings.finding import Finding, Report
from jixiao.shapes.validate import Validation, order

_MOST_PASSES = 4  # validations of one document: a fact that is withheld may cause violations by facts that need it
_ABOUT_READING = frozenset({terms.withheld, terms.inferredProperty})


@dataclass(frozen=True)
class Judged:
    """The facts that are kept, their ledger, and the report.

    `refuses` is true if nothing can be kept: no project is left, violations persist, or `strict` forbids violations.
    """

    emitted: Emitted
    ledger: Ledger
    report: Report
    refuses: bool


@dataclass(frozen=True)
class _Pass:
    """One pass over a document's facts: the facts, their ledger, and the results of their validation."""

    emitted: Emitted
    ledger: Ledger
    validation: Validation

    @property
    def violations(self) -> Report:
        """The report of the rules with severity violation; rules of other severities are not evaluated for it."""
        return self.validation.report(lambda fault: fault.severity == terms.SH_Violation)


@dataclass(frozen=True)
class Judge:
    """One document to judge: the rendition and extraction that its facts come from, and the IRI of its source."""

    rendition: Rendition
    extraction: Extraction
    source: str
    judging: Judging

    def judged(self, first: _Pass) -> Judged:
        """Return the facts that remain, with their ledger and report, after the `first` pass and further ones.

        Each further pass withholds the facts that caused violations, and validates the remaining ones. In a file with
        pictures, results that depend on doubtful readings are left out.
        """
        found = self._judged(first)
        if self.rendition.recognition is None:
            return found
        return replace(found, report=_without_doubtful(found.report, found.ledger))

    def _judged(self, first: _Pass) -> Judged:
        withheld: list[Finding] = []
        last = first
        passes = 1 if self.judging.strict else _MOST_PASSES
        while (found := last.violations).results and (passes := passes - 1):
            withheld += found.results
            last = self._pass(withhold.without(last.emitted, map(withhold.Withholding.of, found.results)))
        refuses = bool(found.results) or not last.emitted.projects
        kept = first if refuses else last
        judged = Judged(kept.emitted, kept.ledger, kept.validation.report(), refuses)
        if refuses or not withheld:
            return judged
        filing_of = dict(withhold.links(first.emitted.facts.stated, terms.partOfFiling))
        shown = (withhold.moved(one, judged.emitted, filing_of, self.source) for one in withheld)
        # The results of violations already say what is withheld.
        known = set(first.validation.report(_is_about_withheld).results)
        rest = (one for one in judged.report.results if one in known or not _is_about_withheld(one.fault))
        return replace(judged, report=Report(tuple(sorted(dict.fromkeys((*rest, *shown)), key=order))))

    def ledger(self, emitted: Emitted) -> Ledger:
        """Return the ledger, which records the use of each line."""
        return settle(self.rendition, self.extraction, emitted.facts.stated)

    def _pass(self, emitted: Emitted) -> _Pass:
        ledger = self.ledger(emitted)
        return _Pass(emitted, ledger, Validation(emitted.facts.n_triples(), ledger.places_of, self.judging.engine))


def judged(documents: Sequence[tuple[Judge, Emitted]]) -> list[Judged]:
    """Return, for each document, its facts without those that cause violations, with their ledger and report.

    With the compiled engine, each rule is applied to all documents at once, which takes less time.
    """
    ledgers = [judge.ledger(emitted) for judge, emitted in documents]
    triples = [emitted.facts.n_triples() for _, emitted in documents]
    places = [ledger.places_of for ledger in ledgers]
    if all(judge.judging.engine == "compiled" for judge, _ in documents):
        validations = Validation.of_many(zip(triples, places, strict=True))
    else:
        engines = [judge.judging.engine for judge, _ in documents]
        validations = list(map(Validation, triples, places, engines))
    rows = zip(documents, ledgers, validations, strict=True)
    return [judge.judged(_Pass(emitted, ledger, found)) for (judge, emitted), ledger, found in rows]


def _is_about_withheld(fault: Fault) -> bool:
    """Return whether a rule reports that facts were withheld."""
    return terms.withheld in fault.involves


def _without_doubtful(report: Report, ledger: Ledger) -> Report:
    """Return a report without findings about doubtful facts; violations and remarks on the reading itself stay.

    Doubtful facts are recognised ones that are in doubt or withheld.
    """
    doubtful = {
        (entry.line, fact.property)
        for entry in ledger.entries
        for fact in entry.facts
        if fact.seen and (fact.withheld is not None or is_doubted(fact.why))
    }
    stay = (
        result
        for result in report.results
        if result.fault.level == "Violation"
        or not _ABOUT_READING.isdisjoint(result.fault.involves)
        or doubtful.isdisjoint(product(result.lines, result.fault.involves))
    )
    return Report(tuple(stay))
