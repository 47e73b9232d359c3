"""List the values of one kind by which projects can be filtered, with the number of projects that have each."""

from __future__ import annotations

from jixiao.ontology.reference import reference
from jixiao.ontology.text import folding
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store.index.entries import UNITS, Entries
from jixiao.store.index.readers import Reader
from jixiao.store.index.results import Choice

_WORDED = ("category", "nature", "operator", "rule")
"""Kinds of values that have other words than their tallies."""

_VALUES = """
SELECT value, sum(projects) FROM ({union:
  SELECT value, projects FROM {s}.tally WHERE kind = ?1 AND folded LIKE ?2
:union}) GROUP BY value HAVING sum(projects) > 0 ORDER BY 2 DESC, value LIMIT ?3
"""
_NAMED = """
SELECT name, {sum:
  coalesce((SELECT projects FROM {s}.tally t WHERE t.kind = ?5 AND t.value = ?3 || name), 0)
:sum} FROM (
  SELECT DISTINCT name FROM ({union:
    SELECT e.name FROM {s}.name n JOIN {s}.entry e ON e.id = n.owner
    WHERE n.kind = ?1 AND n.folded LIKE ?2 AND {living n.owner}
  :union})
) ORDER BY 2 DESC, name LIMIT ?4
"""


def choices(reader: Reader, entries: Entries, kind: str, containing: str, limit: int) -> list[Choice]:
    """Return the values of a kind whose words contain a text, those of most projects first.

    Raises SearchTooLongError.
    """
    like = f"%{folding.bare(containing)}%"
    if kind in UNITS and len(like) > len("%%"):
        named = reader.all(_NAMED, UNITS.index(kind) + 1, like, entries.below, limit, kind)
        found = [(entries.below + name, projects) for name, projects in named]
    else:
        found = reader.all(_VALUES, kind, "%" if kind in _WORDED else like, -1 if kind in _WORDED else limit)
    made = [_choice(entries, kind, value, projects) for value, projects in found]
    if kind in _WORDED:
        made = [each for each in made if folding.bare(containing) in folding.bare(_words(each))]
    return made[:limit]


def _choice(entries: Entries, kind: str, value: str, projects: int) -> Choice:
    """Return a value in words: of a thing its label, of a concept its names in both languages."""
    if kind in UNITS:
        label = entries.label(value)
        return Choice(label, label, projects, value)
    if kind == "rule":
        name = value.partition("#")[2]
        return Choice(name, name, projects, value)
    term = reference().get(value)
    if term is not None:
        return Choice(term.name if kind == "operator" else term.label.zh, term.label, projects, value)
    return Choice(value, value, projects)


def _words(choice: Choice) -> str:
    label = choice.label
    return f"{choice.value} {label.zh} {label.en}" if isinstance(label, Bilingual) else f"{choice.value} {label}"
