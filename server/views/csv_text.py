"""Write an answer as CSV (RFC 4180).

For programs, headings are names of columns; for people, headings are words of one language, codes are written out, and
IRIs come last. Cells by which a spreadsheet could run something are made harmless; other cells are as printed.
"""

from itertools import chain

from jixiao.ontology.text import bilingual, spreadsheets
from jixiao.server.runtime.turns import looked
from jixiao.server.views.answers import Answer, Column, Row, for_people, written


def to_csv(answer: Answer, *, byte_order_mark: bool = False, headings: str | None = None) -> str:
    """Return the rows of an answer as CSV, under the columns' names or, with `headings` (zh or en), under words.

    With a byte-order mark, Excel reads the file as UTF-8. Raises as turns.look() does.
    """
    columns = answer.columns if headings is None else for_people(answer.columns)
    heads = [column.name if headings is None else column.heading(headings) for column in columns]
    rows = ([_cell(column, row, headings) for column in columns] for row in looked(answer.rows))
    return ("\ufeff" if byte_order_mark else "") + spreadsheets.csv_text(chain([heads], rows))


def _cell(column: Column, row: Row, headings: str | None) -> str:
    value = row[column.name]
    if headings is not None and (words := column.words_in(row)):
        return spreadsheets.harmless(bilingual.in_language(words, headings))
    return spreadsheets.harmless(written(value)) if isinstance(value, str) else written(value)
