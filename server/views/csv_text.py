"""Write an answer as CSV (RFC 4180), and describe this CSV: its columns, licence and version (CSV on the Web).

For programs, headings are names of columns; for people, headings are words of one language, codes are written out, and
IRIs come last. Cells by which a spreadsheet could run something are made harmless; other cells are as printed.
"""

import json
from itertools import chain
from typing import Any

from jixiao.ontology.text import bilingual, spreadsheets
from jixiao.server.http.negotiation import CSV, Form
from jixiao.server.views.answers import Answer, Column, Row, for_people, written

_DATATYPES = {
    "iri": "anyURI",
    "date": "date",
    "year": "gYear",
    "integer": "integer",
    "line": "integer",
    "yuan": "decimal",
    "decimal": "decimal",
}
"""Datatypes of XML Schema by type of column; the values of all other types are text."""


def to_csv(answer: Answer, *, byte_order_mark: bool = False, headings: str | None = None) -> str:
    """Return the rows of an answer as CSV, under the columns' names or, with `headings` (zh or en), under words.

    With a byte-order mark, Excel reads the file as UTF-8.
    """
    columns = answer.columns if headings is None else for_people(answer.columns)
    heads = [column.name if headings is None else column.heading(headings) for column in columns]
    rows = ([_cell(column, row, headings) for column in columns] for row in answer.rows)
    return ("\ufeff" if byte_order_mark else "") + spreadsheets.csv_text(chain([heads], rows))


def _cell(column: Column, row: Row, headings: str | None) -> str:
    value = row[column.name]
    if headings is not None and (words := column.words_in(row)):
        return spreadsheets.harmless(bilingual.in_language(words, headings))
    return spreadsheets.harmless(written(value)) if isinstance(value, str) else written(value)


def address(page: str, headings: str | None, form: Form) -> str:
    """Return the address of the answer at `page` in the form `form`; `headings` is their language, None for names."""
    more = f"format={form.name}" + (f"&headings={headings}" if headings else "")
    return f"{page}{'&' if '?' in page else '?'}{more}"


def metadata(answer: Answer, question: bilingual.Bilingual, page: str, headings: str | None) -> str:
    """Return the description of the answer's CSV as JSON (CSV on the Web), for the CSV of the page at address `page`.

    If `headings` is a language (zh or en), the description declares all cells as text.
    """
    columns = answer.columns if headings is None else for_people(answer.columns)
    described: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": headings or "en"}],
        "@type": "Table",
        "url": address(page, headings, CSV),
        "dc:title": _both(question.zh, question.en),
        "tableSchema": {"columns": [_column(column, headings) for column in columns]},
    }
    if answer.caveat:
        described["rdfs:comment"] = _both(answer.caveat.zh, answer.caveat.en)
    if answer.credit is not None:
        described |= {"dc:license": {"@id": answer.credit.license}, "dc:isPartOf": {"@id": answer.credit.iri}}
    return json.dumps(described, ensure_ascii=False, indent=1) + "\n"


def _column(column: Column, headings: str | None) -> dict[str, Any]:
    return {
        "name": column.name,
        "titles": column.name if headings is None else column.heading(headings),
        "dc:description": _both(column.heading("zh"), column.heading("en")),
        "datatype": "string" if headings else _DATATYPES.get(column.type, "string"),
    }


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@value": zh, "@language": "zh"}, {"@value": en, "@language": "en"}]
