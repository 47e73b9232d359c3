"""Write the account of a reading and its lines for `jixiao explain`: as text, in full or in brief, or as a page."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from jixiao.ingest.facts import BLANK
from jixiao.ingest.result import Reading
from jixiao.report import accounts, templates
from jixiao.report.accounts import USES, ExplainedLine
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import rdf
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import by_rule, grouped

_MOST_NAMED = 20  # unread lines that the page names at its head

STYLES = {
    "fact": "green",
    "boilerplate": "dim",
    "person": "magenta",
    "blank": "dim",
    "unread": "bold red",
    "elsewhere": "yellow",
}
"""The style of each use of a line."""


def page(reading: Reading, lines: Sequence[ExplainedLine]) -> str:
    """Return the account and the lines as a complete HTML page."""
    return templates.page("explain.html", **_values(reading, lines))


def text(reading: Reading, lines: Sequence[ExplainedLine], most: int | None = None) -> Iterator[templates.Line]:
    """Yield the account, and then every line with its place, its use and the facts read from it.

    `most` is for a terminal: only so many projects, rules and lines are listed, and only lines with something unread or
    withheld.
    """
    shown = lines if most is None else [line for line in lines if line.use == "unread" or line.is_withheld]
    return templates.lines("explain.txt", **{**_values(reading, lines), "lines": shown, "most": most})


def _values(reading: Reading, lines: Sequence[ExplainedLine]) -> dict[str, Any]:
    """Return the values of both templates; the findings are those about an accepted file."""
    found = reading.report if reading.report and not reading.refusal else None
    return {
        "reading": reading,
        "account": reading.account,
        "findings": rdf.reasons(found) if found else (),
        "rules": _rules(found.results) if found else (),
        "lines": lines,
        "uses": USES,
        "styles": STYLES,
        "counted": Counter(line.use for line in lines),
        "unread": reading.account.unread_in_forms[:_MOST_NAMED] if reading.account else (),
        "blank": BLANK,
        "words": accounts,
    }


def _rules(results: Sequence[Finding]) -> list[tuple[Fault, int, list[int]]]:
    """Return the rules that found something, with the number of findings and their lines."""
    of_rules = by_rule(grouped(results)).items()
    return [
        (
            fault,
            sum(len(group.findings) for group in groups),
            sorted({line for group in groups for line in group.lines}),
        )
        for fault, groups in of_rules
    ]
