"""Read separated values (RFC 4180) in the encodings of plain text; a record becomes a row.

The separator is a comma, a semicolon or a tab: the one that the first line names as spreadsheets write it (`sep=;`), or
else the one that divides most records. Sentences have commas, too, so text is a table only if at least three records
have three fields or more, and either most records have the same number of fields, three records have a blank field, or
a field is quoted. Text with mark-up is not read here, and text with tabs only if a field is quoted that has to be.
"""

import csv
import io
import itertools
import re
from functools import lru_cache
from typing import NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import rendering
from jixiao.ingest.formats.rendering import Rendering, Written, check_size
from jixiao.ingest.readers import text
from jixiao.ingest.rendition import Rendition

MEDIA_TYPE = "text/csv"
_FEWEST = 3  # least number of fields in a record, and least number of such records in a table
_MOSTLY = 0.6  # least share of the records with separators that must have as many fields as the widest one
_FIGURE = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?![\d,])")  # 46,670,000 is one figure, not three fields
# Content is no table without one of these: a byte-order mark of UTF-16, whose bytes look like others, a named
# separator, a quotation mark, or six separators outside of figures.
SIGNS = re.compile(
    rb"\A(?:\xff\xfe|\xfe\xff|(?:\xef\xbb\xbf)?sep=)|\""
    rb"|\A(?:(?>%b|[^,;])*+[,;]){%d}" % (_FIGURE.pattern.encode(), _FEWEST * (_FEWEST - 1))
)
# Blanks or bars that align columns of plain text, whose cells may have separators.
_ALIGNED = re.compile(r"\S {3}\s*\S|[|│]")
# A field in quotation marks that has a separator or such a mark, or with tabs a line break.
_QUOTED = {
    sign: re.compile(rf'(?:^|{sign})"[^"\n]*(?:{sign}|"")[^"\n]*"(?:{sign}|$)', re.MULTILINE) for sign in (",", ";")
} | {"\t": re.compile(r'(?:^|\t)"[^"\t]*(?:[,\n]|"")[^"\t]*"(?:\t|$)', re.MULTILINE)}


class _Table(NamedTuple):
    """The records of a table, and the number of records with at least three fields."""

    records: list[list[str]]
    wide: int


def accepts(content: bytes) -> bool:
    """Return whether the content is text in which a separator surely divides the fields of a table."""
    decoded = text.decoded(content) if text.accepts(content) else None
    return decoded is not None and _table(decoded.text) is not None


def read(content: bytes) -> Rendition:
    """Return the records as rows; a record with text only in its first field is a paragraph. Raises UnreadableError."""
    decoded = text.decoded(content)
    table = _table(decoded.text) if decoded else None
    if decoded is None or table is None:
        raise UnreadableError("不是分隔符分开的表格", "no table of separated values")
    check_size(sum(map(len, table.records)))
    width = max(map(len, table.records), default=0)
    written = Rendering()
    for number, record in enumerate(table.records, 1):
        filled = [column for column, field in enumerate(record) if field.strip()]
        places = [{"table": 1, "row": number, "cell": cell} for cell, _ in enumerate(record, 1)]
        if filled == [0] and len(record) in (1, width):
            written.paragraph(record[0], places[0])
        elif filled:
            written.row(map(Written, itertools.count(), record, places))
    return written.rendition(MEDIA_TYPE, decoded.encoding)


@lru_cache(maxsize=1)  # keeps one table, which is read after it was accepted
def _table(written: str) -> _Table | None:
    """Return the table of a text; None for text that is no table.

    The separator is the one that the first line names (`sep=;`), or else, of those that surely divide fields, the one
    that divides most records.
    """
    if written.lstrip().startswith("<"):  # mark-up
        return None
    named = re.match(r"\ufeff?sep=([,;\t])\n", written, flags=re.IGNORECASE)
    if named:
        return _by(named[1], written[named.end() :])
    tabs = ("\t",) if _QUOTED["\t"].search(written) else ()
    tables = [
        table
        for sign in (tabs if "\t" in written else (",", ";"))
        if sign in written and (table := _by(sign, written)) and _is_sure(sign, table, written)
    ]
    return max(tables, key=lambda table: table.wide, default=None)


def _by(sign: str, written: str) -> _Table | None:
    records = _records(sign, written) or _records(sign, _doubled(sign, written))
    if records is None:
        return None
    # A record may have several fields only because commas group the digits of a number: 46,670,000.
    bare = (_FIGURE.sub("", sign.join(record)) if sign == "," else sign.join(record) for record in records)
    widths = [min(len(record), len(line.split(sign))) for record, line in zip(records, bare, strict=True)]
    return _Table(records, sum(width >= _FEWEST for width in widths))


def _records(sign: str, written: str) -> list[list[str]] | None:
    records: list[list[str]] = []
    fields = 0
    try:
        for record in csv.reader(io.StringIO(written, newline=""), delimiter=sign, strict=True):
            records.append(record)
            fields += len(record)
            if fields > rendering.MOST_CELLS:  # enough to tell whether the text is a table, which is then refused
                break
    except csv.Error:
        return None
    return records


def _doubled(sign: str, written: str) -> str:
    """Return a text with the quotation marks doubled that a writer left single: "一网通办"平台 is 一网通办平台.

    Spreadsheet programs add to a quoted text what follows it up to the separator. A field with an odd number of marks
    stays as it is, for a separator within marks may have divided it.
    """

    def closed_at_its_end(field: re.Match[str]) -> str:
        rest = field[2].replace('"', '""')
        return field[0] if field[0].count('"') % 2 else f'"{field[1]}{rest}"'

    return re.sub(rf'(?<![^{sign}\n])"((?:[^"]|"")*+)"([^{sign}\n]*)', closed_at_its_end, written)


def _is_sure(sign: str, table: _Table, written: str) -> bool:
    """Return whether a separator surely divides fields, rather than parts of sentences or aligned cells.

    `written` is the text of the file, and `table` the table into which the separator `sign` divides the text.
    """
    if table.wide < _FEWEST:
        return False
    records = [record for record in table.records if any(field.strip() for field in record)]
    # Lines of programs and styles end in semicolons.
    last = None if sign == "," else -1
    gaps = sum(1 for record in records if len(record) >= _FEWEST and not all(record[:last]))
    aligned = sum(1 for record in records if any(_ALIGNED.search(field) for field in record))
    # Most records with separators have as many fields as the widest one, unlike sentences.
    widths = [len(record) for record in records if len(record) > 1]
    even = bool(widths) and widths.count(max(widths)) >= _MOSTLY * len(widths)
    is_table = even and 2 * aligned < len(records) and 2 * table.wide >= len(records)
    return is_table or gaps >= _FEWEST or _QUOTED[sign].search(written) is not None
