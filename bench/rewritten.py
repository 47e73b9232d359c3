"""Score the reading of known files in other forms: `python -m bench.rewritten [--programs] [--all] [--keep]`.

`separators/rows.json` of the shared folder (`--shared`) has the rows of filings and their key; the rows of
self-evaluations are those that are read of the files in `evaluations/` today. Each file is written in each way of WAYS:
the content is the same, so whatever one way loses is lost to its form. The ways of TEXTS part cells in other ways or
damage the text as crawlers do; with `--programs`, filings are also written in those of programs.py, for which
LibreOffice and Chromium must be installed. Facts are compared as reading_score.py and evaluation_score.py do; citations
and bodies count for nothing here.

A row for each way has the facts that are found, and the number of those that are wrong. The exit status is 1 if a way
finds two in a hundred fewer than rewritten.toml has, or states more that is wrong; `--keep` writes the numbers of this
run there. `--all` lists every difference.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import Annotated, Any

import pyoxigraph
import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench import programs
from bench.left_out import EVALUATIONS, FILINGS, SHARED, Scored, judging
from bench.measuring import Numbers, compare, print_table
from jixiao.ingest.choosing import cells
from jixiao.ingest.document import read_document
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Marks
from jixiao.ontology.identity import DEFAULT_BASE

Rows = Sequence[Sequence[str]]
KEPT = Path(__file__).with_suffix(".toml")
ENOUGH = 0.98  # of what was found before
_WIDTH = 40  # characters of a line that is broken
_PAGE, _BORDERS = 12, 20  # rows of a page; one border in so many is lost
_BLANK_LINES = 10  # lines of the cells of a page that a copy left blank, between rows
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_MENUS = ("首页 | 机构概况 | 信息公开 | 办事服务", "当前位置：首页 > 政务公开 > 财政信息")
_FOOT = ("上一篇：没有了", "【打印本页】【关闭窗口】", "网站地图 | 联系我们 | 版权所有")


def _lines(rows: Rows, separator: str) -> str:
    """Return a text line for each row, with its cells joined by `separator`."""
    return "\n".join(separator.join(row) for row in rows)


def _barred(rows: Rows) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _changing(rows: Rows) -> str:
    """Return the rows with tabs between cells in the first half, and single blanks in the second."""
    middle = len(rows) // 2
    return "\n".join((_lines(rows[:middle], "\t"), _lines(rows[middle:], " ")))


def _without_borders(rows: Rows) -> str:
    """Return the rows with every twentieth bar between cells replaced by a blank."""
    met = count(1)
    return re.sub(r" \| ", lambda each: each[0] if next(met) % _BORDERS else " ", _barred(rows))


def _paged(rows: Rows) -> str:
    """Return the rows with a page's number, and the first row as a running title, between pages."""
    pages = [_lines(rows[start : start + _PAGE], "\t") for start in range(0, len(rows), _PAGE)]
    breaks = [f"\n- {number} -\n{_lines(rows[:1], '')}\n" for number in range(1, len(pages))]
    return "".join(chain.from_iterable(zip(pages, [*breaks, ""], strict=True)))


SEPARATED: dict[str, Callable[[Rows], str]] = {
    "tabs": lambda rows: _lines(rows, "\t"),
    "bars": _barred,
    "blanks": lambda rows: _lines(rows, " "),
    "a cell a line": lambda rows: _lines(rows, "\n"),
    "rows glued": lambda rows: _lines(rows, ""),
    "one line, blanks": lambda rows: " ".join(chain.from_iterable(rows)),
    "one line, glued": lambda rows: "".join(chain.from_iterable(rows)),
    "tabs, then blanks": _changing,
    "blanks, broken lines": lambda rows: re.sub(f"(.{{{_WIDTH}}})", r"\1\n", " ".join(chain.from_iterable(rows))),
    "blanks doubled": lambda rows: _lines(rows, "  "),
    "blank lines between rows": lambda rows: "\n".join("\n\n".join(row) + "\n" * _BLANK_LINES for row in rows),
}
"""A function for each way of parting cells, which takes rows of cells and returns a text."""
TEXTS: dict[str, Callable[[Rows], str]] = SEPARATED | {
    "full width": lambda rows: _lines(rows, "\t").translate(_FULL_WIDTH),
    "menus around": lambda rows: "\n".join((*_MENUS, _lines(rows, "\t"), *_FOOT)),
    "borders lost": _without_borders,
    "pages": _paged,
}
"""Functions that return texts whose cells are parted in other ways, or that are damaged."""
WAYS = [*TEXTS, *programs.WAYS]
OF_EVALUATIONS = "evaluations: "
"""The prefix of a way's name in rewritten.toml for self-evaluations that are written in this way."""
_OF_EVALUATIONS = {"evaluations": "evaluations", "results": "target and result", "scores": "scores"}


