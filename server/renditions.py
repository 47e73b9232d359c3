"""A source's rendition and ledger come in, its lines as they may be shown go out: persons masked, facts beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jixiao.store import Store

MASK = "（联系人信息，不公开 · contact details, not published）"


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


def excerpt(all_lines: tuple[Line, ...], n: int, around: int) -> tuple[Line, ...]:
    """Line `n` with the nearest `around` lines that are not blank on each side."""
    before = [line for line in all_lines if line.n < n and line.text.strip()]
    after = [line for line in all_lines if line.n > n and line.text.strip()]
    here = [line for line in all_lines if line.n == n]
    return (*before[len(before) - around if len(before) > around else 0 :], *here, *after[:around])


def _line(entry: dict[str, Any], ledger: dict[str, Any]) -> Line:
    person = ledger["use"] == "person"
    return Line(
        n=entry["n"],
        text=MASK if person else entry["text"],
        page=entry.get("page"),
        use=ledger["use"],
        facts=() if person else tuple(ledger["facts"]),
    )
