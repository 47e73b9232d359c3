"""Read filings in twelve other layouts and compare the facts: `python -m bench.variations PATH… [--all]`.

Each file is read as it is, and its repaired rows are then written in other layouts: other separators, other formats,
another order of columns, other text around. The facts of the reading as it is are the measure: a fact that another
layout loses is missing, one that only another layout gives is wrong. `--all` lists every difference. The exit status
is 1 if a layout keeps less than 95 % of the facts, or if 1 % of its facts or more are wrong.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.measuring import print_table
from jixiao.ingest.cells.repair import cells
from jixiao.ingest.document import read_document
from jixiao.ingest.extract import extract
from jixiao.ingest.readers import read
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.marks import Marks
from jixiao.ontology.identity import DEFAULT_BASE
from tests.support.mutants.facts import published
from tests.support.writers import as_docx, as_html

Rows = list[list[str]]
LEAST, MOST_WRONG = 0.95, 0.01
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in "|"}
_HEAD = ("绩效指标", "一级指标", "二级指标", "三级指标", "指标值")
_MENUS = ("首页 | 机构概况 | 信息公开 | 办事服务", "当前位置：首页 > 政务公开 > 财政信息")
_FOOT = ("上一篇：没有了", "【打印本页】【关闭窗口】", "网站地图 | 联系我们 | 版权所有")


def _rows(content: bytes) -> tuple[Rows, range]:
    """Return the texts of a file's rows, and which rows are the table of the indicators that are read from the file.

    The table has a column for a group word, both levels, the name and the target; levels print once. Raises SystemExit
    for a file without a table of indicators below a head.
    """
    rendition = read(content)
    rows, _ = cells(rendition, Marks())
    first = next((n for n, row in enumerate(rows) if columns.head(row)), None)
    if first is None:
        sys.exit(f"没有带表头的指标表 no table of indicators with a head: {rendition.to_json({})['lines'][0]['text']}")
    indicators = [each for project in extract(rendition).projects for each in project.form.indicators]
    ends = max(place.line for each in indicators for place in (*each.name.places, *each.target_places))
    made, levels = [list(_HEAD)], ("", "")
    for each in indicators:
        own, blank = (each.level1 or "", each.level2 or ""), ("", "")
        made.append(["", *(blank if own == levels else own if own[0] != levels[0] else ("", own[1]))])
        made[-1] += [_joined(each.name.text), _joined(each.target.text if each.target else "")]
        levels = own
    texts = [[_joined(cell.text) for cell in row.cells] for row in rows]
    below = [text for row, text in zip(rows, texts, strict=True) if row.first_line > ends]
    return [*texts[:first], *made, *below], range(first, first + len(made))


def _joined(text: str) -> str:
    return "".join(text.split())


def _text(lines: Iterable[str]) -> bytes:
    return "\n".join(chain(lines, [""])).encode()


def _lines(rows: Rows, separator: str) -> list[str]:
    """Return a line for each row; blank cells leave no trace between blanks and line ends."""
    visible = separator.strip(" \n")
    return [separator.join(row if visible or len(row) == 1 else filter(None, row)) for row in rows]


def _reordered(rows: Rows, inside: range, columns: Sequence[int]) -> bytes:
    """Return the text with these columns of the table, in this order."""
    return _text(_lines([[row[n] for n in columns] if at in inside else row for at, row in enumerate(rows)], "\t"))


def variations(content: bytes, other: bytes) -> dict[str, tuple[bytes, str]]:
    """Return the content and the file name of each variation of a filing; `other` is the filing that follows it."""
    rows, inside = _rows(content)
    tabs = _text(_lines(rows, "\t"))
    grid = read(tabs)
    texts = {
        "full width": _text(line.translate(_FULL_WIDTH) for line in _lines(rows, "\t")),
        "tabs": tabs,
        "bars": _text(f"| {line} |" if "|" in line else line for line in _lines(rows, " | ")),
        "one blank": _text(_lines(rows, " ")),
        "two blanks": _text(_lines(rows, "  ")),
        "one cell a line": _text(_lines(rows, "\n")),
        "columns swapped": _reordered(rows, inside, (0, 1, 2, 4, 3)),
        "menus around": _text([*_MENUS, *content.decode(errors="ignore").splitlines(), *_FOOT]),
        "two in a file": _text(content.decode(errors="ignore").splitlines()) + other,
        "columns dropped": _reordered(rows, inside, (2, 3, 4)),
    }
    files = {kind: (text, "filing.txt") for kind, text in texts.items()}
    return files | {"html": (as_html(grid).encode(), "filing.html"), "docx": (as_docx(grid), "filing.docx")}


def stated(content: bytes, file_name: str) -> Counter[tuple[str, ...]]:
    """Return the facts of a file: names and amounts of projects, and each indicator with its target."""
    found: Counter[tuple[str, ...]] = Counter()
    for project in published(read_document(content, file_name, DEFAULT_BASE)):
        amounts = (f"{project.amounts[each]}" for each in ("annualRequest", "totalAmount") if each in project.amounts)
        found.update([("project", project.name), ("amount", project.name, next(amounts, ""))])
        found.update(("indicator", each.name, each.target or "") for each in project.indicators)
    return found


def measured(paths: Sequence[Path], *, listed: bool) -> tuple[list[list[object]], bool]:
    """Return a row for each layout: its facts, how many are kept and how many are wrong; and if all reach the goals."""
    contents = [path.read_bytes() for path in paths]
    known = [stated(content, path.name) for content, path in zip(contents, paths, strict=True)]
    counts: dict[str, Counter[str]] = {}
    for n, (path, content) in enumerate(zip(paths, contents, strict=True)):
        following = (n + 1) % len(paths)
        for kind, varied in variations(content, contents[following]).items():
            expected = known[n] + known[following] if kind == "two in a file" else known[n]
            found = stated(*varied)
            lost, wrong = expected - found, found - expected
            count = counts.setdefault(kind, Counter())
            count.update(all=expected.total(), kept=(expected & found).total(), wrong=wrong.total())
            for sign, each in chain((("-", each) for each in lost), (("+", each) for each in wrong)):
                if listed:
                    print(f"{kind}: {path.name}: {sign} {' '.join(each)}")
    reached = all(
        each["kept"] >= LEAST * each["all"] and each["wrong"] < MOST_WRONG * each["all"] for each in counts.values()
    )
    return [[kind, *each.values(), each["kept"] / each["all"]] for kind, each in counts.items()], reached


def main(
    paths: list[Path], listed: Annotated[bool, typer.Option("--all", help="list every difference")] = False
) -> None:
    """Read files in other layouts, and print a row for each layout."""
    rows, reached = measured(paths, listed=listed)
    print_table(["", "facts", "kept", "wrong", "share"], rows)
    sys.exit(not reached)


if __name__ == "__main__":
    typer.run(main)
