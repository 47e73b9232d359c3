"""Find the things that a name may mean, with a score for each: 100 for the exact name, less for others.

A candidate is a certain match only if no other has the same exact name or number, and no value contradicts it.
"""

from collections.abc import Callable, Mapping, Sequence
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


def match(
    index: Index, below: str, batch: Mapping[str, Query], listed: Listed
) -> dict[str, dict[str, Sequence[Mapping[str, Any]]]]:
    """Answer a batch: for each key the candidates, best first. `below` precedes identifiers in IRIs.

    Raises SearchTooLongError, and what `listed` raises.
    """
    candidates = {key: _candidates(index, query) for key, query in batch.items()}
    rows: dict[str, Row] = {}
    for kind in TYPES:
        names = [name for scored in candidates.values() for _, name in scored if name.kind == kind]
        table = listed(kind, {name.iri: name.label for name in names})
        if table is not None:
            rows |= {str(row[table.columns[0].name]): row for row in table.rows}
    return {key: {"result": _results(below, batch[key], scored, rows)} for key, scored in candidates.items()}


def _candidates(index: Index, query: Query) -> list[tuple[float, Name]]:
    """Return the scores and names of the things of the wanted kinds whose name is, has or resembles the text."""
    best: dict[str, tuple[float, Name]] = {}
    for kind in (query.types or TYPES) if query.text else ():
        for form in _forms(kind, query.text):
            names = index.names(kind, form, _ASKED)
            if not any(name.how == "same" for name in names):
                names = [*names, *index.mentioned(kind, form), *index.near(kind, form, _ASKED)]
            for name in names:
                score = _score(name, form, query.text)
                if name.iri not in best or best[name.iri][0] < score:
                    best[name.iri] = score, name
    return list(best.values())


def _score(name: Name, form: str, typed: str) -> float:
    """Return 100 for the exact name, otherwise less, by the share of characters in common.

    A name found only after a short form was written out never gets 100. Of two names, of which one has all characters
    of the other in their order, the likeness is at least half.
    """
    wanted, matched = folding.bare(form), folding.bare(name.matched)
    if name.how == "same" and form == typed:
        return _SURE if wanted == matched or name.kind == "basis" else 95 * len(matched) / max(len(wanted), 1)
    alike = fuzz.ratio(wanted, matched)
    return min(alike if name.how == "near" else _HELD + (1 - _HELD / _SURE) * alike, _SURE - 1)


def _forms(kind: str, text: str) -> list[str]:
    """Return a name, and for a body the forms with its organ in full: 松江区政协办 begins with 中国人民政治协商会议."""
    if kind != "org":
        return [text]
    full = text
    for short, organ in words()["organs"].items():
        if organ not in full:
            full = full.replace(short, organ)
    return list(dict.fromkeys((text, full, *fronted(text), *fronted(full))))


def _results(
    below: str, query: Query, candidates: Sequence[tuple[float, Name]], rows: Mapping[str, Row]
) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for likeness, name in sorted(candidates, key=lambda each: (-each[1].projects, each[1].iri)):
        row = rows.get(name.iri, {})
        features = {pid: _fits(row[pid], values) for pid, values in query.values.items() if pid in row}
        told = [_words(row[column]) for column in _TOLD.get(name.kind, ()) if row.get(column) is not None]
        score = likeness * _CONTRADICTED ** list(features.values()).count(False)
        result: dict[str, Any] = {
            "id": name.iri.removeprefix(below),
            "name": name.label,
            "description": " · ".join(told),
            "type": [entity_type(name.kind)],
            "score": score,
            "match": score >= _SURE,
            "features": [
                {"id": "name", "value": round(likeness, _ROUNDING)},
                *({"id": pid, "value": fits} for pid, fits in features.items()),
            ],
        }
        results.append(result)
    results.sort(key=lambda result: -result["score"])
    is_certain = sum(result["match"] for result in results) == 1
    for result in results:
        result["score"] = round(result["score"], _ROUNDING)
        result["match"] = result["match"] and is_certain
    return results[: query.limit]


def _fits(value: object, wanted: Sequence[str]) -> bool:
    """Tell if a value is, or as a text contains, one of the wanted ones; a blank cell never does."""
    if value is None:
        return False
    there = folding.bare(_words(value))
    return any(folding.bare(each) and folding.bare(each) in there for each in wanted)


_TOLD: Mapping[str, tuple[str, ...]] = {"project": ("department", "year"), "basis": ("number",)}
"""Columns that distinguish things with the same name, by kind."""


def _words(value: object) -> str:
    return value if isinstance(value, str) else digits(value)  # type: ignore[arg-type]
