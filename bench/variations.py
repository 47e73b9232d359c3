"""Read filings in twelve other layouts and compare the facts: `python -m bench.variations PATH… [--all]`.

Each file is read as it is, and its repaired rows are then written in other layouts: other separators, other formats,
another order of columns, other text around. The facts of the reading as it is are the measure: a fact that another
layout loses is missing, one that only another layout gives is wrong. `--all` lists every difference. The exit status
is 1 if a layout keeps less than 95 % of the facts, or if 1 % of its facts or more are wrong.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.measuring import print_table
from jixiao.ingest.cells.repair import cells
from jixiao.ingest.document import read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Indicator
from jixiao.ingest.readers import read
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.values.amounts import named
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.mutants.facts import published
from tests.support.writers import as_docx, as_html

Rows = list[Sequence[str]]
LEAST, MOST_WRONG = 0.95, 0.01
TWO = "two in a file"
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "|"}
_HEAD = ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值")
_MENUS = ("首页 | 机构概况 | 信息公开 | 办事服务", "当前位置：首页 > 政务公开 > 财政信息")
_FOOT = ("上一篇：没有了", "【打印本页】【关闭窗口】", "网站地图 | 联系我们 | 版权所有")


def _rows(content: bytes) -> Rows:
    """Return the texts of a file's rows; those of tables of indicators are tuples, made of what is read from the file.

    A table has a column for a group word, both levels, the name and the target; levels print once. Raises SystemExit
    for a file without a table of indicators below a head, and for one with several projects in a table.
    """
    rendition = read(content)
    rows, _ = cells(rendition, Marks())
    texts: Rows = [[_joined(cell.text) for cell in row.cells] for row in rows]
    made: Rows = []
    above = 0  # rows that are written
    for told in [each.form.indicators for each in extract(rendition).projects if each.form.indicators] or [()]:
        head = next((n for n in range(above, len(rows)) if columns.head(rows[n])), len(rows))
        below = [
            n
            for n in range(head, len(rows))
            for cell in rows[n].filled
            for each in told
            if {*cell.places} & {*each.name.places} and _joined(each.name.text) in _joined(cell.text)
        ]
        if not below:
            sys.exit(f"没有带表头的指标表 no table of indicators with a head: {rendition.lines[0].text}")
        made += [*texts[above:head], *_table(told)]
        above = below[-1] + 1
    return [*made, *texts[above:]]


def _table(indicators: Iterable[Indicator]) -> Iterator[tuple[str, ...]]:
    yield _HEAD
    levels = ("", "")
    for each in indicators:
        own = (each.level1 or "", each.level2 or "")
        shown = own if own[0] != levels[0] else ("", own[1] if own != levels else "")
        yield ("", *shown, _joined(each.name.text), _joined(each.target.text if each.target else ""))
        levels = own


def _joined(text: str) -> str:
    return "".join(text.split())


def _text(lines: Iterable[str]) -> bytes:
    return "\n".join(chain(lines, [""])).encode()


def _lines(rows: Rows, separator: str) -> list[str]:
    """Return a line for each row; blank cells leave no trace between blanks and line ends."""
    return [separator.join(filter(None, row) if len(row) > 1 and separator.strip(" \n") == "" else row) for row in rows]


def _reordered(rows: Rows, columns: Sequence[int]) -> bytes:
    """Return the text with these columns of the tables, in this order."""
    return _text(_lines([[row[n] for n in columns] if isinstance(row, tuple) else row for row in rows], "\t"))


def variations(content: bytes, other: bytes) -> dict[str, tuple[bytes, str]]:
    """Return the content and the file name of each variation of a filing; `other` is the filing that follows it."""
    rows = _rows(content)
    tabs = _text(_lines(rows, "\t"))
    texts = {
        "full width": _text(line.translate(_FULL_WIDTH) for line in _lines(rows, "\t")),
        "tabs": tabs,
        "bars": _text(f"| {line} |" if "|" in line else line for line in _lines(rows, " | ")),
        "one blank": _text(_lines(rows, " ")),
        "two blanks": _text(_lines(rows, "  ")),
        "one cell a line": _text(_lines(rows, "\n")),
        "columns swapped": _reordered(rows, (0, 1, 2, 4, 3)),
        "menus around": _text([*_MENUS, *content.decode(errors="ignore").splitlines(), *_FOOT]),
        TWO: _text(content.decode(errors="ignore").splitlines()) + other,
        "columns dropped": _reordered(rows, (2, 3, 4)),
    }
    files = {"html": (as_html(read(tabs)).encode(), "filing.html"), "docx": (as_docx(read(tabs)), "filing.docx")}
    return {kind: (text, "filing.txt") for kind, text in texts.items()} | files


def stated(content: bytes, file_name: str) -> Counter[tuple[str, ...]]:
    """Return the facts of a file: names and amounts of projects, and each indicator with its target without marks."""
    found: Counter[tuple[str, ...]] = Counter()
    for project in published(read_document(content, file_name, DEFAULT_BASE)):
        amounts = (f"{project.amounts[each]}" for each in ("annualRequest", "totalAmount") if each in project.amounts)
        found.update([("project", project.name), ("amount", project.name, next(amounts, ""))])
        found.update(("indicator", each.name, named(each.target or "")) for each in project.indicators)
    return found


def compare(
    paths: Sequence[Path], made: Callable[[int], Mapping[str, tuple[bytes, str]]], least: float, *, listed: bool
) -> None:
    """Read each file as it is and as `made` from its number, print what each kind keeps, and exit.

    `made` returns content and file name by kind. The exit status is 1 if a kind keeps less than the share `least` of
    the facts, or if MOST_WRONG of its facts or more are wrong.
    """
    known = [stated(path.read_bytes(), path.name) for path in paths]
    counts: dict[str, Counter[str]] = {}
    for n, path in enumerate(paths):
        for kind, varied in made(n).items():
            expected = known[n] + known[(n + 1) % len(paths)] if kind == TWO else known[n]
            found = stated(*varied)
            lost, wrong = expected - found, found - expected
            count = counts.setdefault(kind, Counter())
            count.update(all=expected.total(), kept=(expected & found).total(), wrong=wrong.total())
            for sign, each in chain((("-", each) for each in lost), (("+", each) for each in wrong)) if listed else ():
                print(f"{kind}: {path.name}: {sign} {' '.join(each)}")
    rows = [[kind, *each.values(), each["kept"] / each["all"]] for kind, each in counts.items()]
    print_table(["", "facts", "kept", "wrong", "share"], rows)
    sys.exit(
        any(each["kept"] < least * each["all"] or each["wrong"] >= MOST_WRONG * each["all"] for each in counts.values())
    )


def main(
    paths: list[Path], listed: Annotated[bool, typer.Option("--all", help="list every difference")] = False
) -> None:
    """Read files in other layouts, and print for each layout its facts, how many are kept and how many are wrong."""
    contents = [path.read_bytes() for path in paths]
    compare(paths, lambda n: variations(contents[n], contents[(n + 1) % len(paths)]), LEAST, listed=listed)


if __name__ == "__main__":
    typer.run(main)
