"""Write down what each rule and each reader of texts finds: `python -m bench.evidence [--shared DIR]`.

All rules check the real files of `shared`: filings/, evaluations/, seeds/ and samples/. Verdicts on findings are in
judgements.csv, a line for each finding that somebody read beside its source, with the day: `true` (and useful), `moot`
(true, but nobody would act upon it), `copy` (of a damaged copy alone), `false` or `unclear`. A finding is known by its
file (first 16 digits of the SHA-256), rule and first line; the rest counts as unjudged. Then the mistakes of planted/
are made one by one, and the rules named that find what the file without the mistake has not.

A reader is a module that reads texts for rules alone. It is left out once, and what is no longer found is counted. All
is written to docs/evidence.md, with the lines, statements and milliseconds of each.
"""

import ast
import csv
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from time import process_time
from typing import Annotated, Any
from unittest.mock import patch

import typer

from bench.measuring import EXAMPLES
from bench.rules import DOCUMENTS, Batches, documents
from jixiao.checking import judge_files
from jixiao.ingest import extract
from jixiao.ingest.originals import files
from jixiao.ingest.structure import filing
from jixiao.ingest.text.mentions import reading
from jixiao.shapes import catalogue, validate
from jixiao.shapes.catalogue import SHAPES, Fault, present
from jixiao.shapes.engine.data import Data
from jixiao.shapes.findings.documents import Document
from jixiao.shapes.findings.finding import Finding

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PAGE = ROOT / "docs" / "evidence.md"
VERDICTS = ("true", "moot", "copy", "false", "unclear", "unjudged")
FILINGS = ("texts", "more", "fourth", "fifth", "pdf")
REAL = (*(f"filings/{each}" for each in FILINGS), "evaluations", "seeds", "samples")
_OF_RULES = (
    "规则 Rule", "程度 Level", "文件 Files", "属实 True", "无用 Useless", "副本 Copy", "不实 False", "未定 Open",
    "栽下的 Planted", "行 Lines", "毫秒 ms",
)  # fmt: skip
_OF_READERS = (
    "读法 Reader", "语句 Statements", "行 Lines", "少了属实 True lost", "其他 Others lost", "栽下的 Planted lost",
    "毫秒 ms",
)  # fmt: skip
_JUDGEMENTS = Path(__file__).with_name("judgements.csv")
_MENTIONS = ROOT / "ingest" / "text" / "mentions"
_TEXT = ROOT / "ingest" / "text"
_SEQUENCES = ("READERS", "DERIVING", "OF_NODES", "COMPARING")
_OTHERS: Mapping[str, tuple[tuple[Any, str, Any], ...]] = {
    "slips": ((extract, "slips", lambda rows: ()),),
    "sums": ((extract, "wrong_totals", lambda rows: ()), (extract, "wrong_results", lambda rows: ())),
    "variants": (
        (filing, "variants", lambda texts: defaultdict(list)),
        (extract, "misprinted_names", lambda projects, rows: ()),
    ),
}
"""Readers outside of mentions/, with what calls them and a function that finds nothing."""


class _Here(Executor):
    """An executor that calls functions at once, in this process, where readers can be left out."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


Verdicts = Mapping[tuple[str, str, str], tuple[str, str]]
"""Verdicts with their days, by source, rule and line."""
Found = Mapping[str, Sequence[Finding]]
"""The findings of files, by the path of the file."""


@dataclass
class Planted:
    """A mistake: its name, the file in which it was made and the file without it, its lines, and its finders."""

    name: str
    path: Path
    without: Path
    lines: range
    rules: tuple[str, ...] = ()


@dataclass
class Row:
    """The evidence for one rule: files with findings, verdicts on these, and mistakes found."""

    fault: Fault
    files: set[str] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)
    planted: list[str] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of files, and of findings that are true, useless, of a damaged copy, false, and undecided."""
        *decided, unclear, unjudged = (self.verdicts[each] for each in VERDICTS)
        return len(self.files), *decided, unclear + unjudged

    @property
    def lines(self) -> int:
        """The lines of Turtle that state the rule."""
        file = catalogue.FOLDER / self.fault.scope / f"{self.fault.subject}.ttl"
        behind = file.read_text(encoding="utf-8").partition(f"\njxs:{self.fault.name} ")[2]
        return behind.partition("\njxs:")[0].strip().count("\n") + 1 if behind else 0


