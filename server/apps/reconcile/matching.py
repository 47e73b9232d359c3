"""Find the things that a name may mean, with a score for each: 100 for the exact name, less for others.

A candidate is a certain match only if no other has the same exact name or number, and no value contradicts it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from jixiao.ontology.text import folding
from jixiao.ontology.text.decimals import digits
from jixiao.server.apps.reconcile.batches import Query
from jixiao.server.apps.reconcile.manifest import TYPES, entity_type
from jixiao.server.linked_data.tables import Table
from jixiao.server.views.columns import Row
from jixiao.server.views.questions.lexicon import words
from jixiao.server.views.questions.names import fronted
from jixiao.store import Index, Name

_CONTRADICTED = 0.6
"""Share of the score that is left for each value that contradicts."""
_SURE = 100.0
_ROUNDING = 1
_HELD = 50.0
"""Least score of a name that contains all characters typed."""
_ASKED = 20  # candidates of a kind that are scored

Listed = Callable[[str, Mapping[str, str]], Table | None]
"""A function from a kind and things (names by IRI) to their table."""


@dataclass(frozen=True)
class _Candidate:
    """A thing that a name may mean, with the score of its name."""

    name: Name
    score: float


def match(
    index: Index, below: str, batch: Mapping[str, Query], listed: Listed
) -> dict[str, dict[str, Sequence[Mapping[str, Any]]]]:
    """Answer a batch: for each key the candidates, best first. `below` precedes identifiers in IRIs.

    Raises SearchTooLongError, and what `listed` raises.
    """
    candidates = {key: _candidates(index, query) for key, query in batch.items()}
    rows: dict[str, Row] = {}
    for kind in TYPES:
        names = [each.name for many in candidates.values() for each in many if each.name.kind == kind]
        table = listed(kind, {name.iri: name.label for name in names})
        if table is not None:
            rows |= {str(row[table.columns[0].name]): row for row in table.rows}
    return {key: {"result": _results(below, batch[key], many, rows)} for key, many in candidates.items()}


def _candidates(index: Index, query: Query) -> list[_Candidate]:
    """Return the things of the wanted kinds whose name is, has, abbreviates or resembles the text."""
    best: dict[str, _Candidate] = {}
    for kind in query.types or tuple(TYPES):
        if not query.text:
            break
        for form in _forms(kind, query.text):
            for name in _names(index, kind, form):
                candidate = _Candidate(name, _score(name, form, query.text))
                if name.iri not in best or best[name.iri].score < candidate.score:
                    best[name.iri] = candidate
    return list(best.values())


def _names(index: Index, kind: str, text: str) -> Iterable[Name]:
    named = index.names(kind, text, _ASKED)
    if any(name.how == "same" for name in named):
        return named
    return [*named, *index.mentioned(kind, text), *index.near(kind, text, _ASKED)]


def _score(name: Name, form: str, typed: str) -> float:
    """Return 100 for the exact name, otherwise less, by the share of characters in common.

    A name found only after a short form was written out never gets 100.
    """
    wanted, matched = folding.bare(form), folding.bare(name.matched)
    if name.how == "same" and form == typed:
        return _SURE if wanted == matched or name.kind == "basis" else 95 * len(matched) / max(len(wanted), 1)
    return _close(name.how, wanted, matched)


def _close(how: str, wanted: str, matched: str) -> float:
    """Return the likeness of two names, at least half if one has all characters of the other in their order."""
    alike = fuzz.ratio(wanted, matched)
    return min(alike if how == "near" else _HELD + (1 - _HELD / _SURE) * alike, _SURE - 1)


def _forms(kind: str, text: str) -> tuple[str, ...]:
    """Return a name, and for a body the forms with its organ in full: 松江区政协办 begins with 中国人民政治协商会议."""
    if kind != "org":
        return (text,)
    full = text
    for short, organ in words()["organs"].items():
        if organ not in full:
            full = full.replace(short, organ)
    moved = [form for each in (text, full) for form in fronted(each)]
    return tuple(dict.fromkeys((text, full, *moved)))


def _results(
    below: str, query: Query, candidates: Sequence[_Candidate], rows: Mapping[str, Row]
) -> list[dict[str, Any]]:
    scored = []
    for each in candidates:
        row = rows.get(each.name.iri, {})
        features = {pid: _fits(row.get(pid), values) for pid, values in query.values.items() if pid in row}
        score = each.score * _CONTRADICTED ** sum(not fits for fits in features.values())
        scored.append((score, each, row, features))
    scored.sort(key=lambda one: (-one[0], -one[1].name.projects, one[1].name.iri))
    sure = sum(score >= _SURE for score, *_ in scored)
    return [
        {
            "id": each.name.iri.removeprefix(below),
            "name": each.name.label,
            "description": _description(each.name.kind, row),
            "type": [entity_type(each.name.kind)],
            "score": round(score, _ROUNDING),
            "match": score >= _SURE and sure == 1,
            "features": [
                {"id": "name", "value": round(each.score, _ROUNDING)},
                *({"id": pid, "value": fits} for pid, fits in features.items()),
            ],
        }
        for score, each, row, features in scored[: query.limit]
    ]


def _fits(value: object, wanted: Sequence[str]) -> bool:
    """Tell if a value is, or as a text contains, one of the wanted ones; a blank cell never does."""
    if value is None:
        return False
    there = folding.bare(_words(value))
    return any(folding.bare(each) and folding.bare(each) in there for each in wanted)


_TOLD: Mapping[str, tuple[str, ...]] = {"project": ("department", "year"), "basis": ("number",)}
"""Columns that distinguish things with the same name, by kind."""


def _description(kind: str, row: Row) -> str:
    return " · ".join(_words(row[name]) for name in _TOLD.get(kind, ()) if row.get(name) is not None)


def _words(value: object) -> str:
    return value if isinstance(value, str) else digits(value)  # type: ignore[arg-type]
