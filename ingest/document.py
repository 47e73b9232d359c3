"""One file's bytes -> what it became: a deposit for the store, or a refusal with its reasons.

The one module that knows the order of the steps: read -> extract -> emit -> settle -> validate. It keeps no state, so
it runs in any process of any `concurrent.futures` executor.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from jixiao.ingest.emit import Source, emit
from jixiao.ingest.errors import IngestError
from jixiao.ingest.extract import extract
from jixiao.ingest.ledger import settle
from jixiao.ingest.readers import read
from jixiao.ontology.identity import Iris
from jixiao.shapes import report as rendered
from jixiao.shapes.validate import Report, validate
from jixiao.store import Deposit, Refusal


@dataclass(frozen=True)
class Reading:
    """What one file became: a deposit or a refusal, never both.

    `unread` are the numbers and texts of lines that were not understood; `share` (0 to 1) is the part of the lines that
    were; `seconds` the time of each step.
    """

    file_name: str
    sha256: str
    deposit: Deposit | None = None
    refusal: Refusal | None = None
    report: Report | None = None
    projects: int = 0
    indicators: int = 0
    citations: int = 0
    share: float = 0.0
    unread: tuple[tuple[int, str], ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def read_document(content: bytes, file_name: str, base_iri: str) -> Reading:
    """Read one file. Whatever is wrong with the file ends in a refusal; nothing is raised for it."""
    sha256 = hashlib.sha256(content).hexdigest()
    seconds: dict[str, float] = {}
    try:
        with _timed(seconds, "read"):
            rendition = read(content)
        with _timed(seconds, "extract"):
            extraction = extract(rendition)
    except IngestError as error:
        return Reading(file_name, sha256, refusal=Refusal(sha256, file_name, (str(error),), ""), seconds=seconds)
    iris = Iris(base_iri)
    source = Source(sha256, file_name, rendition.media_type, len(content))
    with _timed(seconds, "emit"):
        emitted = emit(extraction, source, iris)
        triples = emitted.facts.n_triples()
        ledger = settle(rendition, extraction, emitted.facts.stated)
    with _timed(seconds, "validate"):
        report = validate(triples, ledger.lines_of)
    shown = {"sha256": sha256, "file_name": file_name, **rendition.to_json(extraction.hidden)}
    deposit = Deposit(
        sha256=sha256,
        file_name=file_name,
        media_type=rendition.media_type,
        content=content,
        rendition=shown,
        ledger=ledger.to_json(),
        source_triples=triples,
        report_triples=rendered.ntriples(report, iris.report_graph(sha256), iris.source(sha256)),
        projects=emitted.projects,
        filings=emitted.filings,
    )
    texts = {line["n"]: line["text"].strip() for line in shown["lines"]}
    return Reading(
        file_name,
        sha256,
        deposit=None if report.refuses else deposit,
        refusal=_refusal(report, source, iris) if report.refuses else None,
        report=report,
        projects=len(extraction.projects),
        indicators=sum(len(project.form.indicators) for project in extraction.projects),
        citations=sum(len(project.citations) for project in extraction.projects),
        share=ledger.share,
        unread=tuple((line, texts[line]) for line in ledger.unread),
        seconds=seconds,
    )


def _refusal(report: Report, source: Source, iris: Iris) -> Refusal:
    turtle = rendered.turtle(report, iris.report_graph(source.sha256), iris.source(source.sha256))
    return Refusal(source.sha256, source.file_name, rendered.reasons(report), turtle)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