def known(shared: Path) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Return the rows and the key of each filing, by its file name."""
    kept = json.loads((shared / "separators" / "rows.json").read_text(encoding="utf-8"))
    return kept["rows"], {each["file"]: each for each in kept["files"]}


def evaluations(shared: Path) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Return the rows, as they are read today, and the key of each file with self-evaluations, by its name."""
    folder = shared / EVALUATIONS.folder
    files = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["files"]
    key = {file["file"]: file for file in files if file.get("evaluations") and file.get("readable") is not False}
    read_rows = {name: cells(read((folder / name).read_bytes()), Marks())[0] for name in key}
    return {
        name: [[cell.in_one_line for cell in row.filled] for row in rows if row.filled]
        for name, rows in read_rows.items()
    }, key


def score(shared: Path, way: str) -> tuple[dict[str, int], list[str]]:
    """Read all filings written in one way; return the numbers of what is found and wrong, and the differences."""
    rows, key = known(shared)
    text = TEXTS.get(way, TEXTS["tabs"])
    contents: Mapping[str, bytes] = {name: f"{text(each)}\n".encode() for name, each in rows.items()}
    ending = ".txt"
    if way in programs.WAYS:
        ending, write = programs.WAYS[way]
        contents = write({name: read(content) for name, content in contents.items()})
    space = _judged(shared, FILINGS, {name: (contents[name], ending, truth) for name, truth in key.items()})
    notes = [each for each in space["notes"] if re.search("projects:|amounts:|indicators:|WRONG:", each)]
    found = {kind: space["score"][kind, True] for kind in ("projects", "indicators")}
    return found | {"wrong": sum(bool(re.search("WRONG: (project|indicator) ", each)) for each in notes)}, notes


def score_evaluations(shared: Path, way: str) -> tuple[dict[str, int], list[str]]:
    """Read all self-evaluations written in one way of TEXTS; return the same as `score`."""
    rows, key = evaluations(shared)
    contents = {name: (f"{TEXTS[way](rows[name])}\n".encode(), ".txt", truth) for name, truth in key.items()}
    space = _judged(shared, EVALUATIONS, contents)
    notes = [note for note in space["notes"] if not re.search(": (bodies|years): ", note)]
    found = {name: space["score"][kind, True] for name, kind in _OF_EVALUATIONS.items()}
    return found | {"wrong": space["score"]["wrong", False]}, notes


def _judged(shared: Path, kind: Scored, contents: Mapping[str, tuple[bytes, str, Any]]) -> dict[str, Any]:
    """Read files and compare each with its key; return the names of the script that compares.

    `contents` has for each file its bytes, the ending of its name, and its key.
    """
    space, _ = judging(shared, kind)
    for name, (content, ending, truth) in contents.items():
        graph = pyoxigraph.Store()
        if deposit := read_document(content, f"{Path(name).stem}{ending}", DEFAULT_BASE).deposit:
            graph.load(deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
        space[kind.function](*((truth, graph, "") if kind == FILINGS else (name, truth, graph)))
    return space


def worse(kept: Numbers, now: Numbers) -> Iterator[str]:
    """Yield a line for each number of a way that is lower in `now` than in `kept`, and for more that is wrong."""
    for way, found in now.items():
        before = kept.get(way, found)
        for kind, number in found.items():
            is_worse = number > before[kind] if kind == "wrong" else number < before[kind] * ENOUGH
            if is_worse:
                yield f"{way}: {kind} {before[kind]} → {number}"


def main(
    shared: Annotated[Path, typer.Option(help="the folder of separators/ and tools/")] = SHARED,
    by_programs: Annotated[bool, typer.Option("--programs", help="score the ways of programs as well")] = False,
    listed: Annotated[bool, typer.Option("--all", help="list every difference")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="write the numbers to rewritten.toml")] = False,
) -> None:
    """Read known files in other forms, and print for each form what is found and what is wrong."""
    scores = {way: score(shared, way) for way in (WAYS if by_programs else TEXTS)}
    of_evaluations = {f"{OF_EVALUATIONS}{way}": score_evaluations(shared, way) for way in TEXTS}
    if listed:
        every = (scores | of_evaluations).items()
        print(*(f"{way}: {note}" for way, (_, notes) in every for note in notes), sep="\n")
    for each in (scores, of_evaluations):
        table = [(way, numbers) for way, (numbers, _) in each.items()]
        print_table(["", *table[0][1]], [[way, *numbers.values()] for way, numbers in table])
    compare(KEPT, {way: numbers for way, (numbers, _) in (scores | of_evaluations).items()}, worse, keep=keep)


if __name__ == "__main__":
    typer.run(main)
