"""Record what a person read in a place of a scan, and read the scan again with it; a refused scan may be taken in.

A place is a region of a page. The decision states the text that was recognised there, and the text that was read.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao import stewarding
from jixiao.ingest.recognition import Box, RecognisedPage, Word, around, is_within, kept_recognition, overlap
from jixiao.ingest.transcribing import recognised, transcribed
from jixiao.ingest.writing import read_with, writing
from jixiao.ontology import identity, terms
from jixiao.store import (
    Decision,
    Generation,
    Pictured,
    RegistryError,
    SourceMissingError,
    Store,
    Term,
    Transcription,
    number_of,
)
from jixiao.store.commit.batch import Batch
from jixiao.store.records import File

_LONGEST, _MOST_LINES = 20_000, 400  # characters and lines of the text of one place
_REGION = re.compile(",".join([r"\s*(-?\d+(?:\.\d+)?)\s*"] * 4), re.ASCII)


@dataclass(frozen=True)
class Passage:
    """A region of a page: the text recognised there, the present text, and the transcriptions made of its words.

    `is_read` is true if a person has read all of the present text.
    """

    region: Box
    recognised: str
    text: str
    made: tuple[Transcription, ...]
    is_read: bool


def find_scan(store: Store, text: str) -> File:
    """Return the source, or the refused scan, that a text names by its number, its address or its file name.

    Raises SourceMissingError if there is none, and UnclearWordError if several files bear the name.
    """
    refused = (each for each in store.refusals() if store.refused_scan(each.sha256))
    now = store.current()
    known = [*(now.live_sources if now else ()), *(File(each.sha256, each.file_name, "") for each in refused)]
    number = text.strip().rpartition("/")[2]
    found = [each for each in known if each.file_name == text or number in {each.sha16, each.sha256}]
    if not found:
        raise SourceMissingError(f"没有这样的来源或扫描件。 There is no such source or refused scan: {text}")
    if len(found) > 1:
        listed = "\n".join(f"  {each.sha16}  {each.file_name}" for each in found)
        raise stewarding.UnclearWordError(
            f"有几份文件叫这个名字，请写来源号 · several files bear the name, give a number:\n{listed}"
        )
    return found[0]


def parse_region(text: str) -> Box:
    """Parse a region, such as 424,220,474,230: left, top, right and bottom in points. Raises UnclearWordError."""
    edges = _REGION.fullmatch(text)
    region = Box(*map(float, edges.groups())) if edges else None
    if region is None or region.x0 >= region.x1 or region.top >= region.bottom:
        raise stewarding.UnclearWordError(
            f"位置要写成 左,上,右,下，以点计，如 424,220,474,230 · a region is left,top,right,bottom in points: {text}"
        )
    return region


def parse_text(text: str) -> str:
    """Return a text without control characters, blank lines and spaces around lines. Raises UnclearWordError."""
    if len(text) > _LONGEST:
        raise stewarding.UnclearWordError("文字太长 · the text is too long")
    stewarding.require_written(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    shown = ("".join(char for char in line if unicodedata.category(char)[0] != "C").strip() for line in lines)
    kept = [line for line in shown if line]
    if len(kept) > _MOST_LINES:
        raise stewarding.UnclearWordError("行太多 · there are too many lines")
    return "\n".join(kept)


def transcribe(store: Store, scan: File, read: Transcription, why: Mapping[str, Term]) -> tuple[Decision, Generation]:
    """Decide what stands in a place of a scan, and read the scan again; return the decision and the new generation.

    `read` has page, region and text; an empty text says that nothing is printed there. Earlier transcriptions of words
    in the region are undone. `why` has the grounds of the decision. Raises UnclearWordError, and RegistryError if
    nothing of the scan could be accepted or a person is named in the region; nothing is stored then.
    """
    with writing(store) as batch:
        now = store.present()
        there = _passage(batch.pictured(scan.sha256), read.page, Box(*read.region))
        if read.text == there.text and there.is_read:
            raise stewarding.UnclearWordError("这一处已经这样读过 · the place was read so before")
        if not (read.text or there.text or there.recognised):
            raise stewarding.UnclearWordError("这里本来就没有文字 · there is no text here anyway")
        said = Decision("", terms.Transcription, why)
        for earlier in there.made:
            batch.undo(
                number_of(earlier.decision), said.text(terms.DCTERMS_description), said.text(terms.decidedBy) or None
            )
        source = identity.Iris(store.base_iri).source(scan.sha256)
        says = read._replace(region=there.region, recognised=there.recognised).says(source)
        decision = stewarding.decide(batch, now, terms.Transcription, {**says, **why})
        live = any(each.sha256 == scan.sha256 for each in now.live_sources)
        return decision, batch.commit(strict=True) if live else _try_again(store, scan, batch)


def _try_again(store: Store, scan: File, batch: Batch) -> Generation:
    """Read a refused scan again, now with its transcriptions, and add it to the store if it is accepted.

    Raises RegistryError, SourceMissingError.
    """
    kept = store.refused_scan(scan.sha256)
    if kept is None:
        raise SourceMissingError(f"没有这样的来源。 There is no such source: {scan.sha16}")
    reading, objections = read_with(store.base_iri, scan.file_name, kept[0].read_bytes(), batch.pictured(scan.sha256))
    if objections:
        raise RegistryError("\n".join(dict.fromkeys(each.sentence for each in objections)))
    if reading.deposit is not None:
        batch.add(reading.deposit)
    generation = batch.commit()
    if reading.refusal is not None:
        batch.refuse(reading.refusal)
    return generation


def _passage(known: Pictured, number: int, region: Box) -> Passage:
    """Return the passage at a region of a page, enlarged by the regions of transcriptions that were made of its words.

    `known` is what the store keeps of the pictures. Raises UnclearWordError if the region is on no recognised page.
    """
    recognition = kept_recognition(known.recognition or b"")
    if recognition is None:
        raise stewarding.UnclearWordError("这份文件不是由图片识别的 · the file was not recognised in pictures")
    read, unfit = transcribed(recognition, known.transcriptions)
    before = next((each for each in recognition.pages if each.number == number), None)
    present = next((each for each in read.pages if each.number == number), None)
    if before is None or present is None:
        pages = "、".join(str(each.number) for each in recognition.pages)
        raise stewarding.UnclearWordError(
            f"这一页没有识别过 · the page was not recognised; 识别过的页 these were: {pages}"
        )
    if not overlap(before.box, region):
        edges = ",".join(f"{edge:g}" for edge in before.box)
        raise stewarding.UnclearWordError(f"位置不在页上，页是 · the region is not on the page, which is {edges}")
    made = [each for each in known.transcriptions if each.page == number and each not in unfit]
    touched = tuple(each for each in made if any(is_within(word, region) for word in _words(present, each)))
    whole = around([region, *(Box(*each.region) for each in touched)])
    words = [word for word in present.words if is_within(word, whole)]
    is_read = bool(touched) and all(word.decision for word in words)
    return Passage(whole, recognised(before, whole), "\n".join(word.text for word in words), touched, is_read)


def _words(page: RecognisedPage, made: Transcription) -> list[Word]:
    """Return the words of a transcription on its page; one empty word in its region if nothing is printed there."""
    return [word for word in page.words if word.decision == made.decision] or [Word("", Box(*made.region), ())]
