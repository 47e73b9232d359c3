"""Decide whether the unit of an amount in a scan is sure: if 万元 is read as 元, the amount is 10,000 times too small.

Sums and products hold in any unit, so they do not confirm units. An amount with an unsure unit needs a confirmation
that prints its own unit: the narrative, an amount in words, or the total on the cover.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.confirming import Stated
from jixiao.ingest.certainty.scores import Score, Scores
from jixiao.ingest.values import amounts
from jixiao.ontology import terms

_TOTALS = (terms.annualRequest, terms.totalAmount)
_ABOVE = 6  # lines above a form that are searched for its unit of money


@dataclass(frozen=True)
class Units:
    """The check of units of money in one file, by its numbers, the texts of its lines, and their scores."""

    stated: Stated
    texts: Mapping[int, str]
    scores: Scores

    def is_sure(self, node: str, name: str, *, read: bool = False) -> bool:
        """Return whether the unit of an amount was recognised for sure, and does not make a project's total too small.

        `node` and `name` are the IRIs of the amount's node and property. If a steward has `read` the amount in
        the picture, it may be small, since a steward would have seen a 万.
        """
        project, key = node.partition("#")[0], (node, name)
        fits = read or node != project or not self._is_small(project)
        own = self.scores.of_unit(sorted(self.stated.lines.get(key, ())), self.stated.values.get(key, Decimal(0)))
        if own is not None:
            return _is_sure(own) and fits
        return self._headed.get(project, True) and fits

    def _is_small(self, project: str) -> bool:
        """Return whether a project's largest total is above 0, but so small that a 万 was probably not recognised."""
        totals = [self.stated.values.get((project, name), Decimal(0)) for name in _TOTALS]
        return 0 < max(totals) < kinds.LEAST_TOTAL

    @cached_property
    def _headed(self) -> Mapping[str, bool]:
        """For each project, whether all units in the labels on its lines, such as 金额（万元）, are sure."""
        found = {}
        for project in self.stated.nodes(terms.Project):
            lines = self.stated.of_project.get(project, frozenset())
            within = range(min(lines, default=0) - _ABOVE, max(lines, default=0) + 1)
            found[project] = all(line not in self._doubtful for line in within)
        return found

    @cached_property
    def _doubtful(self) -> frozenset[int]:
        """The numbers of lines whose label has an unsure unit, or another unit than most labels of the same words."""
        labels = {line: found for line, text in self.texts.items() if (found := amounts.labelled_unit(text))}
        alike: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for label, unit in labels.values():
            alike[label][unit] += 1
        odd = (line for line, (label, unit) in labels.items() if not _is_usual(unit, alike[label]))
        unsure = (line for line, (_, unit) in labels.items() if not _is_sure(self.scores.of([line], unit)))
        return frozenset([*odd, *unsure])


def _is_usual(unit: str, alike: Counter[str]) -> bool:
    return all(unit == other or alike[unit] > alike[other] for other in alike)


def _is_sure(score: Score | None) -> bool:
    return score is None or (score.agrees and score.least >= kinds.limits("unit").doubted)
