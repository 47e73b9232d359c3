"""What one document gave: each project, its amount and what it lacks; how sure its facts are; what stayed unread.

Comes in: the facts as they are published, and the ledger; goes out: an account for whoever answers for the document.
Apart from the ledger, which speaks of lines; this speaks of projects. Nothing in it is read anew or estimated.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pyoxigraph import Literal as RdfLiteral

from jixiao.ingest.emit import Emitted
from jixiao.ingest.facts import Fact
from jixiao.ingest.ledger import Ledger
from jixiao.ingest.left_out import LeftOut
from jixiao.ingest.rendition import Rendition, Row, Where
from jixiao.ingest.values.spans import Spans
from jixiao.ontology import terms

Lack = Literal["name", "body", "year", "amount", "goals", "indicators", "targets"]

# A project's amount is the first of these that the document gives; parts of a sum do not stand for it.
_AMOUNTS = (terms.annualRequest, terms.totalAmount, terms.narrativeAmount)
_BODIES = (terms.competentDepartment, terms.implementingUnit)
# So many lines before and behind a form or narrative count as its own: its title and unit, what stands below.
_ABOVE, _BELOW = 4, 10
_NO_NUMBER = "所印金额不是一个数 · what is printed is no number"


@dataclass(frozen=True)
class Money:
    """A project's amount: the IRI of the property that states it, yuan (None: none is published), and a reason.

    With a value, `why` says on what grounds the unit was inferred; without one, why none is given.
    """

    term: str | None = None
    value: Decimal | None = None
    why: str | None = None

    @property
    def certainty(self) -> Literal["stated", "inferred", "none"]:
        if self.value is None:
            return "none"
        return "inferred" if self.why else "stated"


@dataclass(frozen=True)
class ProjectAccount:
    """One project: its IRI, name, line and year; its amount; how many parts it has; what it lacks.

    `targets` in `lacks`: some of its indicators have no target.
    """

    iri: str
    name: str
    line: int | None
    year: int | None
    amount: Money
    indicators: int
    goals: int
    citations: int
    stated_bases: int
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class Unread:
    """A line that was not understood: number, text (persons masked), place in the file, and whether a form is there."""

    line: int
    text: str
    where: Where | None
    in_form: bool


@dataclass(frozen=True)
class Account:
    """The account of one document.

    `declared` is how many projects its cover speaks of; `stated` counts facts that the source says outright, `inferred`
    those published on other grounds, and `withheld` cells without a published value, both by reason.
    """

    projects: tuple[ProjectAccount, ...]
    declared: int | None
    stated: int
    inferred: Mapping[str, int]
    withheld: Mapping[str, int]
    unread: tuple[Unread, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def unread_in_forms(self) -> tuple[Unread, ...]:
        """What matters first: these lines may hold facts."""
        return tuple(unread for unread in self.unread if unread.in_form)

    def lacking(self, lack: Lack) -> int:
        """How many projects lack this."""
        return sum(1 for project in self.projects if lack in project.lacks)

    def counted(self, certainty: str) -> int:
        """How many projects have an amount of this certainty."""
        return sum(1 for project in self.projects if project.amount.certainty == certainty)


def account(
    rendition: Rendition, shown: dict[str, Any], emitted: Emitted, ledger: Ledger, left_out: tuple[LeftOut, ...]
) -> Account:
    """The account; `shown` is the rendition with persons masked, `left_out` what no reader looks into."""
    facts = emitted.facts.stated
    of_node: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_node[fact.subject].append(fact)
    bodies = {node for node, known in of_node.items() if any(fact.property == terms.filedBy for fact in known)}
    projects = tuple(_project(iri, name, of_node, bodies) for iri, name in emitted.projects.items())
    read = {(fact.subject, fact.property): fact for fact in facts if fact.places}
    inferred = Counter(fact.why for fact in read.values() if fact.value is not None and fact.why)
    withheld = Counter(fact.why for fact in read.values() if fact.value is None and fact.why)
    declared = next((_number(fact) for fact in facts if fact.property == terms.declaredProjectCount), None)
    return Account(
        projects,
        None if declared is None else int(declared),
        sum(1 for fact in read.values() if fact.value is not None and not fact.why),
        dict(inferred.most_common()),
        dict(withheld.most_common()),
        tuple(_unread(rendition, shown, ledger, _extents(facts, emitted.projects, rendition.rows))),
        left_out,
    )


def _project(iri: str, name: str, of_node: Mapping[str, list[Fact]], bodies: set[str]) -> ProjectAccount:
    own = of_node[iri]
    values = {fact.property: fact for fact in own if fact.value is not None}
    parts = Counter(fact.property for fact in own)
    year, line = (_number(values[name]) if name in values else None for name in (terms.year, terms.sourceLine))
    money = _money(own)
    filings = {fact.value.value for fact in own if fact.property == terms.partOfFiling and fact.value is not None}
    targets = [
        any(fact.property == terms.targetText for fact in of_node[link.value.value])
        for link in own
        if link.property == terms.hasIndicator and link.value is not None
    ]
    lacks: dict[Lack, bool] = {
        "name": not name,
        "body": not any(body in values for body in _BODIES) and not filings & bodies,
        "year": year is None,
        "amount": money.value is None,
        "goals": not parts[terms.hasGoal],
        "indicators": not targets,
        "targets": not all(targets),
    }
    return ProjectAccount(
        iri,
        name,
        None if line is None else int(line),
        None if year is None else int(year),
        money,
        parts[terms.hasIndicator],
        parts[terms.hasGoal],
        parts[terms.hasCitation],
        parts[terms.hasStatedBasis],
        tuple(lack for lack, missing in lacks.items() if missing),
    )


def _money(own: Iterable[Fact]) -> Money:
    found = {fact.property: fact for fact in own if fact.property in _AMOUNTS}
    for name in _AMOUNTS:
        if name in found and (value := _number(found[name])) is not None:
            return Money(name, value, found[name].why)
    printed = next((name for name in _AMOUNTS if name in found and found[name].value is not None), None)
    if printed:
        return Money(printed, None, _NO_NUMBER)
    return next((Money(name, None, found[name].why) for name in _AMOUNTS if name in found), Money())


def _number(fact: Fact) -> Decimal | None:
    """The number that a fact states; None for what is no number."""
    value = fact.value
    if not isinstance(value, RdfLiteral) or value.datatype.value not in (terms.XSD_decimal, terms.XSD_integer):
        return None
    return Decimal(value.value)


def _extents(facts: Iterable[Fact], projects: Iterable[str], rows: Iterable[Row]) -> Spans:
    """The lines of each form and each narrative, with what goes on as a table behind it, and what stands near.

    Bodies are left aside: the head of a page names them, far from the form.
    """
    known = frozenset(projects)
    lines: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    for fact in facts:
        node, _, part = fact.subject.partition("#")
        if node in known and fact.property not in _BODIES:
            told = fact.property == terms.narrativeAmount or part[:1] in {"s", "k", "b", "c"}
            lines[node, told].update(place.line for place in fact.places)
    ends = _ends(rows)
    return Spans(
        (min(found) - _ABOVE, ends.get(max(found), max(found)) + _BELOW + 1) for found in lines.values() if found
    )


def _ends(rows: Iterable[Row]) -> dict[int, int]:
    """For each line of rows of several cells, and the line before them: the last line of those without a gap."""
    ends: dict[int, int] = {}
    for row in reversed([row for row in rows if len(row.cells) > 1]):
        last = ends.get(row.last_line, row.last_line)
        ends |= dict.fromkeys(range(row.first_line - 1, row.last_line + 1), last)
    return ends


def _unread(rendition: Rendition, shown: dict[str, Any], ledger: Ledger, extents: Spans) -> Iterator[Unread]:
    texts = {line["n"]: line["text"].strip() for line in shown["lines"]}
    for number in ledger.unread:
        where = rendition.lines[number - 1].where
        yield Unread(number, texts[number], where, extents.meet(number, number + 1))
