"""Collect the things whose derived facts may change with a commit, and renew those facts.

Quads of the default graph are noted as they come and go, so that a commit costs what it changes.
"""

from __future__ import annotations

from pyoxigraph import NamedNode, Quad, Store

from jixiao.ontology import terms
from jixiao.store.commit import derive, project_facts
from jixiao.store.commit.editor import Editor
from jixiao.store.decisions.effects import Decisions, Subject

_TYPE, _PROJECT = NamedNode(terms.RDF_type), NamedNode(terms.Project)
_LABEL = NamedNode(terms.RDFS_label)
_LEGAL_BASIS = NamedNode(terms.LegalBasis)
_NAMES, _PROJECTS, _FILINGS, _STATUSES, _BASES = range(5)
_CONCERNS = {
    **dict.fromkeys(derive.NAMES, _NAMES),
    **dict.fromkeys(project_facts.GROUNDS | project_facts.DERIVED, _PROJECTS),
    **dict.fromkeys(derive.BASES, _BASES),
    **dict.fromkeys(project_facts.OF_FILINGS, _FILINGS),
    NamedNode(terms.readingStatus): _STATUSES,
}


class Touched:
    """Things by what is derived for them.

    These are names, facts of projects, of all projects of a filing, reading statuses, and links between bases. In a
    `fresh` graph, which was empty before, only things of which several names are printed have names to renew.
    """

    def __init__(self, *, fresh: bool = False) -> None:
        self._things: tuple[set[Subject], ...] = (set(), set(), set(), set(), set())
        self._names: dict[int, int] | None = {} if fresh else None  # hashes of things and of their first names

    def note(self, quad: Quad) -> None:
        """Note a quad that the default graph gains or loses."""
        predicate = quad.predicate
        concerns = _CONCERNS.get(predicate)
        if concerns == _NAMES and self._only_name(quad):
            return
        if concerns is not None:
            self._things[concerns].add(quad.subject)
        elif predicate == _TYPE:
            if quad.object == _PROJECT:
                self._things[_PROJECTS].add(quad.subject)
            elif quad.object == _LEGAL_BASIS:
                self._things[_BASES].add(quad.subject)

    def _only_name(self, quad: Quad) -> bool:
        """Tell if a thing of a fresh graph has the name of a quad for its label, and no other so far."""
        if self._names is None or quad.predicate != _LABEL:
            return False
        name = hash(quad.object)
        return self._names.setdefault(hash(quad.subject), name) == name

    def note_names(self, nodes: set[NamedNode]) -> None:
        """Note nodes whose names must be renewed."""
        self._things[_NAMES].update(nodes)

    def note_all(self, graph: Store) -> None:
        """Note everything for which older rules derived less, or something else."""
        self._things[_NAMES].update(derive.every_name_with_others(graph))
        self._things[_PROJECTS].update(project_facts.every_project(graph))
        self._things[_STATUSES].update(project_facts.every_status(graph))

    def renew(self, editor: Editor, decisions: Decisions, titled: derive.Titled | None = None) -> None:
        """Derive anew what may have changed; without `titled`, the links between all legal bases."""
        names, projects, filings, statuses, bases = self._things
        derive.labels(editor, names, decisions)
        derive.possibly_same(editor, decisions, bases, titled)
        project_facts.projects(editor, projects | project_facts.of_filings(editor.graph, filings))
        project_facts.statuses(editor, statuses, decisions)
