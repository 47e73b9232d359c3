"""Read comma-separated values (RFC 4180) in the encodings of plain text; a record becomes a row.

Sentences have commas, too, so text with commas is a table only if at least three records have three fields or more, and
either most records have the same number of fields, three records have a blank field, or a field is quoted. Text with
tabs or mark-up is not read here.
"""

import csv
import io
import itertools
import re
from collections import Counter

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.rendering import Rendering, Written
from jixiao.ingest.readers import text
from jixiao.ingest.rendition import Rendition

MEDIA_TYPE = "text/csv"
_FEWEST = 3  # least number of fields in a record, and least number of such records in a table
_MOSTLY = 0.6  # least share of the records with commas that must have as many fields as the widest one
_FIGURE = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 46,670,000 is one figure, not three fields
# Blanks or bars that align columns of plain text, whose cells may have commas.
_ALIGNED = re.compile(r"\S {3}\s*\S|[|│]")
_QUOTED = re.compile(r'(?:^|,)"[^"\n]*(?:,|"")[^"\n]*"(?:,|$)', re.MULTILINE)

Records = list[list[str]]


def accepts(content: bytes) -> bool:
    """Return whether the content is text in which commas surely divide the fields of a table."""
    decoded = text.decoded(content) if b"," in content and text.accepts(content) else None
    if decoded is None:
        return False
    written = decoded.text
    if "\t" in written or written.lstrip().startswith("<"):  # mark-up
        return False
    records = [record for record in _records(written) or [] if any(field.strip() for field in record)]
    # A record may have several fields only because commas group the digits of a number: 46,670,000.
    wide = sum(
        1
        for record in records
        if len(record) >= _FEWEST and len(_FIGURE.sub("", ",".join(record)).split(",")) >= _FEWEST
    )
    gaps = sum(1 for record in records if len(record) >= _FEWEST and not all(record))
    aligned = sum(1 for record in records if any(_ALIGNED.search(field) for field in record))
    even = 2 * aligned < len(records) and 2 * wide >= len(records) and _of_one_width(records)
    return wide >= _FEWEST and (even or gaps >= _FEWEST or _QUOTED.search(written) is not None)


def _of_one_width(records: Records) -> bool:
    """Return whether most records with commas have as many fields as the widest one, which sentences have not."""
    widths = Counter(len(record) for record in records if len(record) > 1)
    return bool(widths) and widths[max(widths)] >= _MOSTLY * widths.total()


def read(content: bytes) -> Rendition:
    """Return the records as rows; one that has text in its first field alone is a paragraph. Raises UnreadableError."""
    decoded = text.decoded(content)
    records = _records(decoded.text) if decoded else None
    if decoded is None or records is None:
        raise UnreadableError("不是逗号分隔的表格", "no table of comma-separated values")
    width = max(map(len, records), default=0)
    rendering = Rendering()
    for number, record in enumerate(records, 1):
        filled = [column for column, field in enumerate(record) if field.strip()]
        places = [{"table": 1, "row": number, "cell": cell} for cell, _ in enumerate(record, 1)]
        if filled == [0] and len(record) in (1, width):
            rendering.paragraph(record[0], places[0])
        elif filled:
            rendering.row(map(Written, itertools.count(), record, places))
    return rendering.rendition(MEDIA_TYPE, decoded.encoding)


def _records(written: str) -> Records | None:
    try:
        return list(csv.reader(io.StringIO(written, newline=""), strict=True))
    except csv.Error:
        return None
