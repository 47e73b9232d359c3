"""Find the things that a name may mean, each with a score from 0 to 100: 100 for exactly that name.

A candidate is reported as a certain match only if no other one has exactly that name or number, and if it agrees with
all values that the client gave. `extend` gives further properties of things that were matched: the columns of the
lists in linked_data/lists/ (Reconciliation API 0.2, section 6).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rapidfuzz import fuzz

from jixiao.ontology.text import decimals, folding
from jixiao.server.apps.reconcile.batches import TYPES, Query, described, entity_type, properties
from jixiao.server.errors import ParameterError
from jixiao.server.linked_data.tables import Table
from jixiao.server.runtime.turns import look
from jixiao.server.views import answers, view_files
from jixiao.server.views.questions.lexicon import words
from jixiao.server.views.questions.names import in_full
from jixiao.store import Index, Name

_CONTRADICTED = 0.6
"""Factor of the score for each value in which a candidate differs from the client's."""
_SURE = 100.0
_ROUNDING = 1
_HELD = 50.0
"""Least score of a name that contains all typed characters."""
_ASKED = 20  # most candidates of a kind that are looked up and scored

Listed = Callable[[str, Mapping[str, str]], Table | None]
"""A function that returns the table of some things: its arguments are their kind, and their names by IRI."""


def match(
    index: Index, below: str, batch: Mapping[str, Query], listed: Listed
) -> dict[str, dict[str, Sequence[Mapping[str, Any]]]]:
    """Return the candidates for each query of a batch, best first, as JSON values by the query's key.

    `below` precedes identifiers in IRIs; `listed` gives the values of candidates, to compare with the client's.
    Raises SearchTooLongError, and what `listed` raises.
    """
    candidates = {key: _candidates(index, query) for key, query in batch.items()}
    rows: dict[str, answers.Row] = {}
    for kind in TYPES:
        names = [name for scored in candidates.values() for _, name in scored if name.kind == kind]
        table = listed(kind, {name.iri: name.label for name in names})
        if table is not None:
            rows |= {str(row[table.columns[0].name]): row for row in table.rows}
    return {key: {"result": _results(below, batch[key], scored, rows)} for key, scored in candidates.items()}


def _candidates(index: Index, query: Query) -> list[tuple[float, Name]]:
    """Return scores and names of the things whose name is the query's text, contains it, or is similar to it."""
    best: dict[str, tuple[float, Name]] = {}
    for kind in (query.types or TYPES) if query.text else ():
        for form in _forms(kind, query.text):
            look()
            names = index.names(kind, form, _ASKED)
            if not any(name.how == "same" for name in names):
                names = [*names, *index.mentioned(kind, form), *index.near(kind, form, _ASKED)]
            for name in names:
                score = _score(name, form, query.text)
                if name.iri not in best or best[name.iri][0] < score:
                    best[name.iri] = score, name
    return list(best.values())


def _score(name: Name, form: str, typed: str) -> float:
    """Return the score of a name for a typed text: 100 for the same name, otherwise less, by the similarity.

    `form` is the text with which the name was found: the typed one, or a form of it by _forms(), for which the score is
    99 at most. A name that contains the text, or the other way round, gets at least _HELD.
    """
    wanted, matched = folding.bare(form), folding.bare(name.matched)
    if name.how == "same" and form == typed:
        return _SURE if wanted == matched or name.kind == "basis" else 95 * len(matched) / max(len(wanted), 1)
    alike = fuzz.ratio(wanted, matched)
    return min(alike if name.how == "near" else _HELD + (1 - _HELD / _SURE) * alike, _SURE - 1)


def _forms(kind: str, text: str) -> list[str]:
    """Return the texts to look up for a name; for a body, also with short names of organs written in full.

    In 松江区政协办, for example, 政协 is short for 中国人民政治协商会议, which full names have at the beginning.
    """
    if kind != "org":
        return [text]
    full = text
    for short, organ in words()["organs"].items():
        if organ not in full:
            full = full.replace(short, organ)
    return list(dict.fromkeys((text, full, *in_full(text), *in_full(full))))