def judgements() -> Verdicts:
    """Return the verdicts, each with its day, by source, the rule's present name and line."""
    with _JUDGEMENTS.open(encoding="utf-8", newline="") as lines:
        return {
            (row["source"], present(SHAPES + row["rule"]).removeprefix(SHAPES), row["line"]): (
                row["verdict"],
                row["judged"],
            )
            for row in csv.DictReader(lines)
        }


def judge(paths: Iterable[Path], here: Executor | None = None) -> tuple[Document, ...]:
    """Judge files by all rules, in this process if an executor is given."""
    return judge_files([*paths], executor=here)


def verdict(known: Verdicts, document: Document, finding: Finding) -> str:
    """Return the verdict on a finding of a document."""
    return known.get((document.sha256[:16], finding.fault.name, str(*finding.lines[:1])), ("unjudged", ""))[0]


def counted(real: Iterable[Document], known: Verdicts) -> dict[str, Row]:
    """Return the evidence of real files for each rule, by its name."""
    rows = {fault.name: Row(fault) for fault in catalogue.faults() if fault.scope != "registry"}
    for document in real:
        for finding in document.findings:
            row = rows[finding.fault.name]
            row.files.add(document.sha256)
            row.verdicts[verdict(known, document, finding)] += 1
    return rows


def plant(shared: Path, folder: Path) -> Iterator[Planted]:
    """Write the files of planted/ with their mistakes, each into a folder of its own."""
    listed = json.loads((shared / "planted" / "planted.json").read_text(encoding="utf-8"))["planted"]
    for each in listed:
        source = (shared / "planted" / each["file"]).resolve()
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        head, rest = "".join(lines[: each["line"] - 1]), "".join(lines[each["line"] - 1 :])
        if each["before"] not in rest:
            raise ValueError(f"{each['id']}: no “{each['before']}” behind line {each['line']}")
        path = folder / each["id"] / source.name
        path.parent.mkdir()
        path.write_text(head + rest.replace(each["before"], each["after"], 1), encoding="utf-8")
        yield Planted(each["id"], path, source, range(each["line"], each["line"] + 2 + each["before"].count("\n")))


def found_by(made: Iterable[Planted], after: Found, before: Found) -> None:
    """State of each mistake the rules that find it.

    They find something that the file without the mistake has not, at its lines; if none does so, elsewhere.
    """
    for one in made:
        known = Counter((each.fault.name, each.message.zh) for each in before[str(one.without)])
        new = []
        for each in after[str(one.path)]:
            said = each.fault.name, each.message.zh
            if known[said] > 0:
                known[said] -= 1
            else:
                new.append(each)
        at = [each for each in new if not set(one.lines).isdisjoint(each.lines)] or new
        one.rules = tuple(dict.fromkeys(each.fault.name for each in at if not each.fault.is_note or each.lines))


@contextmanager
def without(name: str) -> Iterator[None]:
    """Leave out the reader of a name while files are read."""
    with ExitStack() as stack:
        for holder, attribute, nothing in _OTHERS.get(name, ()):
            stack.enter_context(patch.object(holder, attribute, nothing))
        for sequence in _SEQUENCES if name not in _OTHERS else ():
            kept = tuple(one for one in getattr(reading, sequence) if one.__module__.rpartition(".")[2] != name)
            stack.enter_context(patch.object(reading, sequence, kept))
        yield


@contextmanager
def timed() -> Iterator[Counter[str]]:
    """Measure the CPU milliseconds of each reader while files are read, by its name."""
    spent = Counter[str]()

    def measured(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: object) -> object:
            start = process_time()
            found = function(*given)
            found = found if isinstance(found, dict) else [*found]
            spent[name] += (process_time() - start) * 1000  # type: ignore[assignment]
            return found

        return call

    with ExitStack() as stack:
        for name, callers in _OTHERS.items():
            for holder, attribute, _ in callers:
                stack.enter_context(patch.object(holder, attribute, measured(name, getattr(holder, attribute))))
        for sequence in _SEQUENCES:
            called = getattr(reading, sequence)
            timers = tuple(measured(one.__module__.rpartition(".")[2], one) for one in called)
            stack.enter_context(patch.object(reading, sequence, timers))
        yield spent


