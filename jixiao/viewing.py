"""Answer views for the command line, and print the answers: a table for people, CSV, JSON or xlsx."""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import pyoxigraph
import typer

from jixiao.ontology.text.decimals import digits
from jixiao.server.editions import metadata
from jixiao.server.http import requests
from jixiao.server.views import csv_text, cube, declared, lines, parameters, view_files, view_folder
from jixiao.server.views.answers import Answer, Column, Value
from jixiao.store import Generation, Store, files
from jixiao.tables import result_table
from jixiao.terminal import fail, say, write

Format = Literal["table", "csv", "json", "xlsx"]
"""Forms of the rows."""
FormatOption = Annotated[Format, typer.Option("--format", help="结果格式 · format of the result")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="写入文件 · write to a file", show_default=False)
]


@dataclass(frozen=True)
class Viewing:
    """A store, its current generation, and its views by name."""

    store: Store
    generation: Generation
    views: Mapping[str, view_files.View]

    @staticmethod
    def open(path: Path, folder: Path | None = None) -> "Viewing":
        """Open a store, with the views of a folder besides jixiao's.

        Raises StoreError, as for an empty store, and ViewFileError.
        """
        store = Store.open(path)
        return Viewing(store, store.present(), view_folder.load_all(store.base_iri, folder))

    def answer(self, view: str, params: parameters.Given) -> Answer:
        """Answer the view of this name with the parameters `params`. Raises ParameterError."""
        now = self.generation
        answer = self.views[view].answer(self._run, params, now.version, now.index)
        answer = lines.with_lines(answer, lines.LedgerLines(self.store))
        return replace(answer, credit=metadata.Credit.of(self.store.publisher(), now.manifest))

    def with_caveat(self, answer: Answer) -> Answer:
        """Return an answer with the sentence that its sums may not be complete, if this is so."""
        return declared.with_caveat(
            answer, partial(declared.caveat, lambda name, params: self.answer(name, params).rows)
        )

    def cube(self) -> Iterator[pyoxigraph.Triple]:
        """Return the cube of all money, with its structure."""
        view = self.views["money"]
        return cube.triples(view, replace(view, default_limit=sys.maxsize).rows(self._run, {}, None))

    def _run(self, sparql: str) -> bytes:
        results = self.generation.graph.query(sparql)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise TypeError("a view is a SELECT")
        return results.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""


def print_answer(answer: Answer, view: view_files.View, form: Format, output: Path | None = None) -> None:
    """Print an answer, or write it to a file, with remarks to stderr."""
    if form == "table" and output is None:
        _table(answer)
    else:
        _file(answer, view, form, output)
    _remarks(answer, form)


def print_columns(answer: Answer, names: Collection[str], width: int) -> None:
    """Print some columns of an answer as a table of at most `width` characters."""
    _table(replace(answer, columns=tuple(column for column in answer.columns if column.name in names)), width)


def _file(answer: Answer, of: view_files.View, form: Format, output: Path | None) -> None:
    """Write the answer of the view `of` to a file, or to stdout if `output` is None."""
    if form == "xlsx":
        address = of.base_iri + requests.address(f"views/{of.name}", answer.params)
        from jixiao.server.views.workbook import to_xlsx  # noqa: PLC0415 - openpyxl is slow to import

        content = to_xlsx(answer, "zh", of.question, address)
    else:
        content = (answer.to_json() if form == "json" else csv_text.to_csv(answer)).encode()
    if output is not None:
        # A device is written to; a file is replaced, so that a full disk leaves no part of an answer.
        (files.write if output.is_file() or not output.exists() else Path.write_bytes)(output, content)
    elif form == "xlsx" and sys.stdout.isatty():
        fail("xlsx 不能显示在终端，请用 -o 写入文件 · xlsx cannot be shown on a terminal: use -o to write a file")
    else:
        write(content)


def _remarks(answer: Answer, form: Format) -> None:
    """Print to stderr how names were understood, similar names, and that there are more rows."""
    for typed in dict.fromkeys(each.typed for each in answer.resolved if each.label != each.typed):
        meant = "、".join(each.label for each in answer.resolved if each.typed == typed)
        say(f"“{typed}”指 · means: {meant}")
    if answer.message and form in ("csv", "xlsx"):
        say(f"{answer.message['zh']} {answer.message['en']}")
    if answer.caveat:
        say(f"{answer.caveat.zh} {answer.caveat.en}")
    if answer.near:
        say(f"是不是要找 · did you mean: {'、'.join(each.label for each in answer.near)}")
    if answer.truncated:
        say("还有更多行，用 limit= 和 offset= 取得 · there are more rows: use limit= and offset=")


def _table(answer: Answer, width: int | None = None) -> None:
    """Print the rows for people, in a table of at most `width` characters.

    IRIs whose names are in another column are left out, and totals are added at the end.
    """
    linked = {column.link for column in answer.columns}
    noted = {column.note for column in answer.columns}
    filled = {name for row in answer.rows for name, value in row.items() if value is not None}
    columns = [each for each in answer.columns if each.name not in linked | (noted - filled)]
    heads = [
        (f"{column.label['zh']} {column.label['en']}", column.type in {"yuan", "decimal", "integer"})
        for column in columns
    ]
    rows = [[_cell(row[column.name], column) for column in columns] for row in answer.rows]
    totals = answer.totals()
    if totals and len(rows) > 1:
        sums = [_cell(totals[column.name], column) if column.name in totals else "" for column in columns]
        rows.append([sums[0] or ("全部行合计 total of all rows" if answer.truncated else "合计 total"), *sums[1:]])
    if answer.message:
        write(f"{answer.message['zh']} {answer.message['en']}\n")
    else:
        result_table(heads, rows, width)


def _cell(value: Value, column: Column) -> str:
    words = column.words(value)
    if words is not None:
        return words.zh if words.zh == words.en else f"{words.zh} {words.en}"
    if value is None:
        return ""
    if column.type == "yuan" and isinstance(value, int | Decimal):
        return f"{digits(value, grouped=True)} 元"
    return value if isinstance(value, str) else digits(value)
