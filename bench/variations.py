"""Read filings in other layouts and damaged, and compare the facts: `python -m bench.variations PATH… [--all]`.

Each file is read as it is, and its repaired rows are then written in other layouts: other separators, other formats,
another order of columns, other text around; and as crawlers damage pages: without some borders or rows, with page
breaks. The facts of the reading as it is are the measure: a fact that another layout loses is missing, unless its row
was cut, and one that only another layout gives is wrong. `--all` lists every difference. The exit status is 1 if a
layout keeps less than 95 % of the facts, or if 0.5 % of its facts or more are wrong.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.measuring import print_table
from jixiao.ingest.cells.repair import cells
from jixiao.ingest.document import read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Indicator
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Marks
from jixiao.ingest.roles import columns
from jixiao.ingest.values.amounts import named
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.mutants.facts import published
from tests.support.writers import as_docx, as_html

Rows = list[Sequence[str]]
Facts = Counter[tuple[str, ...]]
LEAST, MOST_WRONG = 0.95, 0.005
_PAGE, _BORDERS = 12, 20  # rows of a page; one border in so many is lost
TWO, CUT = "two in a file", "two rows cut"
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "|"}
_HEAD = ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值")
_MENUS = ("首页 | 机构概况 | 信息公开 | 办事服务", "当前位置：首页 > 政务公开 > 财政信息")
_FOOT = ("上一篇：没有了", "【打印本页】【关闭窗口】", "网站地图 | 联系我们 | 版权所有")


def _rows(content: bytes) -> Rows:
    """Return the rows of a file: lists of texts or, for indicators, tuples of cells in the order of a fixed table.

    The columns of a tuple are a group word, both levels, the name and the target; equal levels are printed once. A file
    without a table of indicators below a head, or with several projects in one table, ends the program.
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
    """Return a text line for each row, with its cells joined by `separator`."""
    return [separator.join(filter(None, row) if len(row) > 1 and separator.strip(" \n") == "" else row) for row in rows]


def _barred(rows: Rows) -> list[str]:
    return [f"| {line} |" if "|" in line else line for line in _lines(rows, " | ")]


def _reordered(rows: Rows, columns: Sequence[int]) -> bytes:
    """Return the text of the rows with only the given columns of the tables, in the given order."""
    return _text(_lines([[row[n] for n in columns] if isinstance(row, tuple) else row for row in rows], "\t"))


def _without_borders(lines: Iterable[str]) -> list[str]:
    """Return the lines with every twentieth bar between cells replaced by a blank."""
    met = count(1)
    return [re.sub(r" \| ", lambda each: each[0] if next(met) % _BORDERS else " ", line) for line in lines]


def _cut(rows: Rows, known: Facts) -> tuple[Rows, Facts]:
    """Remove two rows of each form; return the other rows, and the facts that were in the removed ones.

    The removed rows are the middle one of the table and, above its head, the last one that has words but neither a
    figure nor a project's name; the names are taken from the facts `known`.
    """
    names = "|".join(["[0-9]", *(re.escape(name) for kind, name, *_ in known if kind == "project")])
    heads = [n for n, row in enumerate(rows) if row == _HEAD]
    gone, facts = set[int](), Facts()
    for head, following in pairwise([*heads, len(rows)]):
        middle = head + 1 + sum(isinstance(row, tuple) for row in rows[head + 1 : following]) // 2
        facts["indicator", rows[middle][3], named(rows[middle][4])] += 1
        texts = ["".join(row) for row in rows[:head]]
        gone |= {middle, *[n for n, text in enumerate(texts) if text and not re.search(names, text)][-1:]}
    return [row for n, row in enumerate(rows) if n not in gone], facts


def _paged(rows: Rows) -> Rows:
    """Return the rows with a page's number and the file's first row, as a running title, behind each page."""
    pages = [rows[n : n + _PAGE] for n in range(0, len(rows), _PAGE)]
    return [*pages[0], *chain.from_iterable([[f"- {n} -"], rows[0], *page] for n, page in enumerate(pages[1:], 1))]


def variations(content: bytes, other: bytes) -> dict[str, tuple[bytes, str, Facts]]:
    """Return the content, the file name and the facts cut off of each variation of a filing, by its kind.

    `other` is the filing that follows it.
    """
    rows = _rows(content)
    cut, facts = _cut(rows, stated(content, "filing.txt"))
    tabs = _text(_lines(rows, "\t"))
    texts = {
        "full width": _text(line.translate(_FULL_WIDTH) for line in _lines(rows, "\t")),
        "tabs": tabs,
        "bars": _text(_barred(rows)),
        "one blank": _text(_lines(rows, " ")),
        "two blanks": _text(_lines(rows, "  ")),
        "one cell a line": _text(_lines(rows, "\n")),
        "columns swapped": _reordered(rows, (0, 1, 2, 4, 3)),
        "menus around": _text([*_MENUS, *content.decode(errors="ignore").splitlines(), *_FOOT]),
        TWO: _text(content.decode(errors="ignore").splitlines()) + other,
        "columns dropped": _reordered(rows, (2, 3, 4)),
        "borders lost": _text(_without_borders(_barred(rows))),
        "pages": _text(_lines(_paged(rows), "\t")),
        CUT: _text(_lines(cut, "\t")),
    }
    files = {"html": (as_html(read(tabs)).encode(), "filing.html"), "docx": (as_docx(read(tabs)), "filing.docx")}
    written = {kind: (text, "filing.txt") for kind, text in texts.items()} | files
    return {kind: (*each, facts if kind == CUT else Facts()) for kind, each in written.items()}


def stated(content: bytes, file_name: str) -> Facts:
    """Read a file, and count its facts: names and amounts of projects, and indicators with their targets."""
    found = Facts()
    for project in published(read_document(content, file_name, DEFAULT_BASE)):
        amounts = [f"{project.amounts[each]}" for each in ("annualRequest", "totalAmount") if each in project.amounts]
        found.update([("project", project.name), *(("amount", project.name, amount) for amount in amounts[:1])])
        found.update(("indicator", each.name, named(each.target or "")) for each in project.indicators)
    return found


def compare(
    paths: Sequence[Path], made: Callable[[int], Mapping[str, tuple[Any, ...]]], least: float, *, listed: bool
) -> None:
    """Read files as they are and varied, print how many facts each kind of variation keeps, and exit.

    `made` takes a file's position in `paths`, and returns content, file name and facts cut off, if any, by kind of
    variation. The exit status is 1 if a kind keeps less than the share `least` of the facts, or if at least MOST_WRONG
    of them are wrong. If `listed`, every difference is printed.
    """
    known = [stated(path.read_bytes(), path.name) for path in paths]
    counts: dict[str, Counter[str]] = {}
    for n, path in enumerate(paths):
        for kind, (content, name, *cut) in made(n).items():
            expected = known[n] + known[(n + 1) % len(paths)] if kind == TWO else known[n]
            expected = expected - sum(cut, Facts())
            found = stated(content, name)
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
