"""List the phase of money of each project of real files: `python -m bench.phases [--shared DIR]` writes phases.csv.

The files are those of filings/, seeds/, samples/ and public-cases/ that hold projects. A line is a project: its file
and the beginning of its name, the property of its amount, the labels of the group and of the amount as printed, and the
phase of the amount; properties of amounts in another phase stand behind it. A project without an amount has no phase.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from jixiao.ingest.document import filing
from jixiao.ingest.errors import IngestError
from jixiao.ingest.model import Project
from jixiao.ingest.readers import read
from jixiao.ontology.text.display import one_line

SHARED = Path(__file__).resolve().parents[2] / "shared"
LIST = Path(__file__).with_name("phases.csv")
FOLDERS = ("filings", "seeds", "samples", "public-cases")
HEAD = ("file", "project", "property", "label", "phase", "others")
_SUFFIXES = frozenset({".txt", ".pdf", ".docx", ".xlsx", ".html", ".csv"})
_LONGEST = 20  # characters of a name that are listed, enough to find the project in its file
Line = dict[str, str]


def paths(shared: Path) -> list[Path]:
    """Return the files that may hold projects, sorted."""
    return sorted(path for folder in FOLDERS for path in (shared / folder).rglob("*") if path.suffix in _SUFFIXES)


def lines(path: Path, shared: Path) -> Iterator[Line]:
    """Yield a line for each project of a file; none for a file that is refused."""
    try:
        _, extraction = filing(read(path.read_bytes()))
    except IngestError:
        return
    for project in extraction.projects:
        if project.form.evaluated is None:
            yield {"file": path.relative_to(shared).as_posix(), **_line(project)}


def _line(project: Project) -> Line:
    name = one_line(project.name.text) if project.name else ""
    name = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    amounts = {amount.name: amount for amount in project.form.amounts}
    main = amounts.get("annualRequest") or amounts.get("totalAmount")
    others = " ".join(f"{name}={phase}" for name, phase in project.phases)
    line = {"project": name, "property": "", "label": "", "phase": "", "others": others}
    if main is not None and isinstance(main.value, Decimal):
        label = one_line(" ".join(filter(None, (main.group, main.label))))
        return {**line, "property": main.name, "label": label, "phase": project.decision or "notStated"}
    if project.narrative and project.narrative.amount:
        return {**line, "property": "narrativeAmount", "phase": "narrativeAmount"}
    return line


def main(shared: Annotated[Path, typer.Option(help="folder with filings/, seeds/ and others")] = SHARED) -> None:
    """Write phases.csv, and print how many projects have each phase."""
    listed = [line for path in paths(shared) for line in lines(path, shared)]
    with LIST.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
    for phase, count in Counter(line["phase"] for line in listed).most_common():
        sys.stdout.write(f"{count:5} {phase or 'no amount'}\n")


if __name__ == "__main__":
    typer.run(main)