def _results(
    below: str, query: Query, candidates: Sequence[tuple[float, Name]], rows: Mapping[str, answers.Row]
) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for likeness, name in sorted(candidates, key=lambda each: (-each[1].projects, each[1].iri)):
        row = rows.get(name.iri, {})
        features = {pid: _fits(row[pid], values) for pid, values in query.values.items() if pid in row}
        told = [_words(row[column]) for column in _TOLD.get(name.kind, ()) if row.get(column) is not None]
        score = likeness * _CONTRADICTED ** list(features.values()).count(False)
        results.append(
            {
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
        )
    results.sort(key=lambda result: -result["score"])
    is_certain = sum(result["match"] for result in results) == 1
    for result in results:
        result["score"] = round(result["score"], _ROUNDING)
        result["match"] = result["match"] and is_certain
    return results[: query.limit]


def _fits(value: object, wanted: Sequence[str]) -> bool:
    """Return True if a value, as text, contains one of the wanted texts; False for no value."""
    if value is None:
        return False
    there = folding.bare(_words(value))
    return any(folding.bare(each) and folding.bare(each) in there for each in wanted)


_TOLD: Mapping[str, tuple[str, ...]] = {"project": ("department", "year"), "basis": ("number",)}
"""Columns shown in a candidate's description, to distinguish things with the same name, by kind."""


def _words(value: object) -> str:
    return value if isinstance(value, str) else decimals.digits(value)  # type: ignore[arg-type]


_WHOLE = 2**53
"""Whole numbers up to which a JSON number is exact for every client."""


def extend(
    ids: Sequence[str], names: Sequence[str], below: str, lists: Mapping[str, view_files.View], listed: Listed
) -> dict[str, Any]:
    """Return the answer to a request for columns, as JSON values: `ids` are the things, `names` the properties.

    A value that is missing, or of an unknown thing, is an empty list. `below` precedes identifiers in IRIs, `lists` are
    the queries of lists by kind, and `listed` makes the table of some things of a kind. Raises ParameterError for an
    unknown property, and what `listed` raises.
    """
    of_kinds = {kind: {column.name: column for column in properties(lists[kind])} for kind in TYPES}
    columns = {name: column for of_kind in of_kinds.values() for name, column in of_kind.items()}
    if unknown := [name for name in names if name not in columns]:
        known = "、".join(columns)
        raise ParameterError(
            f"没有属性 {unknown[0]}；有：{known}。", f"There is no property {unknown[0]}; there are {known}."
        )
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {each: {name: [] for name in names} for each in ids}
    for kind, of_kind in of_kinds.items():
        table = listed(kind, {f"{below}{each}": "" for each in rows if each.startswith(f"{kind}/")})
        for row in () if table is None else table.rows:
            cells = rows[str(row[lists[kind].columns[0].name]).removeprefix(below)]
            cells |= {name: _cell(row, of_kind[name], below) for name in cells if name in of_kind}
    department = {"type": {"id": "org", "name": "机构 Department"}}
    meta = [described(columns[name]) | (department if columns[name].link else {}) for name in names]
    return {"meta": meta, "rows": rows}


def _cell(row: answers.Row, column: answers.Column, below: str) -> list[dict[str, Any]]:
    value = row[column.name]
    if value is None:
        return []
    linked = row.get(column.link) if column.link else None
    if isinstance(linked, str) and linked.startswith(below):
        return [{"id": linked.removeprefix(below), "name": str(value)}]
    if isinstance(value, Decimal):
        return [{"float": float(value)}]
    if isinstance(value, int):
        return [{"int": value} if abs(value) <= _WHOLE else {"str": str(value)}]
    words = column.words(value)
    return [{"str": value if words is None else words.zh}]
