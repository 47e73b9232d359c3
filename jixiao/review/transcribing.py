"""Turn a steward's transcription of a passage's picture into decisions, and publish a generation made with them."""

import unicodedata
from collections.abc import Callable, Mapping

from jixiao.ingest.anew import read_with
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.writing import writing
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.review.answering import Decided
from jixiao.review.passages import Passage
from jixiao.stewarding import UnclearWordError, decide, grounds
from jixiao.store import (
    Batch,
    Decision,
    Generation,
    RegistryError,
    SourceMissingError,
    SourceRecord,
    Store,
    Transcription,
)
from jixiao.store.decisions.registry_file import number_of

_LONGEST, _MOST_LINES = 20_000, 400  # characters and lines of one place


def transcribe(
    store: Store,
    record: SourceRecord,
    find: Callable[[Generation], Passage | None],
    given: Mapping[str, str],
    by: str | None = None,
) -> Decided | None:
    """Record what a person read in a passage, and read the source anew; None if it does not stand so any more.

    `given` has reason and date, and the text of the passage's places as `text0`, `text1` and so on; with `act` as
    `nothing`, nothing is printed there. Raises UnclearWordError for a form that is not understood, RegistryError if
    the source cannot be read so, StoreLockedError and StoreUnusableError; nothing is stored then.
    """
    source = Iris(store.base_iri).source(record.sha256)
    with writing(store) as batch:
        now = store.current()
        passage = None if now is None else find(now)
        if passage is None:
            return None
        made: list[Decision] = []
        reason = given.get("reason", "").strip()
        told = grounds(reason, given.get("date", ""), by)
        for place, text in zip(passage.places, _texts(passage, given), strict=True):
            if place.decisions and text == place.text:
                continue
            for number in place.decisions:
                batch.undo(number, reason, by)
            says = Transcription("", place.page, place.region, place.recognised, text).says(source) | told
            made.append(decide(batch, now, terms.Transcription, says))
        if not made:
            raise UnclearWordError("没有改动 · nothing was changed")
        if record.live:
            batch.commit(strict=True)
        else:
            _try_again(store, record, batch)
    return Decided(number_of(made[0].iri), number_of(made[-1].iri))


def _try_again(store: Store, record: SourceRecord, batch: Batch) -> None:
    """Read a scan that was refused with the transcriptions, and take it in if it is accepted. Raises StoreError."""
    scan = store.refused_scan(record.sha256)
    if scan is None:
        raise SourceMissingError(f"没有这样的来源。 There is no such source: {record.sha16}")
    content = scan[0].read_bytes()
    reading, found = read_with(store.base_iri, record.file_name, content, batch.pictured(record.sha256))
    if found:
        raise RegistryError("\n".join(dict.fromkeys(each.sentence for each in found)))
    if reading.deposit is not None:
        batch.add(reading.deposit)
    batch.commit()
    if reading.refusal is not None:
        batch.refuse(reading.refusal)


def _texts(passage: Passage, given: Mapping[str, str]) -> list[str]:
    """Return the text of each place. Raises UnclearWordError."""
    texts = [_cleaned(given.get(f"text{at}", "")) for at in range(len(passage.places))]
    if given.get("act") == "nothing":
        if passage.is_blank:
            raise UnclearWordError("这里本来就没有文字 · there is no text here anyway")
        return [""] * len(texts)
    if given.get("act") != "read":
        raise UnclearWordError("没有这样的操作 · there is no such act")
    if not all(texts):
        raise UnclearWordError(
            "请写出图像上的文字；没有文字的，按“没有文字” · type the text of the picture, or press “No text”"
        )
    return texts


def _cleaned(text: str) -> str:
    """Return a text without control characters, blank lines and blanks around lines. Raises UnclearWordError."""
    if len(text) > _LONGEST:
        raise UnclearWordError("文字太长 · the text is too long")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    shown = ("".join(char for char in line if unicodedata.category(char)[0] != "C").strip() for line in lines)
    kept = [line for line in shown if line]
    if len(kept) > _MOST_LINES:
        raise UnclearWordError("行太多 · there are too many lines")
    if UNREAD in text:
        raise UnclearWordError("请写出 � 处的字 · write the character that stands for �")
    return "\n".join(kept)
