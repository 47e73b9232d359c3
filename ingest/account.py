"""Account for a document, project by project: amounts, missing parts, certainty of facts, unread lines.

An account is computed from the published facts and the ledger only. The ledger is about lines, an account about
projects.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal as RdfLiteral

from jixiao.ingest.emit import Emitted
from jixiao.ingest.facts import Fact
from jixiao.ingest.ledger import Ledger
from jixiao.ingest.rendition import Rendition, Row
from jixiao.ingest.result import Account, Lack, Money, ProjectAccount, Unread
from jixiao.ingest.values.spans import Spans
from jixiao.ontology import properties, terms

_PARTS = frozenset({terms.fiscalFunds, terms.currentYearAppropriation, terms.carriedOver})
_ANYWHERE = frozenset({*properties.bodies(), terms.cites, terms.year})
# These parts are in the narrative, which may be far from the form.
_TOLD = (terms.NarrativeSection, terms.CostItem)
# These parts may be elsewhere, such as documents that a notice cites; goals and sections may not.
_ELSEWHERE = (terms.Citation, terms.StatedBasis)
# Lines before and after a form or narrative that belong to it: its title and unit, its remarks.
_ABOVE, _BELOW = 4, 10
_WITHHELD = "印有金额，存疑未收 · an amount is printed but withheld"
_BEYOND = "原文在此之前中断，没有读到金额 · the text breaks off before any amount that was read"
_PART = "没有总额，只有其中一部分 · no total is printed, only parts of one"


def account(rendition: Rendition, shown: dict[str, Any], emitted: Emitted, ledger: Ledger) -> tuple[Account, Spans]:
    """Return the account of a document, and the lines of its forms and narratives with the lines around them.

    `shown` is the rendition with persons masked.
    """
    facts = emitted.facts.stated
    of_node: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        of_node[fact.subject].append(fact)
    bodies = {fact.subject for fact in facts if fact.property == terms.filedBy}
    projects = tuple(_project(iri, name, of_node, bodies) for iri, name in emitted.projects.items())
    read = {(fact.subject, fact.property): fact for fact in facts if fact.places}
    inferred = Counter(fact.why for fact in read.values() if fact.value is not None and fact.why)
    withheld = Counter(fact.why for fact in read.values() if fact.value is None and fact.why)
    declared = next((_number(fact) for fact in facts if fact.property == terms.declaredProjectCount), None)
    extents = _extents(facts, emitted.projects)
    forms = _with_margins(extents.values(), rendition.rows)
    taken = Account(
        projects,
        None if declared is None else int(declared),
        sum(1 for fact in read.values() if fact.value is not None and not fact.why),
        dict(inferred.most_common()),
        dict(withheld.most_common()),
        tuple(
            Unread(
                number,
                shown["lines"][number - 1]["text"].strip(),
                rendition.lines[number - 1].where,
                forms.meet(number, number + 1),
            )
            for number in ledger.unread
        ),
        rendition.left_out,
        frozenset(
            node
            for (node, _), lines in extents.items()
            if _holds_unread(lines, ledger.not_understood) or _beside_a_gap(lines, rendition)
        ),
    )
    return taken, forms


def _project(iri: str, name: str, of_node: Mapping[str, list[Fact]], bodies: set[str]) -> ProjectAccount:
    own = of_node[iri]
    values = {fact.property: fact for fact in own if fact.value is not None}
    parts = Counter(fact.property for fact in own)
    year, line = (_number(values[name]) if name in values else None for name in (terms.year, terms.sourceLine))
    money = _money(own)
    filings = {fact.value.value for fact in own if fact.property == terms.partOfFiling and fact.value is not None}
    targets = [
        any(fact.property == terms.targetText and fact.value is not None for fact in of_node[link.value.value])
        for link in own
        if link.property == terms.hasIndicator and link.value is not None
    ]
    lacks: dict[Lack, bool] = {
        "name": not name,
        "body": not any(body in values for body in properties.bodies()) and not filings & bodies,
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
    """Return the amount that represents a project in its document, by the rules of `jx:amount` in a store."""
    known, names = list(own), properties.amount_sources()
    breaks_off = any(fact.property == terms.breaksOffAt for fact in known)
    amounts = {fact.property: fact for fact in known if fact.property in names}
    withheld = {fact.value.value for fact in known if fact.property == terms.withheld and fact.value}
    for name in names:
        if name in amounts and (value := _number(amounts[name])) is not None:
            return Money(name, value, amounts[name].why)
        if name in withheld:
            return Money(name, None, amounts[name].why if name in amounts else _BEYOND if breaks_off else _WITHHELD)
    if any(fact.property in _PARTS and fact.value is not None for fact in known):
        return Money(names[0], None, _PART)
    return next((Money(name, None, amounts[name].why) for name in names if name in amounts), Money())


def _number(fact: Fact) -> Decimal | None:
    """Return the number that a fact states, or None if its value is no number."""
    value = fact.value
    if not isinstance(value, RdfLiteral) or value.datatype.value not in (terms.XSD_decimal, terms.XSD_integer):
        return None
    return Decimal(value.value)


def _extents(facts: Iterable[Fact], projects: Iterable[str]) -> dict[tuple[str, bool], tuple[int, int]]:
    """Return the first and last line of each project's form (False) and narrative (True).

    Facts about bodies, documents and the year are ignored, since the head of a page, a notice or the cover may state
    them far from the form. So are lines with facts about several projects, unless a project has no other lines.
    """
    known = frozenset(projects)
    told_by, elsewhere = ({properties.parts()[kind].letter for kind in kinds} for kinds in (_TOLD, _ELSEWHERE))
    lines: defaultdict[tuple[str, bool], set[int]] = defaultdict(set)
    of_line: defaultdict[int, set[str]] = defaultdict(set)
    for fact in facts:
        if not fact.places:
            continue
        node, _, part = fact.subject.partition("#")
        if node in known and fact.property not in _ANYWHERE and part[:1] not in elsewhere:
            told = fact.property == terms.narrativeAmount or part[:1] in told_by
            for place in fact.places:
                lines[node, told].add(place.line)
                of_line[place.line].add(node)
    own = {key: {line for line in found if len(of_line[line]) == 1} or found for key, found in lines.items()}
    return {key: (min(found), max(found)) for key, found in own.items() if found}


def _holds_unread(lines: tuple[int, int], unread: Sequence[int]) -> bool:
    return bisect_left(unread, lines[0]) < bisect_right(unread, lines[1])


def _beside_a_gap(lines: tuple[int, int], rendition: Rendition) -> bool:
    """Return whether a page that could not be recognised is among the pages of some lines, or next to them."""
    gaps = rendition.gaps
    pages = [rendition.lines[number - 1].page for number in lines] if gaps else []
    return any(first - 1 <= gap <= last + 1 for gap in gaps for first, last in [pages] if first and last)


def _with_margins(extents: Iterable[tuple[int, int]], rows: Iterable[Row]) -> Spans:
    """Return the lines of forms and narratives, of tables that continue them, and of their margins."""
    ends = _ends(rows)
    return Spans((first - _ABOVE, ends.get(last, last) + _BELOW + 1) for first, last in extents)


def _ends(rows: Iterable[Row]) -> dict[int, int]:
    """Map lines of rows with several cells, and the lines before them, to the last line before the next gap."""
    ends: dict[int, int] = {}
    for row in reversed([row for row in rows if len(row.cells) > 1]):
        last = ends.get(row.last_line, row.last_line)
        ends |= dict.fromkeys(range(row.first_line - 1, row.last_line + 1), last)
    return ends
