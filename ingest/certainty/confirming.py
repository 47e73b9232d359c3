"""Confirm amounts that were recognised in pictures, by arithmetic or by the same figure in another place of the file.

High scores are no proof: the recogniser may misread a digit with full certainty, at every scale. An amount is therefore
stated only if other printed figures agree with it: the parts of a sum, the factors of a product, or the same amount in
another cell or in the text. If 万元 is read as 元, an amount is 10,000 times too small. Sums and products hold in any
unit, so an amount with an unsure unit needs a confirmation that prints its own unit: the narrative or the cover.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from jixiao.ingest.certainty import kinds
from jixiao.ingest.certainty.scores import Scores, is_sure
from jixiao.ingest.facts import Fact, number
from jixiao.ingest.values.amounts import decimal, labelled_unit, scale
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.grouping import by_key
from jixiao.ontology.properties import amounts
from jixiao.ontology.reasons import Reason, reason
from jixiao.ontology.reference import labels
from jixiao.ontology.text.bilingual import Bilingual

SUM, ITEMS, PROJECTS = map(reason, ("sum-of-parts", "sum-of-items", "sum-of-projects"))
PRODUCT, RESULT, WEIGHTS = map(reason, ("product", "calculation-holds", "weights-of-a-hundred"))

# Totals of a form, each with the parts that may add up to it. A form with one column of amounts has only the year's
# request as a total, with the fiscal funds (`fiscalFunds`) among its parts.
_SUMS = (
    (terms.totalAmount, (terms.fiscalFunds, terms.otherFunds)),
    (terms.annualRequest, (terms.currentYearAppropriation, terms.carriedOver, terms.annualOtherFunds)),
    (terms.annualRequest, (terms.fiscalFunds, terms.otherFunds)),
    (terms.annualRequest, (terms.fiscalFunds, terms.annualOtherFunds)),
    (terms.annualRequest, (terms.fiscalFunds, terms.carriedOver, terms.annualOtherFunds)),
)
_OF_PROJECT = (
    terms.annualRequest,
    terms.totalAmount,
    terms.fiscalFunds,
    terms.currentYearAppropriation,
    terms.carriedOver,
    terms.otherFunds,
    terms.annualOtherFunds,
    terms.narrativeAmount,
)

_TOTALS = (terms.annualRequest, terms.totalAmount)
_ABOVE = 6  # lines above a form that are searched for its unit of money

Key = tuple[str, str]
"""The IRI of a node and the IRI of one of its properties."""


@dataclass(frozen=True)
class Stated:
    """The numbers in one file's facts, by node and property, the lines that print them, and the classes of nodes.

    `links` has, for the two properties in `_LINKS`, the nodes that a node refers to: a total its items, a project its
    filing.
    """

    values: Mapping[Key, Decimal]
    lines: Mapping[Key, frozenset[int]]
    kinds: Mapping[str, frozenset[str]]
    parts: Mapping[str, tuple[str, ...]]  # by project: the nodes of its indicators, cost items and other parts
    links: Mapping[Key, tuple[str, ...]]
    of_project: Mapping[str, frozenset[int]]  # by project: the numbers of its lines, with those of its parts

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> "Stated":
        """Return the numbers that facts state, with their lines, and the classes and links of nodes."""
        said = [(fact, fact.value.value) for fact in facts if fact.value is not None]
        numbers = [
            (fact, value) for fact, _ in said if fact.property in _NUMBERS and (value := number(fact)) is not None
        ]
        lines = by_key(((fact.subject, fact.property), place.line) for fact, _ in numbers for place in fact.places)
        kinds = by_key((fact.subject, text) for fact, text in said if fact.property == terms.RDF_type)
        parts = by_key((fact.subject.partition("#")[0], fact.subject) for fact, _ in said if "#" in fact.subject)
        links = by_key(((fact.subject, fact.property), text) for fact, text in said if fact.property in _LINKS)
        of_project = by_key((fact.subject.partition("#")[0], place.line) for fact, _ in said for place in fact.places)
        values = {(fact.subject, fact.property): value for fact, value in numbers}
        return cls(
            values,
            {key: frozenset(lines.get(key, ())) for key in values},
            {node: frozenset(found) for node, found in kinds.items()},
            {project: tuple(dict.fromkeys(nodes)) for project, nodes in parts.items()},
            {key: tuple(found) for key, found in links.items()},
            {node: frozenset(found) for node, found in of_project.items()},
        )

    def nodes(self, kind: str, project: str | None = None) -> Iterator[str]:
        """Yield the IRIs of the nodes of the class `kind`: all in the file, or only the parts of `project` (an IRI)."""
        chosen = self.kinds if project is None else self.parts.get(project, ())
        return (node for node in chosen if kind in self.kinds.get(node, ()))


_LINKS = frozenset({terms.sumsItem, terms.partOfFiling})
_NUMBERS = (
    amounts()
    | {terms.itemQuantity, terms.itemTimes, terms.weight, terms.itemGroup}
    | {terms.printedResult, terms.computedValue}
)


@dataclass
class Confirming:
    """A search for confirmations of one file's amounts and their units.

    `texts` are the texts of its lines by line number, and `scores` their scores. `found` has the reason for each number
    confirmed so far, and `in_units` the numbers whose unit is confirmed, too.
    """

    stated: Stated
    texts: Mapping[int, str]
    scores: Scores
    found: dict[Key, Reason] = field(default_factory=dict)
    in_units: set[Key] = field(default_factory=set)  # amounts confirmed by a place that prints its own unit of money

    def confirmed(self) -> Mapping[Key, Reason]:
        """Return the reason for each confirmed number; fill `in_units` as well."""
        for project in self.stated.nodes(terms.Project):
            self._sums(project)
            self._costs(project)
            self._weights(project)
            self._calculations(project)
            self._elsewhere(project)
        self._cover()
        return self.found

    def _note(self, keys: Sequence[Key], why: Reason, *, in_units: bool = False) -> None:
        for key in keys:
            self.found.setdefault(key, why)
        if in_units:
            self.in_units.update(keys)

    def _sums(self, project: str) -> None:
        """Confirm each total of a project's form that equals the sum of its parts, with their parts.

        A part that the form leaves empty counts as zero.
        """
        values = self.stated.values
        for total, names in _SUMS:
            if values.get((project, total)):
                self._add_up([(project, name) for name in names if (project, name) in values], (project, total), SUM)

    def _costs(self, project: str) -> None:
        values = self.stated.values
        items = list(self.stated.nodes(terms.CostItem, project))
        for item in items:
            quantity, price, amount = (
                (item, name) for name in (terms.itemQuantity, terms.itemUnitPrice, terms.itemAmount)
            )
            if all(key in values for key in (quantity, price, amount)):
                times = values.get((item, terms.itemTimes), Decimal(1))
                slack = values.get((item, terms.roundedTo), Decimal(0)) / 2
                product = values[quantity] * times * values[price]
                if product and (product == values[amount] or abs(product - values[amount]) < slack):
                    self._note([quantity, price, amount, (item, terms.itemTimes)], PRODUCT)
        for total in self.stated.nodes(terms.CostSubtotal, project):
            summed = self.stated.links.get((total, terms.sumsItem), ())
            self._add_up([(item, terms.itemAmount) for item in summed], (total, terms.itemAmount), ITEMS)
        groups = by_key((values.get((item, terms.itemGroup)), (item, terms.itemAmount)) for item in items)
        for group in groups.values():
            for name in _OF_PROJECT:
                self._add_up(group, (project, name), ITEMS)

    def _add_up(
        self, parts: Sequence[Key], total: Key, why: Reason, *, fewest: int = 2, in_units: bool = False
    ) -> None:
        """Confirm a total and its parts if all parts are known and add up to the total.

        Fewer parts than `fewest` confirm nothing. With `in_units`, the unit of the amounts is confirmed, too.
        """
        values = self.stated.values
        known = [values[part] for part in parts if part in values]
        if len(known) == len(parts) >= fewest and total in values and sum(known) == values[total]:
            self._note([total, *parts], why, in_units=in_units)

    def _weights(self, project: str) -> None:
        """Confirm the weights of a project's indicators if they add up to 100: with a misread digit they would not."""
        keys = [(node, terms.weight) for node in self.stated.nodes(terms.Indicator, project)]
        known = [key for key in keys if key in self.stated.values]
        if len(known) > 1 and sum(self.stated.values[key] for key in known) == 100:
            self._note(known, WEIGHTS)

    def _calculations(self, project: str) -> None:
        values = self.stated.values
        for node in self.stated.nodes(terms.Calculation, project):
            computed, result = (node, terms.computedValue), (node, terms.printedResult)
            slack = values.get((node, terms.roundedTo), Decimal(0)) / 2
            if computed in values and result in values and abs(values[computed] - values[result]) <= slack:
                self._note([computed, result], RESULT, in_units=True)
            same = [key for key in self._amounts_of(project) if values[key] == values.get(computed)]
            if result not in values and same:
                self._note([computed, *same], SUM)

    def _amounts_of(self, project: str) -> list[Key]:
        return [key for name in _OF_PROJECT if (key := (project, name)) in self.stated.values]

    def _elsewhere(self, project: str) -> None:
        """Confirm each amount of a project that is printed again in another cell or text of the project."""
        own = self._amounts_of(project)
        of_parts = [
            (node, name)
            for node in self.stated.parts.get(project, ())
            for name in (terms.itemAmount, terms.itemUnitPrice, terms.printedResult)
        ]
        keys = [key for key in (*own, *of_parts) if self.stated.values.get(key)]
        printed = list(self._printed(self.stated.of_project.get(project, frozenset())))
        for key in keys:
            value, lines = self.stated.values[key], self.stated.lines[key]
            others = (each for each in own if self.stated.values[each] == value)
            same = next((each for each in others if self.stated.lines[each].isdisjoint(lines)), None)
            if same is not None:
                in_units = terms.narrativeAmount in {key[1], same[1]} and value >= kinds.LEAST_TOTAL
                self._note([key, same], _same(same[1], self.stated.lines[same]), in_units=in_units)
            for line, yuan, in_units in printed:
                if yuan == value and line not in lines:
                    self._note([key], reason("stated-again", line=line), in_units=in_units)

    def _printed(self, lines: Iterable[int]) -> Iterator[tuple[int, Decimal, bool]]:
        """Yield each sum of money that the lines print with its unit: line number, yuan, and whether the unit is sure.

        The unit of a small sum of 元 in figures is not sure: it may be a sum of 万元 whose 万 was not recognised.
        """
        for line in sorted(lines):
            for one in kinds.RE.money.finditer(folded(self.texts.get(line, ""))):
                unit = scale(one["unit"])
                yuan = decimal(one["digits"]) * unit
                yield line, yuan, unit > 1 or yuan >= kinds.LEAST_TOTAL

    def _cover(self) -> None:
        """Confirm the total that the cover declares if the filing's projects add up to it."""
        for filing in self.stated.nodes(terms.Filing):
            total = (filing, terms.declaredTotal)
            members = [
                project
                for project in self.stated.nodes(terms.Project)
                if filing in self.stated.links.get((project, terms.partOfFiling), ())
            ]
            for name in _TOTALS:
                self._add_up([(project, name) for project in members], total, PROJECTS, fewest=1, in_units=True)

    def has_sure_unit(self, node: str, name: str, *, read: bool) -> bool:
        """Return whether the unit of an amount was recognised for sure, and does not make a project's total too small.

        `node` and `name` are the IRIs of the amount's node and property. If a steward has `read` the amount in
        the picture, it may be small, since a steward would have seen a 万.
        """
        project, key = node.partition("#")[0], (node, name)
        most = max(self.stated.values.get((project, each), 0) for each in _TOTALS)  # so small that a 万 may be lost
        fits = read or node != project or not 0 < most < kinds.LEAST_TOTAL
        own = self.scores.of_unit(sorted(self.stated.lines.get(key, ())), self.stated.values.get(key, Decimal(0)))
        if own is not None:
            return is_sure(own, "unit") and fits
        found = self.stated.of_project.get(project, frozenset({0}))
        return fits and self._doubtful.isdisjoint(range(min(found) - _ABOVE, max(found) + 1))

    @cached_property
    def _doubtful(self) -> frozenset[int]:
        """The numbers of lines whose label has an unsure unit, or a unit that most labels of its words do not have."""
        labels = {line: found for line, text in self.texts.items() if (found := labelled_unit(text))}
        alike = {label: Counter(units) for label, units in by_key(labels.values()).items()}
        odd = (
            line
            for line, (label, unit) in labels.items()
            if not all(unit == other or alike[label][unit] > alike[label][other] for other in alike[label])
        )
        unsure = (line for line, (_, unit) in labels.items() if not is_sure(self.scores.of([line], unit), "unit"))
        return frozenset([*odd, *unsure])


def _same(name: str, lines: Iterable[int]) -> Reason:
    return reason("equals-amount", line=min(lines), name=Bilingual(labels()[name, "zh"], labels()[name, "en"]))
