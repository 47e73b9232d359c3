"""Write an answer as CSV, for programs or for people; workbook.py writes xlsx.

CSV follows RFC 4180. For programs, headings are names of columns; for people, headings are words of one language, codes
are written out, and IRIs come last. Cells that a spreadsheet would run as a formula are made harmless.
"""

import re
from collections.abc import Sequence
from itertools import chain
from typing import Literal

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.spreadsheets import csv_text, harmless
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Column, Row
from jixiao.server.views.parameters import several

Language = Literal["zh", "en"]

BYTE_ORDER_MARK = "\ufeff"


def to_csv(answer: Answer, *, byte_order_mark: bool = False, headings: Language | None = None) -> str:
    """Write the rows as CSV under the columns' names, or under headings in a language.

    With a byte-order mark Excel reads the file as UTF-8.
    """
    columns = answer.columns if headings is None else for_people(answer.columns)
    heads = [column.name if headings is None else column.label[headings] for column in columns]
    rows = ([_written(column, row, headings) for column in columns] for row in answer.rows)
    return (BYTE_ORDER_MARK if byte_order_mark else "") + csv_text(chain([heads], rows))


def for_people(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with IRIs last."""
    return sorted(columns, key=lambda column: column.type == "iri")


def file_stem(answer: Answer) -> str:
    """Return a file name without suffix that says what was asked, such as projects-citing_松委发〔2009〕97号."""
    asked = [text for name, typed in answer.params.items() if name not in ("limit", "sort") for text in several(typed)]
    named = [re.sub(r"[\x00-\x1f\x7f\\/:*?\"<>|\s]+", "-", text)[:40].strip("-.") for text in asked]
    return "_".join([answer.view, *(text for text in named[:4] if text)])


def words_in(language: Language, words: Bilingual) -> str:
    """Return the words of one language."""
    return words.zh if language == "zh" else words.en


def _written(column: Column, row: Row, headings: Language | None) -> str:
    value = row[column.name]
    words = column.words(value) if headings is not None else None
    if words is not None and headings is not None:
        return harmless(words_in(headings, words))
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else digits(value)
