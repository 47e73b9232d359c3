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

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, InstanceOf

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.view_files import View


def _in_groups(names: Any) -> Any:
    """Return groups of names, one of which is needed from each group; a plain list of names is one group."""
    return [names] if names and isinstance(names[0], str) else names


Groups = Annotated[tuple[frozenset[str], ...], BeforeValidator(_in_groups)]


class Pattern(BaseModel):
    """The entry `ask` in a view's header, as the module's docstring describes it, with the view."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    view: InstanceOf[View]
    weights: dict[str, float]
    when: dict[str, dict[str, float]] = {}
    only: dict[str, Groups] = {}
    needs: Groups = ()
    takes: dict[str, tuple[str, ...]]
    sorts: dict[str, str] = {}
    default: str = ""
    sets: dict[str, dict[str, str]] = {}
    phrases: dict[str, dict[str, tuple[str, ...]]] = {}
    note: Bilingual | None = None
    questions: tuple[Bilingual, ...]


def patterns(views: Iterable[View]) -> tuple[Pattern, ...]:
    """Return the patterns of the views that have any."""
    return tuple(Pattern(view=view, **view.ask) for view in views if view.ask)
