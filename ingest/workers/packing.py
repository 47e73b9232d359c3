"""Pack readings into bytes: workers return readings in this form, and the store keeps them in it until a commit.

A packed reading leaves out the document's bytes, which the writer has already, and the report as Python objects, which
the deposit also contains as N-Triples. Rendition and ledger are packed as the JSON (UTF-8) that the store keeps, so
that the writer need not serialise them.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import accumulate, pairwise

from pydantic import TypeAdapter

from jixiao.ingest.result import Account, Judging, Pair, Reading
from jixiao.store import Deposit, Refusal
from jixiao.store.commit.spool import as_json

_FAST = 1  # zlib's level: it shrinks a reading to a tenth, and higher levels take longer for little gain
_LENGTH = 4  # bytes of the number, at the start, that gives the length of the head
_TEXTS = 4  # number of a deposit's texts: rendition, ledger, triples, report
# Seconds after which a worker returns the readings so far. A chunk has the time limit of one document, which several
# slow documents together would exceed.
_PATIENCE = 20


@dataclass(frozen=True)
class _Deposit:
    """The fields of a deposit besides its texts.

    `lengths` has the length in bytes of each text: rendition, ledger, triples and report.
    """

    media_type: str
    projects: Mapping[str, str]
    filings: frozenset[str]
    partial: frozenset[str]
    borrowed: frozenset[str]
    reading: int
    lengths: Sequence[int]


@dataclass(frozen=True)
class _Head:
    """The fields of a reading, without its report and without the texts of its deposit."""

    file_name: str
    sha256: str
    deposit: _Deposit | None
    refusal: Refusal | None
    projects: int
    indicators: int
    citations: int
    warnings: int
    warning_groups: int
    share: float
    unread: tuple[tuple[int, str], ...]
    account: Account | None
    bodies: tuple[str, ...]
    seconds: dict[str, float]
    recognised: int | None = None  # bytes of the recognition, None if the document has none


def read_packed(pairs: Sequence[Pair], base_iri: str, judging: Judging) -> list[bytes]:
    """Read documents and return their packed readings, in order.

    After 20 seconds, no further document is begun, and only the readings of those read so far are returned.
    """
    from jixiao.ingest.document import read_documents  # noqa: PLC0415 - not needed by processes that only unpack

    return [pack(reading) for reading in read_documents(pairs, base_iri, judging, _PATIENCE)]


def pack(reading: Reading) -> bytes:
    """Pack a reading into bytes: the head's length, the head as JSON, and the texts, compressed together."""
    deposit = None
    texts = [] if reading.recognition is None else [reading.recognition]
    if made := reading.deposit:
        texts += [as_json(made.rendition), as_json(made.ledger), made.source_triples, made.report_triples]
        deposit = _Deposit(
            made.media_type,
            made.projects,
            made.filings,
            made.partial,
            made.borrowed,
            made.reading,
            [len(text) for text in texts[-_TEXTS:]],
        )
    own = {name: getattr(reading, name) for name in _shared()}
    recognised = None if reading.recognition is None else len(reading.recognition)
    head = _adapter().dump_json(_Head(**own | {"deposit": deposit, "recognised": recognised}))
    return zlib.compress(b"".join((len(head).to_bytes(_LENGTH), head, *texts)), _FAST)


def unpack(packed: bytes, content: bytes) -> Reading:
    """Return a packed reading; `content` are the document's bytes. Raises ValueError if another version packed it."""
    try:
        unpacked = zlib.decompress(packed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    begin = _LENGTH + int.from_bytes(unpacked[:_LENGTH])
    head = _adapter().validate_json(unpacked[_LENGTH:begin])
    own = {name: getattr(head, name) for name in _shared()}
    if head.recognised is not None:
        own["recognition"] = unpacked[begin : begin + head.recognised]
        begin += head.recognised
    if (made := head.deposit) is None:
        return Reading(**own)
    ends = accumulate(made.lengths, initial=begin)
    rendition, ledger, source, report = (unpacked[start:end] for start, end in pairwise(ends))
    deposit = Deposit(
        sha256=head.sha256,
        file_name=head.file_name,
        media_type=made.media_type,
        content=content,
        rendition=rendition,
        ledger=ledger,
        source_triples=source,
        report_triples=report,
        projects=made.projects,
        filings=made.filings,
        partial=made.partial,
        borrowed=made.borrowed,
        reading=made.reading,
        recognition=own.get("recognition"),
    )
    return Reading(**own | {"deposit": deposit})


def _shared() -> Iterator[str]:
    """Yield the names of the fields that _Head and Reading share."""
    return (each.name for each in fields(_Head) if each.name != "recognised")


@cache
def _adapter() -> TypeAdapter[_Head]:
    return TypeAdapter(_Head)
