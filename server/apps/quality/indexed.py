"""Count and list the findings of a generation from its index, whose tallies and tables commits keep up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jixiao.server.apps.quality.counting import Count, Entry, Found, Number, Read, Sources, counts, latest_first
from jixiao.server.errors import QueryTimeoutError
from jixiao.server.views.query_text import chosen
from jixiao.store import Index, SearchTooLongError
from jixiao.store.bounded_cache import BoundedCache
from jixiao.store.index.findings import BY_BODY, BY_FAULT, BY_YEAR, of_groups
from jixiao.store.index.readers import Reader

_HELD = 8  # rules whose counts, one for each body, stay in memory
_FEW = 10_000
"""Findings up to which each is looked at for a page; more are met soon in the order of the list."""
_PICKED = "SELECT body, year, severity, accepted, findings, groups FROM picked"
_TOTAL = (
    "SELECT coalesce(sum(findings), 0) AS total, coalesce(sum(findings * accepted), 0) AS accepted,"
    " coalesce(sum(groups), 0) AS groups, coalesce(sum(groups * accepted), 0) AS accepted_groups FROM picked"
)


class IndexTally:
    """The tally of the generation of an index. Safe to share between threads."""

    def __init__(self, index: Index, base_iri: str) -> None:
        self._index, self._base_iri = index, base_iri
        self._margins: BoundedCache[dict[str, list[Count]]] = BoundedCache(_HELD)
        self._sources: BoundedCache[Sources] = BoundedCache(1)

    @cached_property
    def read(self) -> Mapping[str | None, Read]:
        """The filings by body; the key is None for filings without a known body."""
        with self._reading() as reader:
            rows = reader.rows(_sql("readings"), {})
        return {row["body"]: Read(row["filings"], row["partial_filings"], row["partial_projects"]) for row in rows}

    def name(self, iri: str | None) -> str | None:
        """Return the name of a body or project."""
        return None if iri is None else self._index.label(iri)

    def faults(self) -> list[Count]:
        """Count by rule."""
        return counts(self._tallied(BY_FAULT))

    def margins(self, fault: str | None = None) -> dict[str, list[Count]]:
        """Count the findings of a rule, or all, by `department`, by `year` and by `severity`."""
        return self._margins.get_or_make(fault, lambda: self._counted(fault))

    def _counted(self, fault: str | None) -> dict[str, list[Count]]:
        if fault is None:
            of_faults = [(severity, severity, *more) for _, severity, *more in self._tallied(BY_FAULT)]
            of_years = ((int(key) if key else None, *more) for key, *more in self._tallied(BY_YEAR))
            by = {"department": self._tallied(BY_BODY), "year": of_years, "severity": of_faults}
            found = {name: counts(numbers) for name, numbers in by.items()}  # type: ignore[arg-type]
        else:
            with self._reading() as reader:
                self._pick(reader, {"fault": fault})
                rows = reader.rows(_PICKED, {})
            keys = {"department": "body", "year": "year", "severity": "severity"}
            found = {name: counts((row[key], *_number(row)) for row in rows) for name, key in keys.items()}
        return found | {"year": latest_first(found["year"])}

    def combined(self) -> list[Count]:
        """Count by rule, body, year and severity together."""
        with self._reading() as reader:
            rows = reader.rows(_sql("combined"), {})
        return counts(
            (
                (row["fault"], row["body"], row["year"], row["severity"]),
                *_number(row),
            )
            for row in rows
        )

    def sources(self, most: int) -> Sources:
        """Count by source, and return at most so many of the counts."""
        return self._sources.get_or_make(most, lambda: self._of_sources(most))

    def _of_sources(self, most: int) -> Sources:
        with self._reading() as reader:
            rows = reader.rows(_sql("sources"), {"most": most})
        found = []
        for row in rows:
            findings = _by_severity(row["violations"], row["warnings"], row["unsettled"])
            groups = _by_severity(row["violation_groups"], row["warning_groups"], row["unsettled_groups"])
            found.append(Count(row["source"], findings, row["accepted"], groups, row["accepted_groups"]))
        filed = {row["source"]: (row["body"], row["year"]) for row in rows}
        return Sources(rows[0]["sources"] if rows else 0, found, filed)

    def find(self, limit: int, offset: int, folded: bool = False, **wanted: Any) -> Found:
        """Return the findings that have the given values of an Entry's fields; a value of None matches any."""
        values = {name: value for name, value in wanted.items() if value is not None}
        with self._reading() as reader:
            self._pick(reader, values)
            (counted,) = reader.rows(_TOTAL, {})
            how = {"walk" if counted["total"] > _FEW else "look", *(("folded",) if folded else ())}
            window = {"rows": limit, "offset": offset, "most_rows": limit + offset}
            rows = reader.rows(chosen(_sql("findings"), {"page", *how, *values}), {**values, **window})
        return Found(**counted, entries=[self._entry(row) for row in rows])

    def _entry(self, row: Mapping[str, Any]) -> Entry:
        return Entry(
            finding=f"{self._base_iri}graph/report/{row['source']}#{row['series']}{row['n']}",
            fault=row["fault"],
            severity=row["severity"],
            body=row["body"],
            year=row["year"],
            project=row["project"],
            source=row["source"],
            accepted=bool(row["accepted"]),
            members=row["members"],
        )

    def _pick(self, reader: Reader, values: Mapping[str, Any]) -> None:
        rows = "by_finding" if "fault" in values else "by_group"
        reader.pick(chosen(_sql("findings"), {"whole", rows, *values}), values)

    def _tallied(self, kind: str) -> list[Number]:
        with self._reading() as reader:
            findings, groups = (
                {row["value"]: row["findings"] for row in reader.rows(_sql("tallies"), {"kind": each})}
                for each in (kind, of_groups(kind))
            )
        found = ((*value.split(" ", 2), number, groups.get(value, 0)) for value, number in findings.items())
        return [(key or None, severity, accepted == "1", *numbers) for severity, accepted, key, *numbers in found]

    @contextmanager
    def _reading(self) -> Iterator[Reader]:
        try:
            with self._index.tables() as reader:
                yield reader
        except SearchTooLongError as cause:
            raise QueryTimeoutError(
                "清点用时过长，请稍后再看。", "Counting takes too long; look again later."
            ) from cause


def _number(row: Mapping[str, Any]) -> tuple[str, bool, int, int]:
    return row["severity"], bool(row["accepted"]), row["findings"], row["groups"]


def _by_severity(violations: int, warnings: int, all_open: int) -> dict[str, int]:
    numbers = {"Violation": violations, "Warning": warnings, "Info": all_open - violations - warnings}
    return {name: number for name, number in numbers.items() if number}


class IndexTallies:
    """Cache for the tally of the index asked last."""

    def __init__(self) -> None:
        self._kept: tuple[Index, IndexTally] | None = None

    def of(self, index: Index, base_iri: str) -> IndexTally:
        """Return the tally of an index."""
        kept = self._kept
        if kept is None or kept[0] is not index:
            self._kept = kept = index, IndexTally(index, base_iri)
        return kept[1]


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
