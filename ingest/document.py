"""Read one file and return a deposit for the store, or a refusal with its reasons.

Only this module knows the order of the steps: read, extract, emit (and resolve), judge. It keeps no state, so that it
runs in any process of any `concurrent.futures` executor.

A file without a filing of its own may be a letter or the cover of a portfolio: the one document attached to it is read.
"""

import functools
import hashlib
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jixiao.ingest.certainty import identities, weighing
from jixiao.ingest.choosing import cells
from jixiao.ingest.emitting.emit import Emitted, Source, Weigh, emit
from jixiao.ingest.errors import IngestError, NotAFilingError, UnreadableError, UnreadFormError
from jixiao.ingest.extract import extract
from jixiao.ingest.formats.content import check_spoilt
from jixiao.ingest.judging import Judge, Judged, explained, judged, with_status
from jixiao.ingest.ledger import account
from jixiao.ingest.model import Extraction
from jixiao.ingest.readers import read
from jixiao.ingest.recognition import kept_recognition
from jixiao.ingest.rendition import MOST_NAMED, Attached, LeftOut, Marks, Rendition, occurring, ways_out
from jixiao.ingest.resolve import Resolver
from jixiao.ingest.result import Document, Reading, refused
from jixiao.ingest.structure import ends, funds
from jixiao.ingest.transcribing import transcribed
from jixiao.ingest.version import READING
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.ontology.steps import Step, reached
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.findings import rdf as rendered
from jixiao.shapes.findings.finding import Report
from jixiao.store import Deposit, Refusal
from jixiao.store.commit.upcoming import as_json


@dataclass(frozen=True)
class _Draft:
    """A document with its extracted facts, which are not judged yet.

    `begun` is the reading so far, and `judge` judges the facts.
    """

    document: Document
    begun: Reading
    judge: Judge
    emitted: Emitted


def read_document(content: bytes, file_name: str, base_iri: str, *, strict: bool = False) -> Reading:
    """Read one file. A fault of the file results in a refusal, never in an exception."""
    [reading] = read_documents([Document(content, file_name)], base_iri, strict=strict)
    return reading


def read_documents(
    documents: Sequence[Document],
    base_iri: str,
    *,
    strict: bool = False,
    patience: float = math.inf,
) -> list[Reading]:
    """Read files, and return their readings in order; their facts are validated together, which is faster.

    Each reading is the same as that of the file alone. Text recognised in a file's pictures earlier is not recognised
    again. After `patience` seconds no further file is begun: readings are returned for the first files only, at least
    for one.
    """
    iris = Iris(base_iri)
    begun = time.monotonic()
    drafts: list[_Draft | Reading] = []
    for document in documents:
        if drafts and time.monotonic() - begun > patience:
            break
        drafts.append(_draft(document, iris, strict=strict))
    reached(Step.JUDGING)
    known = [draft for draft in drafts if isinstance(draft, _Draft)]
    found = iter(judged([(draft.judge, draft.emitted) for draft in known]))
    return [_reading(draft, next(found), iris) if isinstance(draft, _Draft) else draft for draft in drafts]


def mentioned(document: Document) -> bytes | Reading:
    """Return the facts of a file with all its mentions (values in running text) as N-Triples; or the refusal."""
    draft = _draft(document, Iris(DEFAULT_BASE))
    return draft if isinstance(draft, Reading) else draft.judge.validated(draft.emitted).triples


def _draft(document: Document, iris: Iris, *, strict: bool = False) -> _Draft | Reading:
    """Return a file's extracted facts before they are judged, or the reading that refuses the file."""
    sha256 = hashlib.sha256(document.content).hexdigest()
    rendition: Rendition | None = None
    recognition: bytes | None = None
    try:
        reached(Step.OPENING)
        rendition, recognition = _read(document)
        reached(Step.EXTRACTING)
        rendition, extraction = filing(rendition)
    except IngestError as error:
        hidden = cells(rendition, Marks())[1] if rendition and error.hidden is None else error.hidden
        shown = rendition.to_json(hidden) if rendition and hidden is not None else None
        return replace(
            refused(document.name, error.zh, error.en, sha256),
            rendition=shown,
            recognition=recognition,
            is_filing=not isinstance(error, NotAFilingError),
        )
    reached(Step.STATING)
    recognition = recognition if rendition.recognition else None
    steps: list[Weigh] = [weighing.without_altered]
    if rendition.recognition:
        unsure = identities.unsure(extraction, rendition)
        steps.append(functools.partial(weighing.weigh, rendition=rendition, unsure=unsure))
    elif rendition.lost:
        steps.append(functools.partial(weighing.without_lost, rendition=rendition))
    resolver = Resolver(extraction)
    pages = {line.number: line.page for line in rendition.lines if line.page is not None}
    source = Source(sha256, document.name, rendition.media_type, len(document.content), pages)
    emitted = emit(resolver, source, iris, steps)
    begun = Reading(document.name, sha256, bodies=resolver.filing_bodies, recognition=recognition)
    torn = ends.Torn(extraction.rows, rendition)
    flows = {holder: torn.ended(flow) for holder, flow in emitted.flows.items()}
    return _Draft(document, begun, Judge(rendition, extraction, iris.source(sha256), strict, flows), emitted)


def _read(document: Document) -> tuple[Rendition, bytes | None]:
    """Return a file's rendition with transcriptions applied, and as JSON its recognition before that.

    The recognition is kept without the transcriptions, since these may change. It is None for a file without pictures.
    """
    content, (recognised, transcriptions) = document.content, document.pictured
    known = kept_recognition(recognised) if recognised else None
    if known is None or not transcriptions:
        rendition = read(content, known)
        known = rendition.recognition
    if known is None:
        return rendition, None
    if transcriptions:
        rendition = read(content, transcribed(known, transcriptions)[0])
    return rendition, as_json(known.to_json())


