"""Find the open passages and questions of a store's sources, and describe each for its page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from jixiao.ingest.readers.picture import media_type
from jixiao.ingest.recognition import Box, around, certainty, kept_recognition, words_of
from jixiao.ingest.writing import read_with
from jixiao.ontology import grouping, identity, properties, terms
from jixiao.review.passages import Passage, Scan, is_there
from jixiao.review.questions import Doubt, Question, Value, doubts, questions, together
from jixiao.server.editions import renditions
from jixiao.server.editions.renditions import PAGED
from jixiao.server.sources import pictures
from jixiao.store import Generation, Pictured, SourceMissingError, SourceRecord, Store, Transcription, names
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.records import SHA16

AT_ONCE = 50
"""Sources that a page of the list looks at, and readings that stay in memory."""

# Points added around a box: above and below it in a strip, and on all sides in the close view.
_ABOVE, _BESIDE = 48.0, 12.0
_LONG = 40  # characters; a longer value is edited, not typed again
_NAMES = (terms.RDFS_label, terms.SKOS_altLabel, terms.printedTitle, terms.text)
_KINDS = (terms.XSD_date, terms.XSD_decimal, terms.XSD_integer)


@dataclass(frozen=True)
class SourceReading:
    """The cached reading of a source: its doubtful facts, its pages and, for a scan, the recognised text.

    `shapes` are the pages' sizes by number. `second` maps line numbers to the text recognised at another scale, if that
    differs. `scan` has the transcriptions in force.
    """

    doubts: tuple[Doubt, ...] = ()
    shapes: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    second: Mapping[int, str] = field(default_factory=dict)
    scan: Scan | None = None


@dataclass(frozen=True)
class Cut:
    """The part of a page to show for the lines of a passage.

    `boxes` are the boxes of the lines; `sheet` is the entire page, `strip` a part as wide as the page, and `near` a
    part close around the boxes. All are left, top, width and height in points. `lines` are the first and the last line
    number.
    """

    page: int
    lines: tuple[int, int]
    boxes: tuple[tuple[float, ...], ...]
    sheet: tuple[float, ...]
    strip: tuple[float, ...]
    near: tuple[float, ...]


Listed = tuple[SourceRecord, tuple[Passage, ...], tuple[Question, ...]]
"""A source with passages to read or with open questions; of questions that are settled together only one is listed."""

Lost = tuple[str | None, tuple[Question, ...]]
"""A project, part or single fact that no decision can supply: its name if that was read, and its withheld facts."""


class Desk:
    """A finder of the open questions and passages of a store's sources. Safe to share between threads.

    In all methods, `now` is the current generation.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._readings: BoundedCache[SourceReading] = BoundedCache(AT_ONCE)

    def sources(self, now: Generation, start: int) -> tuple[list[Listed], int | None]:
        """Return the sources with open passages or questions among the AT_ONCE that begin at position `start`.

        Only sources that may have questions have positions. Also return the position of the next page, or None at the
        end.
        """
        records = [record for record in self.store.sources() if _may_be_asked(record)]
        listed: list[Listed] = []
        for record in records[start : start + AT_ONCE]:
            asked = self.questions(now, record)
            passages = self.passages(now, record)
            if passages or any(each.leads for each in asked):
                listed.append((record, passages, tuple(each for each in asked if not each.follows)))
        return listed, start + AT_ONCE if start + AT_ONCE < len(records) else None

    def record(self, sha16: str) -> SourceRecord:
        """Return a live source with pages or, as a record that is not live, a refused scan.

        Raises SourceMissingError.
        """
        for refusal in self.store.refusals():
            if refusal.sha256[:SHA16] == sha16 and (scan := self.store.refused_scan(refusal.sha256)):
                return _refused(refusal.sha256, refusal.file_name, scan[0])
        record = self.store.source(sha16)
        if not record.live or record.media_type not in PAGED:
            raise SourceMissingError(f"没有这样的来源。 There is no such source: {sha16}")
        return record

    def sheet(self, record: SourceRecord, number: int) -> tuple[pictures.Sheet, Path] | None:
        """Return the data for painting a page, given by number, and the file that has the page; None without it."""
        if record.live:
            sheet = pictures.sheet_of(self.store, record, number)
            return sheet and (sheet, self.store.original(record.sha16))
        refused, scan = self.store.refused_scan(record.sha256), self._of(record).scan
        page = scan.pages.get(number) if scan else None
        return (pictures.Sheet(record.sha256, number, 0, page.box, page.warp), refused[0]) if page and refused else None

    def questions(self, now: Generation, record: SourceRecord) -> tuple[Question, ...]:
        """Return the open questions of a source, in the generation `now`."""
        reading = self._of(record)
        return questions(reading.doubts, now, record.sha256, recognised=reading.scan is not None)

    def scan(self, record: SourceRecord) -> Scan | None:
        """Return a source as recognised in pictures, with the transcriptions in force; None for other sources."""
        return self._of(record).scan

    def passages(self, now: Generation, record: SourceRecord) -> tuple[Passage, ...]:
        """Return the passages of a source that a person should read, the most urgent first; only a scan has any."""
        scan = self.scan(record)
        return () if scan is None else scan.open(now, self.questions(now, record))

    def passage(self, now: Generation, record: SourceRecord, key: str) -> Passage | None:
        """Return a passage by its key, with the questions that it may settle.

        None if the passage has changed, so that no passage has the key.
        """
        scan = self.scan(record)
        passages = (*self.passages(now, record), *(scan.passages.values() if scan else ()))
        return next((each for each in passages if each.key == key), None)

    def left(self, now: Generation, record: SourceRecord) -> tuple[Question, ...]:
        """Return the open questions of a source that reading its passages cannot settle.

        While passages are unread, only questions about withheld facts are returned: an acceptance names an inference by
        its number, and a new reading may give the number to another inference.
        """
        passages = self.passages(now, record)
        covered = {each.key for passage in passages for each in passage.questions}
        asked = (each for each in self.questions(now, record) if each.key not in covered)
        return tuple(each for each in asked if each.is_withheld or not passages)

    def find(self, now: Generation, record: SourceRecord, key: str) -> tuple[Question, ...] | None:
        """Return the open question with a key, and those about the same reading; None if no question has the key."""
        asked = self.questions(now, record)
        question = next((each for each in asked if each.key == key), None)
        return None if question is None else together(question, asked)

    def lost(self, now: Generation, asked: Iterable[Question]) -> tuple[Lost, ...]:
        """Group the open questions that no decision can settle, by the project, evaluation or part that they are about.

        If the project itself is withheld, all questions about its parts are in its group.
        """
        groups = grouping.by_key((_absent(now, each.doubt.node), each) for each in asked if not each.decidable)
        return tuple(_lost(node, questions) for node, questions in groups.items())

    def texts(self, record: SourceRecord, question: Question) -> list[tuple[str, str | None]]:
        """Return the texts of the lines that a question is about, each with its text at another scale.

        The second text is None unless it differs.
        """
        second = self._of(record).second
        return [(line.text.strip(), second.get(line.n)) for line in question.doubt.lines if line.text.strip()]

    def cuts(self, record: SourceRecord, lines: Iterable[renditions.Line]) -> tuple[Cut, ...]:
        """Return the parts of pages to show for the given lines, one part for each page."""
        shapes = self._of(record).shapes
        by_page = grouping.by_key((int(page), (line.n, Box(*box))) for line in lines for page, *box in line.boxes)
        return tuple(_cut(page, placed, shapes[page][:4]) for page, placed in by_page.items() if page in shapes)

    def _of(self, record: SourceRecord) -> SourceReading:
        """Return the reading of a source, from the cache if neither it nor its transcriptions have changed."""
        now, iri = self.store.current(), identity.Iris(self.store.base_iri).source(record.sha256)
        made = now.decisions.transcriptions.get(iri, ()) if now else ()
        key = (record.sha256, record.revision, made)
        return self._readings.get_or_make(key, lambda: self._read(record, made))

    def _read(self, record: SourceRecord, made: tuple[Transcription, ...]) -> SourceReading:
        """Read a source as the store keeps it, with the transcriptions `made`. Raises SourceMissingError."""
        if record.live:
            written = self.store.recognition(record.sha16)
            if written is None and not record.partial:
                return SourceReading()
            rendition, ledger = self.store.rendition(record.sha16), self.store.ledger(record.sha16)
        else:
            refused = self.store.refused_scan(record.sha256)
            if refused is None:
                raise SourceMissingError(f"没有这样的来源。 There is no such source: {record.sha16}")
            original, written = refused
            reading, _ = read_with(
                self.store.base_iri, record.file_name, original.read_bytes(), Pictured(written, made)
            )
            rendition, ledger = reading.rendition or {"lines": []}, reading.ledger or {"lines": []}
        lines = renditions.of(rendition, ledger)
        doubtful = doubts(lines)
        shapes = {int(page): renditions.shape(rendition, int(page)) for page in rendition.get("pages", ())}
        known = {page: shape for page, shape in shapes.items() if shape}
        recognition = None if written is None else kept_recognition(written)
        if recognition is None:
            return SourceReading(doubtful, known)
        printed = {
            line.n: (line.n, line.text, [(int(page), Box(*box)) for page, *box in line.boxes])
            for doubt in doubtful
            for line in doubt.lines
        }
        words = words_of(printed.values(), recognition)
        second = {line: other for line, there in words.items() if (other := certainty(there).second)}
        return SourceReading(doubtful, known, second, Scan(lines, recognition, made))


