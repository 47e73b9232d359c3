"""Plant mistakes that were chosen without sight of the rules, one by one, and look for each at its line.

    python -m bench.unseen [../shared] [--list unseen.tsv]

The list states each mistake: a filing below the folder, a line, the words there and what they become, and the kind
of mistake. A tab within a line is written as →; without old words, the new ones are a line that is put in. A mistake is
found if its line is among those of a finding that the filing does not have without the mistake. The lines printed say
`found`, `elsewhere` if all new findings are at other lines, or `missed`, with the rules and their lines.
"""

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jixiao.checking import check
from jixiao.shapes.report.documents import Document
from jixiao.shapes.results import Result

LIST = Path(__file__).with_name("unseen.tsv")
_TAB = "→"


@dataclass(frozen=True)
class Mistake:
    """A mistake in a filing."""

    file: str
    line: int
    old: str
    new: str
    kind: str

    def planted(self, text: str) -> str:
        """Return the text of a filing with the mistake. Raises ValueError if the line does not have the words once."""
        lines = text.split("\n")
        if not self.old:
            return "\n".join((*lines[: self.line - 1], self.new, *lines[self.line - 1 :]))
        if lines[self.line - 1].count(self.old) != 1:
            raise ValueError(f"{self.file}:{self.line}: 没有这些字 no such words: {self.old}")
        lines[self.line - 1] = lines[self.line - 1].replace(self.old, self.new)
        return "\n".join(lines)


def mistakes(path: Path = LIST) -> Iterator[Mistake]:
    """Read a list: tab-separated, with the columns of `Mistake`; further columns are left aside."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            old, new = (row[name].replace(_TAB, "\t") for name in ("old", "new"))
            yield Mistake(row["file"], int(row["line"]), old, new, row["kind"])


def arisen(before: Document, after: Document) -> list[Result]:
    """Return the results that only the second of two readings has, by rule and node: sentences may change."""
    known = Counter(_place(found.result) for found in before.findings)
    results = []
    for result in (found.result for found in after.findings):
        known[_place(result)] -= 1
        if known[_place(result)] < 0:
            results.append(result)
    return results


def _place(result: Result) -> tuple[str, str]:
    return result.fault.name, result.focus_node


def verdict(line: int, results: Sequence[Result]) -> str:
    """Tell if a line is among those of results."""
    if any(line in result.lines for result in results):
        return "found"
    return "elsewhere" if results else "missed"


def main() -> None:
    """Plant, check, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.unseen", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--list", type=Path, default=LIST, help="another list of mistakes")
    arguments = parser.parse_args()
    folder = arguments.folder
    verdicts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        for number, each in enumerate(mistakes(arguments.list), start=1):
            source, changed = folder / each.file, Path(scratch, f"{number:02}{Path(each.file).suffix}")
            changed.write_text(each.planted(source.read_bytes().decode()), encoding="utf-8", newline="")
            before, after = (check([path])[0] for path in (source, changed))
            results = arisen(before, after)
            told = verdict(each.line, results)
            verdicts[told] += 1
            rules = "；".join(f"{one.fault.name} {','.join(map(str, one.lines))}" for one in results[:4])
            print(f"{told:9} {each.file}:{each.line} {each.kind}：{each.old} → {each.new}  {rules}", flush=True)
    print("，".join(f"{name} {count}" for name, count in verdicts.most_common()))


if __name__ == "__main__":
    main()
