"""Tabulate the evidence for the rules: `python -m tests.shapes.evidence FOLDER… > tests/shapes/evidence.csv`.

For each rule that fires on the files: the number of files and of findings, and of the findings by verdict. Verdicts are
in judgements.csv, a line for each finding that somebody read beside its source, mostly without having seen the rules:
`true` (and useful), `moot` (true, but nobody would act upon it), `copy` (of a damaged copy alone), `false` or
`unclear`. A finding is known by its file (first 16 digits of the SHA-256), rule and first line; the rest counts as
unjudged.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import typer

from jixiao.checking import judge_files
from jixiao.ingest.originals import files
from jixiao.shapes.catalogue import SHAPES, present

VERDICTS = ("true", "moot", "copy", "false", "unclear", "unjudged")
_JUDGEMENTS = Path(__file__).with_name("judgements.csv")
TABLE = Path(__file__).with_name("evidence.csv")


def table() -> list[dict[str, str]]:
    """Return the rows of the table as it was last made."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def judged(row: Mapping[str, str]) -> tuple[int, ...]:
    """Return how many findings of a row are true, moot, of a damaged copy, false, and undecided or unread."""
    true, moot, copy, false, unclear, unjudged = (int(row[verdict]) for verdict in VERDICTS)
    return true, moot, copy, false, unclear + unjudged


def judgements() -> dict[tuple[str, str, str], str]:
    """Return the verdicts by source, the rule's present name and line."""
    with _JUDGEMENTS.open(encoding="utf-8", newline="") as lines:
        return {
            (row["source"], present(SHAPES + row["rule"]).removeprefix(SHAPES), row["line"]): row["verdict"]
            for row in csv.DictReader(lines)
        }


def main(paths: list[Path]) -> None:
    """Print CSV with a row for each rule that fires on the files."""
    judged, sources, counts = judgements(), defaultdict[str, set[str]](set), defaultdict[str, Counter[str]](Counter)
    for document in judge_files(files(paths)):
        for finding in document.findings:
            rule, line = finding.fault.name, str(*finding.lines[:1])
            sources[rule].add(document.sha256)
            counts[rule][judged.get((document.sha256[:16], rule, line), "unjudged")] += 1
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("rule", "files", "findings", *VERDICTS))
    table.writerows(
        (rule, len(sources[rule]), found.total(), *(found[verdict] for verdict in VERDICTS))
        for rule, found in sorted(counts.items())
    )


if __name__ == "__main__":
    typer.run(main)
