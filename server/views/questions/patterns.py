"""Read from the views' headers by which questions each view is asked (`ask:` in the `#+` lines).

ask:
  weights: {cite: 3, project: 1}              # by meaning (words.toml), how strongly it suggests the view
  when: {basis: {cite: 2}}                    # weights that hold if the parameter has a value
  only: {goal: [[target], [cite, about]]}     # a parameter takes a value only with a meaning of each list
  needs: [cite, basis]                        # one of these meanings or parameters, or one of each of several lists
  takes: {number: [number, basis], year: [year]}   # roles of values, by parameter, the best first
  sorts: {money: amount, count: projects}     # the column that a superlative means, by meaning; else the first
  default: -amount                            # the order that rows have anyway
  sets: {operator: {ceiling: ≤}}              # by parameter, the value that a meaning sets
  phrases: {fault: {NoLegalBasis: [regular expression, …]}}
  note: {zh: …, en: …}                        # a sentence that every reading of the view ends with
  questions: [{zh: 哪些项目引用了{number}？, en: …}]   # examples, with parameters in braces
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.view_files import View


@dataclass(frozen=True)
class Pattern:
    """The questions that a view answers."""

    view: View
    weights: Mapping[str, float]
    when: Mapping[str, Mapping[str, float]]
    only: Mapping[str, tuple[frozenset[str], ...]]
    needs: tuple[frozenset[str], ...]
    takes: Mapping[str, tuple[str, ...]]
    sorts: Mapping[str, str]
    default: str
    sets: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]]
    note: Bilingual | None
    questions: tuple[Bilingual, ...]


def patterns(views: Iterable[View]) -> tuple[Pattern, ...]:
    """Return the patterns of the views that have any."""
    return tuple(_pattern(view, view.ask) for view in views if view.ask)


def _pattern(view: View, header: Mapping[str, Any]) -> Pattern:
    return Pattern(
        view=view,
        weights=header["weights"],
        when=header.get("when", {}),
        only={name: _groups(groups) for name, groups in header.get("only", {}).items()},
        needs=_groups(header.get("needs", ())),
        takes={name: tuple(roles) for name, roles in header["takes"].items()},
        sorts=header.get("sorts", {}),
        default=header.get("default", ""),
        sets=header.get("sets", {}),
        phrases={
            name: {value: tuple(texts) for value, texts in values.items()}
            for name, values in header.get("phrases", {}).items()
        },
        note=Bilingual(**header["note"]) if "note" in header else None,
        questions=tuple(Bilingual(**question) for question in header["questions"]),
    )


def _groups(names: Sequence[str | Sequence[str]]) -> tuple[frozenset[str], ...]:
    """Return groups of names, one of which is needed from each group; a plain list is one group."""
    if not names:
        return ()
    return (frozenset(map(str, names)),) if isinstance(names[0], str) else tuple(map(frozenset, names))