def _reading(draft: _Draft, judged: Judged, iris: Iris) -> Reading:
    """Return the reading of a document after its validation."""
    begun, rendition = draft.begun, draft.judge.rendition
    graph, source, extraction = iris.report_graph(begun.sha256), draft.judge.source, draft.judge.extraction
    shown = {"sha256": begun.sha256, "file_name": begun.file_name, **rendition.to_json(extraction.hidden)}
    taken, forms = account(rendition, shown, judged.emitted, judged.ledger)
    taken = replace(taken, alone=draft.judge.alone)
    lost = bool(rendition.gaps) or extraction.breaks_off is not None
    lost = lost or funds.fall_short(extraction.projects, extraction.cover.total)
    left_out = lost or len(judged.emitted.contents.forms) < len(draft.emitted.contents.forms)
    kept = with_status(judged.emitted, taken, left_out=left_out)
    report, ledger = explained(judged.report, kept), judged.ledger.to_json(forms)
    warned = [result.group for result in judged.report.results if result.fault.level == "Warning"]
    reading = replace(
        begun,
        report=report,
        projects=len(kept.contents.projects),
        evaluations=len(kept.contents.evaluations),
        indicators=sum(project.indicators for project in taken.projects),
        citations=sum(project.citations for project in taken.projects),
        warnings=len(warned),
        warning_groups=len(set(warned)),
        share=judged.ledger.share(forms),
        rendition=shown,
        ledger=ledger,
        account=replace(taken, partial=frozenset(kept.contents.partial), dropped=_dropped(judged.report)),
    )
    if judged.refuses:
        reasons, turtle = rendered.reasons(judged.report.violations), rendered.turtle(judged.report, graph, source)
        if rendition.left_out:
            reasons = (*reasons, str(ways_out(rendition.left_out)))
        return replace(reading, refusal=Refusal(begun.sha256, begun.file_name, reasons, turtle, begun.bodies))
    deposit = Deposit(
        sha256=begun.sha256,
        file_name=begun.file_name,
        media_type=rendition.media_type,
        content=draft.document.content,
        rendition=shown,
        ledger=ledger,
        source_triples=kept.facts.n_triples(),
        report_triples=rendered.ntriples(report, graph, source),
        contents=kept.contents,
        reading=READING,
        recognition=begun.recognition,
    )
    return replace(reading, deposit=deposit)


def _dropped(report: Report) -> tuple[tuple[int | None, str], ...]:
    """Return a line and a message for each project that a violation keeps out of the graph.

    The line is None if it is not known. The message has the reason, and what else was read of the project.
    """
    found = (result for result in report.violations.results if result.fault.withholds == "project")
    return tuple((next(iter(one.lines), None), str(one.message)) for one in found)


Filing = tuple[Rendition, Extraction]


def filing(rendition: Rendition) -> Filing:
    """Return a rendition and its content or, if it has no filing, those of the only filing attached to it.

    An attached document has no pages and boxes here, since pages belong to the file that carries it. Raises
    UnreadableError for a garbled form, and NotAFilingError or UnreadFormError for a file without a filing or with
    several attached ones; these errors name the parts that were not read.
    """
    try:
        return rendition, _extracted(rendition)
    except (NotAFilingError, UnreadFormError) as error:
        faults: list[Bilingual] = []
        found: list[tuple[Attached, Filing]] = []
        for document in rendition.attached:
            try:
                read = _inside(document)
                found.append((document, (read, _extracted(read))))
            except UnreadableError as fault:
                faults.append(
                    Bilingual(f"附件 {document.name}：{fault.zh}", f"attached file {document.name}: {fault.en}")
                )
            except (NotAFilingError, UnreadFormError):
                continue
        if len(found) > 1:
            names = "、".join(document.name for document, _ in found[:MOST_NAMED])
            raise UnreadFormError(
                f"有多份附件是申报表，请分别另存再读：{names}",
                f"several of its attached files are filings; save them apart: {names}",
            ) from error
        if found:
            return _taken(rendition, *found[0])
        unread = [ways_out(rendition.left_out)] if rendition.left_out else []
        reasons = [Bilingual(error.zh, error.en), *unread, *faults[:MOST_NAMED]]
        refusal = type(error)("；".join(each.zh for each in reasons), "; ".join(each.en for each in reasons))
        refusal.hidden = error.hidden
        raise refusal from error


def _extracted(rendition: Rendition) -> Extraction:
    try:
        return extract(rendition)
    except NotAFilingError:
        check_spoilt(line.text for line in rendition.lines)
        raise


def _inside(document: Attached) -> Rendition:
    found = read(document.content())
    if found.recognition:  # its pages are not those of the file that carries it
        raise UnreadableError("是扫描件，请另存再读", "a scan; save it apart")
    return found


def _taken(rendition: Rendition, document: Attached, found: Filing) -> Filing:
    read, extraction = found
    others = [each.name for each in rendition.attached if each is not document]
    left_out = occurring(
        [
            LeftOut.named("其他附件", "other attached files", others),
            LeftOut("附有申报表的正文或封面", "the letter or cover that the filing is attached to", 1),
        ]
    )
    lines = tuple(line._replace(where=None) for line in read.lines)
    media_type, left_out = rendition.media_type, (*read.left_out, *left_out)
    return replace(read, media_type=media_type, lines=lines, left_out=left_out, pages={}, attached=()), extraction
