"""A source's rendition and ledger come in, its lines go out with the facts beside them.

Nothing is masked here: a rendition has no names of persons, they were taken out when it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jixiao.store import Store


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its text, its page where the format has pages, its use and what was read from it."""

    n: int
    text: str
    page: int | None
    use: str
    facts: tuple[dict[str, Any], ...]


def lines(store: Store, sha16: str) -> tuple[Line, ...]:
    """All lines of a source. Raises SourceMissingError, StoreUnusableError."""
    uses = {entry["n"]: entry for entry in store.ledger(sha16)["lines"]}
    unread: dict[str, Any] = {"use": "unread", "facts": []}
    return tuple(_line(entry, uses.get(entry["n"], unread)) for entry in store.rendition(sha16)["lines"])


def fact_lines(store: Store, sha16: str) -> dict[tuple[str, str], int]:
    """The first line that each property of each node was read from. Raises SourceMissingError, StoreUnusableError."""
    found: dict[tuple[str, str], int] = {}
    for entry in store.ledger(sha16)["lines"]:
        for fact in entry["facts"]:
            found.setdefault((fact["node"], fact["property"]), entry["n"])
    return found


def excerpt(all_lines: tuple[Line, ...], n: int, around: int) -> tuple[Line, ...]:
    """Line `n` with the nearest `around` lines that are not blank on each side."""
    before = [line for line in all_lines if line.n < n and line.text.strip()]
    after = [line for line in all_lines if line.n > n and line.text.strip()]
    here = [line for line in all_lines if line.n == n]
    return (*before[len(before) - around if len(before) > around else 0 :], *here, *after[:around])


def _line(entry: dict[str, Any], ledger: dict[str, Any]) -> Line:
    return Line(
        n=entry["n"], text=entry["text"], page=entry.get("page"), use=ledger["use"], facts=tuple(ledger["facts"])
    )
