"""Find the best path through a lattice, and the best path through each single edge.

The difference of their scores shows how certain the best path is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Edges = Sequence[Mapping[int, float]]
"""The edges of each node: the node at the other end, always a higher one, and the edge's score."""

_NONE = float("-inf")


@dataclass(frozen=True)
class Paths:
    """All paths from the first node to the last: the best score up to each node, and from each node on."""

    edges: Edges
    before: Sequence[float]
    after: Sequence[float]

    @classmethod
    def of(cls, edges: Edges) -> "Paths":
        """Score the paths of a lattice; its first and last nodes are the ends."""
        count = len(edges)
        before, after = [_NONE] * count, [_NONE] * count
        before[0] = after[-1] = 0.0
        for node in range(count):
            for following, score in edges[node].items():
                before[following] = max(before[following], before[node] + score)
        for node in range(count - 1, -1, -1):
            for following, score in edges[node].items():
                after[node] = max(after[node], score + after[following])
        return cls(edges, before, after)

    @property
    def best(self) -> float:
        """The score of the best path, or minus infinity if no path leads to the end."""
        return self.after[0]

    def through(self, node: int, following: int) -> float:
        """Return the score of the best path that contains an edge."""
        score = self.edges[node].get(following, _NONE)
        return self.before[node] + score + self.after[following]

    def path(self) -> tuple[int, ...]:
        """Return the nodes of the best path, the first of equal ones; empty if no path leads to the end."""
        if self.best == _NONE:
            return ()
        nodes = [0]
        while nodes[-1] != len(self.edges) - 1:
            options = self.edges[nodes[-1]]
            nodes.append(max(options, key=lambda node: (options[node] + self.after[node], -node)))
        return tuple(nodes)