@dataclass(frozen=True)
class Called:
    """Words for a question: the names of its project or filing, of the part concerned, and of the values read."""

    now: Generation
    question: Question

    @cached_property
    def whole(self) -> str:
        """The name of the project or filing."""
        return names.label(self.now, self.question.doubt.node.partition("#")[0])

    @property
    def part(self) -> tuple[str, str] | None:
        """The class (an IRI) and the name or number of the part, if the question is about one."""
        iri = self.question.doubt.node
        fragment = iri.partition("#")[2]
        kind = next((each.kind for each in properties.parts().values() if fragment.startswith(each.letter)), None)
        if kind is None:
            return None
        label = names.label(self.now, iri)
        return kind, fragment[1:] if label == iri else label

    @property
    def readings(self) -> tuple[str | Decimal, ...]:
        """The values read: a number, the name of a thing, or text."""
        return tuple(self._shown(each) for each in self.question.readings)

    @property
    def is_money(self) -> bool:
        """Return whether the fact is an amount in yuan."""
        return self.question.doubt.predicate in properties.amounts()

    @property
    def kind(self) -> str:
        """The kind of the property's values: date, decimal, integer or text."""
        range_ = self.question.wanted.range if self.question.wanted else ""
        return range_.rpartition("#")[2] if range_ in _KINDS else "text"

    @property
    def is_target(self) -> bool:
        """Return whether the fact is the text of a target, whose number and unit are facts of their own."""
        return self.question.doubt.predicate == terms.targetText

    @property
    def is_long(self) -> bool:
        """Return whether the text has several lines or sentences."""
        return any(isinstance(each, str) and len(each) > _LONG for each in self.readings)

    def _shown(self, value: Value) -> str | Decimal:
        if isinstance(value, NamedNode):
            return names.label(self.now, value.value)
        if value.datatype.value in (terms.XSD_decimal, terms.XSD_integer):
            try:
                return Decimal(value.value)
            except InvalidOperation:
                return value.value
        return value.value


