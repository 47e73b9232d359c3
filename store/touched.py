"""Collect the things whose derived facts may change with a commit, and renew those facts.

Quads of the default graph are noted as they come and go, so that a commit costs what it changes.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store import derive, project_facts
from jixiao.store.registry.decisions import Decisions, Subject

RULES = 2
"""The version of what is derived. Raise it with every change: the next commit then renews all of a store's facts."""

_TYPE, _PROJECT = NamedNode(terms.RDF_type), NamedNode(terms.Project)
_NAMES, _PROJECTS, _FILINGS, _STATUSES = range(4)
_CONCERNS = {
    **dict.fromkeys(derive.NAMES, _NAMES),
    **dict.fromkeys(project_facts.GROUNDS | project_facts.DERIVED, _PROJECTS),
    NamedNode(terms.filedBy): _FILINGS,
    NamedNode(terms.readingStatus): _STATUSES,
}


class Touched:
    """Things by what is derived for them: names, facts of projects, of all projects of a filing, reading statuses.

    With `all_subjects` all things about which something changes are collected as well, for the index.
    """

    def __init__(self, *, all_subjects: bool = False) -> None:
        self._things: tuple[set[Subject], ...] = (set(), set(), set(), set())
        self._subjects: set[Subject] | None = set() if all_subjects else None

    def note(self, quad: Quad) -> None:
        """Note a quad that the default graph gains or loses."""
        predicate = quad.predicate
        if self._subjects is not None:
            self._subjects.add(quad.subject)
        concerns = _CONCERNS.get(predicate)
        if concerns is not None:
            self._things[concerns].add(quad.subject)
        elif predicate == _TYPE and quad.object == _PROJECT:
            self._things[_PROJECTS].add(quad.subject)

    def note_names(self, nodes: set[NamedNode]) -> None:
        """Note nodes whose names must be renewed."""
        self._things[_NAMES].update(nodes)

    def note_all(self, graph: Store) -> None:
        """Note everything for which older rules derived less, or something else."""
        self._things[_NAMES].update(derive.every_name_with_others(graph))
        self._things[_PROJECTS].update(project_facts.every_project(graph))
        self._things[_STATUSES].update(project_facts.every_status(graph))

    def renew(self, graph: Store, decisions: Decisions) -> None:
        """Derive anew what may have changed, and the links between legal bases."""
        names, projects, filings, statuses = self._things
        derive.labels(graph, names, decisions)
        derive.possibly_same(graph, decisions)
        of_filings = project_facts.of_filings(graph, filings)
        project_facts.projects(graph, projects | of_filings)
        project_facts.statuses(graph, statuses, decisions)
        if self._subjects is not None:
            self._subjects |= names | of_filings

    def subjects(self) -> set[str] | None:
        """Return the IRIs of all things about which the default graph may say something else; None if not collected."""
        if self._subjects is None:
            return None
        return {subject.value for subject in self._subjects if isinstance(subject, NamedNode)}