def readers() -> tuple[str, ...]:
    """Return the names of the readers: the modules in mentions/ with a function that is called, and others."""
    called = (one.__module__ for sequence in _SEQUENCES for one in getattr(reading, sequence))
    inside = {name.rpartition(".")[2] for name in called if ".mentions." in name}
    return (*sorted(inside), *_OTHERS)


def size(name: str) -> tuple[int, int]:
    """Return the statements and the lines of a reader's module."""
    folder = _TEXT if name in _OTHERS else _MENTIONS
    text = (folder / f"{name}.py").read_text(encoding="utf-8")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    said = (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in nodes)
    return len(nodes) - sum(said), text.count("\n")


def costs() -> dict[str, float]:
    """Return the CPU milliseconds of each rule of documents for one document, alone."""
    alone = Batches([Data(each) for each in documents([EXAMPLES])], 1)
    rules = validate.rules("document")
    return {catalogue.name(rule.iri): alone.spent(rule, inf) / DOCUMENTS for rule in rules}


def _rules(rows: Iterable[Row], spent: Mapping[str, float]) -> Iterator[str]:
    yield f"| {' | '.join(_OF_RULES)} |"
    yield "| --- | --- |" + " ---: |" * 6 + " --- | ---: | ---: |"
    for row in rows:
        cost = f"{spent[row.fault.name]:.2f}" if row.fault.name in spent else ""
        cells = (row.fault.name, row.fault.level, *row.counts, " ".join(row.planted), row.lines, cost)
        yield f"| {' | '.join(map(str, cells))} |"


def main(shared: Annotated[Path, typer.Option(help="the folder of filings/, seeds/ and planted/")] = SHARED) -> None:
    """Judge all files, make all mistakes, leave out each reader, and write docs/evidence.md."""
    known, here = judgements(), _Here()
    real = judge(files([shared / each for each in REAL]))
    rows = counted(real, known)
    with tempfile.TemporaryDirectory() as folder:
        made = [*plant(shared, Path(folder))]
        before = {each.path: each.findings for each in real}
        _make(made, before)
        for one in made:
            for rule in one.rules:
                rows[rule].planted.append(one.name)
        told = [Path(each.path) for each in real if any(not one.fault.is_note for one in each.findings)]
        lines = [*_readers(told, made, known, here)]
    text = PAGE.read_text(encoding="utf-8")
    head = text.partition("<!-- ")[0]
    warned = sum(any(rows[rule].fault.level != "Info" for rule in one.rules) for one in made)
    noted = sum(bool(one.rules) for one in made) - warned
    total = f"{len(real)} 份文件 files; {len(made)} 处错误 mistakes: {warned} 处发现 found, {noted} 处只作提示 as Info."
    ordered = sorted(rows.values(), key=lambda row: (row.fault.severity, -row.verdicts["true"], row.fault.name))
    PAGE.write_text(
        "\n".join((f"{head}<!-- python -m bench.evidence -->\n", total, "", *_rules(ordered, costs()), "", *lines, "")),
        encoding="utf-8",
    )


def _make(made: Sequence[Planted], before: Found, here: Executor | None = None) -> None:
    after = {each.path: each.findings for each in judge([one.path for one in made], here)}
    found_by(made, after, before)


def _readers(told: Sequence[Path], made: Sequence[Planted], known: Verdicts, here: Executor) -> Iterator[str]:
    """Yield the lines of a table of readers: what is no longer found without each, and what it costs."""
    yield f"| {' | '.join(_OF_READERS)} |"
    yield "| --- |" + " ---: |" * 4 + " --- | ---: |"
    with timed() as spent:
        whole = judge(told, here)
    for name in readers():
        with without(name):
            left = judge(told, here)
            before = {each.path: each.findings for each in left}
            again = [Planted(one.name, one.path, one.without, one.lines) for one in made]
            before |= {str(one.without): before.get(str(one.without), ()) for one in made}
            _make(again, before, here)
        kept = {each.path: {(one.fault.name, one.message.zh) for one in each.findings} for each in left}
        lost = Counter(
            verdict(known, document, one)
            for document in whole
            for one in document.findings
            if (one.fault.name, one.message.zh) not in kept[document.path]
        )
        missed = [one.name for one, other in zip(made, again, strict=True) if one.rules and not other.rules]
        others = lost.total() - lost["true"]
        cells = (name, *size(name), lost["true"], others, " ".join(missed), f"{spent[name] / len(told):.2f}")
        yield f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    typer.run(main)