def _may_be_asked(record: SourceRecord) -> bool:
    """Return whether a source may have open questions, as far as its record says.

    True also for a source read by an early version, whose record does not say if the source was recognised from
    pictures.
    """
    doubtful = record.partial or "recognition" in record.sums or not record.sums
    return record.live and record.media_type in PAGED and bool(doubtful)


def _refused(sha256: str, file_name: str, original: Path) -> SourceRecord:
    """Return a record of a refused scan, so that it can be handled like a source; its status is not live."""
    with original.open("rb") as stream:
        kind = media_type(stream.read(8)) or "application/pdf"
    return SourceRecord(sha256, file_name, kind, {}, (), size=original.stat().st_size, status="withdrawn", added="")


def _absent(now: Generation, node: str) -> str:
    """Return the IRI of a part's project or evaluation if the generation lacks this, else the IRI `node` itself."""
    whole = node.partition("#")[0]
    return node if is_there(now, whole) else whole


def _lost(node: str, questions: Sequence[Question]) -> Lost:
    """Return the name of a thing that no decision can supply, as it was read, and the questions about the thing.

    The question about the name comes first. The name is None if none was read.
    """
    named = [each for each in questions if each.doubt.node == node and each.doubt.predicate in _NAMES and each.reading]
    rest = (each for each in questions if each not in named[:1])
    return named[0].readings[0].value if named else None, (*named[:1], *rest)


def _cut(page: int, placed: Sequence[tuple[int, Box]], sheet: tuple[float, ...]) -> Cut:
    """Return the part of a page to show; `placed` are pairs of line number and box, `sheet` is the page."""
    lines, boxes = zip(*placed, strict=True)
    whole = around(boxes)
    strip, near = _grown(whole, sheet, sheet[2], _ABOVE), _grown(whole, sheet, _BESIDE, _BESIDE)
    return Cut(page, (min(lines), max(lines)), tuple(map(_sized, boxes)), sheet, strip, near)


def _grown(box: Box, sheet: tuple[float, ...], beside: float, above: float) -> tuple[float, ...]:
    """Return a box enlarged by `beside` points left and right and `above` points above and below.

    The result does not exceed the page `sheet`.
    """
    left, top, width, height = sheet
    right, bottom = min(left + width, box.x1 + beside), min(top + height, box.bottom + above)
    return _sized(Box(max(left, box.x0 - beside), max(top, box.top - above), right, bottom))


def _sized(box: Box) -> tuple[float, ...]:
    """Return a box as left, top, width and height, rounded."""
    return tuple(round(each, 1) for each in (box.x0, box.top, box.x1 - box.x0, box.bottom - box.top))
