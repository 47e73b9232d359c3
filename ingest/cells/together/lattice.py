"""Find the best path through a lattice, and how much worse each path is that contradicts a part of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Edges = Sequence[Mapping[int, float]]
"""The edges that leave each node, by the node that they lead to, with their scores; all lead to higher nodes."""

_NONE = float("-inf")


@dataclass(frozen=True)
class Paths:
    """Every path from the first node to the last: scores up to each node and from each node on."""

    edges: Edges
    before: Sequence[float]
    after: Sequence[float]

    @classmethod
    def of(cls, edges: Edges) -> "Paths":
        """Score the paths of a lattice of which the first and the last node are the ends."""
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
        """Return the score of the best path that takes an edge."""
        score = self.edges[node].get(following, _NONE)
        return self.before[node] + score + self.after[following]

    def path(self) -> tuple[int, ...]:
        """Return the nodes of the best path, the first of several; empty if no path leads to the end."""
        if self.best == _NONE:
            return ()
        nodes = [0]
        while nodes[-1] != len(self.edges) - 1:
            options = self.edges[nodes[-1]]
            nodes.append(max(options, key=lambda node: (options[node] + self.after[node], -node)))
        return tuple(nodes)
