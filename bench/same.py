"""Compare two reports of `jixiao validate --format json`: `python -m bench.same BEFORE AFTER`.

Lists what only one of them says, by document, and ends with status 1 if there is any. A change that must not alter
findings, such as a faster query of a rule, is checked with the reports of all files before and after it.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer


def said(report: Any) -> Iterator[str]:
    """Yield a report as lines, one for each finding and for each other value of a document or of the whole report."""
    for name, value in report.items():
        for each in value if isinstance(value, list) else [value]:
            if name == "documents":
                yield from (f"{each['file']}: {line}" for line in said(each))
            else:
                called = "findings" if name == "notes" else name  # among which former reports had notes on reading
                yield f"{called}: {json.dumps(each, ensure_ascii=False, sort_keys=True)}"


def main(before: Path, after: Path) -> None:
    """Print the lines that only one of two reports has, with `-` or `+`; exit with status 1 if there are any."""
    was, now = (Counter(said(json.loads(path.read_bytes()))) for path in (before, after))
    for sign, lines in (("-", was - now), ("+", now - was)):
        for line in lines.elements():
            print(sign, line)
    sys.exit(was != now)


if __name__ == "__main__":
    typer.run(main)
