"""Pack readings into bytes: workers return readings in this form, and the store keeps them in it until a commit.

A packed reading is compressed JSON. It leaves out the document's bytes, which the writer has already, and the report as
Python objects, which the deposit also contains as N-Triples. Rendition and ledger are packed as the JSON (UTF-8) that
the store keeps, so that the writer need not serialise them.
"""

import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pydantic import TypeAdapter

from jixiao.ingest.result import Judging, Pair, Reading
from jixiao.store.commit.spool import as_json

_FAST = 1  # zlib's level: it shrinks a reading to a tenth, and higher levels take longer for little gain
# Seconds after which a worker returns the readings so far. A chunk has the time limit of one document, which several
# slow documents together would exceed.
_PATIENCE = 20


def read_packed(pairs: Sequence[Pair], base_iri: str, judging: Judging) -> list[bytes]:
    """Read documents and return their packed readings, in order.

    After 20 seconds, no further document is begun, and only the readings of those read so far are returned.
    """
    from jixiao.ingest.document import read_documents  # noqa: PLC0415 - not needed by processes that only unpack

    return [pack(reading) for reading in read_documents(pairs, base_iri, judging, _PATIENCE)]


def pack(reading: Reading) -> bytes:
    """Pack a reading into bytes."""
    deposit = reading.deposit
    if deposit:
        rendition, ledger = as_json(deposit.rendition), as_json(deposit.ledger)
        deposit = replace(deposit, content=b"", rendition=rendition, ledger=ledger, recognition=None)
    kept = replace(reading, deposit=deposit, report=None, rendition=None, ledger=None)
    return zlib.compress(_adapter().dump_json(kept), _FAST)


def unpack(packed: bytes, content: bytes) -> Reading:
    """Return a packed reading; `content` are the document's bytes. Raises ValueError if another version packed it."""
    try:
        reading = _adapter().validate_json(zlib.decompress(packed))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    deposit = reading.deposit and replace(reading.deposit, content=content, recognition=reading.recognition)
    return replace(reading, deposit=deposit)


@cache
def _adapter() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)
