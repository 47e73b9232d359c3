"""Leave out findings that take a value for missing, or values for all there are, where the graph withholds one.

SHACL cannot tell a cell that the source leaves blank from one whose content is withheld. A rule that depends on the
difference names its properties by `jx:assumesWhole`; `jx:withheld` of the document's nodes answers for both engines.
"""

from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.engine.data import Data, Match, Term, text, whole

_WITHHELD = ox.NamedNode(terms.withheld)
_FILING = ox.NamedNode(terms.partOfFiling)


class Withheld:
    """The properties that one document's graph withholds, by node and by project."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._of_node = {node: frozenset(map(text, names)) for node, names in data.values(_WITHHELD).items()}
        within: defaultdict[Term, set[str]] = defaultdict(set)
        for node, names in self._of_node.items():
            within[whole(node)] |= names
        self._within = within

    def silences(self, fault: Fault, match: Match) -> bool:
        """Tell if a finding rests on a property that is withheld from a node that the finding is about."""
        return bool(self._of_node and fault.assumes_whole) and any(
            name in fault.assumes_whole for name in self._withheld(match)
        )

    def _withheld(self, match: Match) -> Iterator[str]:
        """Yield what is withheld from the focus node and the other nodes found, their project, and its filing.

        A finding about a project as a whole is also about the project's parts.
        """
        project = whole(match.focus)
        nodes = (match.focus, *match.bindings.values(), project, *self._data.objects(project, _FILING))
        for node in nodes:
            yield from self._of_node.get(node, ())
        if match.focus == project:
            yield from self._within.get(project, ())
