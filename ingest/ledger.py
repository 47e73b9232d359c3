"""Record the use of every line of a source in a ledger, and account for the document project by project.

A line is used for a fact, as boilerplate of the form, for a person, is blank, or unread. It counts as read only if
every cell on it is accounted for. An account states amounts, missing parts, certainty of facts and unread lines; it is
computed from the published facts and the ledger only.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise, takewhile
from typing import Any, Literal, NamedTuple

from jixiao.ingest.emitting.emit import Emitted
from jixiao.ingest.facts import Fact, links, number
from jixiao.ingest.formats.text_tables import BARS, RULER
from jixiao.ingest.hidden import may_hold, print_fiscal_funds
from jixiao.ingest.model import END_NOT_SEEN, MASKED, NOT_UNDERSTOOD, RUN_TOGETHER, Extraction
from jixiao.ingest.rendition import Place, Rendition, Row
from jixiao.ingest.result import Account, EvaluationAccount, Lack, Money, ProjectAccount, Unread
from jixiao.ingest.roles.labels import CELLS
from jixiao.ingest.roles.role import Kind, is_word, of_text, role
from jixiao.ingest.structure.funds import UNTOLD
from jixiao.ingest.text.altered import ALTERED
from jixiao.ingest.text.flow import Spans
from jixiao.ingest.values.plain import folded
from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.reasons import Reason, reason

Use = Literal["fact", "boilerplate", "person", "blank", "unread"]


_LOST = frozenset({ALTERED, MASKED, NOT_UNDERSTOOD})
# Facts about the print of a line; they do not show that the line was read.
_REMARKS = frozenset(
    {
        terms.misprint,
        terms.repetition,
        terms.unpairedMark,
        terms.misquotedDocument,
        terms.nameVariant,
        terms.unequalCounts,
        terms.impossibleDate,
        terms.wrongCalculation,
    }
)


class Entry(NamedTuple):
    """One line: its number, its use ("fact", "boilerplate", "person", "blank" or "unread"), and the facts read from it.

    `aside` is true if the meaning of all its unread cells is known, but such values are not kept (remarks).
    """

    line: int
    use: Use
    facts: tuple[Fact, ...]
    aside: bool = False


@dataclass(frozen=True)
class Ledger:
    """The use of every line of a rendition, in order.

    `lost` are the facts whose values are not known because the text at the facts' places is masked or not understood.
    No line counts as read because of such a fact.
    """

    entries: tuple[Entry, ...]
    lost: tuple[Fact, ...] = ()

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """The numbers of the unread lines."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread")

    @property
    def not_understood(self) -> tuple[int, ...]:
        """The numbers of the unread lines, except those whose unread values are known but not kept."""
        return tuple(entry.line for entry in self.entries if entry.use == "unread" and not entry.aside)

    def share(self, forms: Spans) -> float:
        """Return the share (0 to 1) of lines with text that were read; unread lines outside `forms` do not count."""
        outside = {line for line in self.unread if not forms.meet(line, line + 1)}
        inside = sum(entry.use != "blank" for entry in self.entries) - len(outside)
        return 1.0 - len({*self.not_understood} - outside) / inside if inside else 1.0

    @cached_property
    def _places(self) -> dict[tuple[str, str, str | None], tuple[Place, ...]]:
        read = [(fact, place) for entry in self.entries for fact in entry.facts for place in _on(fact, entry.line)]
        read += [(fact, place) for fact in self.lost for place in fact.places]
        places = grouping.by_key(
            ((fact.subject, fact.property, value), place)
            for fact, place in read
            for value in {None, fact.value.value if fact.property in _REMARKS and fact.value is not None else None}
        )
        return {fact: tuple(dict.fromkeys(found)) for fact, found in places.items()}

    def places_of(self, node: str, name: str, value: str | None = None) -> tuple[Place, ...]:
        """Return the places from which the property `name` of a node was read; none if it was not read.

        `value` limits the places to those of one value; it may be given for the properties in `_REMARKS` alone.
        """
        return self._places.get((node, name, value), ())

    def to_json(self, forms: Spans) -> dict[str, Any]:
        """Return the ledger as JSON, in which the store keeps it.

        `forms` are the lines of forms and narratives: these have the key `form`, and lines with `aside` have values
        that are not kept. A fact without a value is `valueless`; a withheld one has its value as N-Triples; a fact
        recognised in a picture has its `score`, what confirms it as `confirmed`, and the `decision` with which a
        steward transcribed it.
        """
        lines = [
            {"n": entry.line, "use": entry.use, "facts": [_written(fact, entry.line) for fact in entry.facts]}
            | ({"form": True} if forms.meet(entry.line, entry.line + 1) else {})
            | ({"aside": True} if entry.use == "unread" and entry.aside else {})
            for entry in self.entries
        ]
        return {"share": round(self.share(forms), 4), "lines": lines}


def _written(fact: Fact, line: int) -> dict[str, Any]:
    written: dict[str, Any] = {
        "node": fact.subject,
        "property": fact.property,
        "why": _kept(fact.why),
        "columns": [place.column for place in _on(fact, line)],
    }
    if fact.value is None:
        written["valueless"] = True
    if fact.withheld is not None:
        written["withheld"] = str(fact.withheld)
    if seen := fact.seen:
        told = {"confirmed": _kept(seen.confirmed), "decision": seen.decision}
        written |= {"score": round(seen.score, 3)} | {name: each for name, each in told.items() if each}
    return written


def _kept(why: Reason | None) -> dict[str, Any] | None:
    return asdict(why) if why else None


def _on(fact: Fact, line: int) -> list[Place]:
    """Return the places of a fact that are on the line with the number `line`."""
    places = fact.places
    return [place for place in (places if len(places) == 1 else dict.fromkeys(places)) if place.line == line]


def settle(rendition: Rendition, extraction: Extraction, facts: list[Fact]) -> Ledger:
    """Return the ledger of a document: the use of each line, found from the places of its facts and its extraction."""
    lost = tuple(fact for fact in facts if fact.why in _LOST)
    facts = [fact for fact in facts if fact.why not in _LOST]
    read = grouping.by_key(
        (line, fact) for fact in facts for line in dict.fromkeys(place.line for place in fact.places)
    )
    places = {
        place for fact in facts if fact.property not in _REMARKS and fact.why != END_NOT_SEEN for place in fact.places
    }
    written = {*rendition.filled_places(), *extraction.divided}
    told = extraction.telling.union(place for fact in lost for place in fact.places)
    known = places | (extraction.boilerplate - told) | extraction.persons
    torn = {place for fact in facts if fact.why in {RUN_TOGETHER, UNTOLD} for place in fact.places}
    unknown = (written - known) | (written & torn & extraction.telling)
    unknown |= {place for place in written - places if rendition.is_lost(place)}
    not_kept = extraction.aside - torn
    filled, unread, not_aside, of_persons, of_facts = (
        {place.line for place in found}
        for found in (written, unknown, unknown - not_kept, written & extraction.persons, written & places)
    )

    def use(line: int, text: str) -> Use:
        # Bars that part cells are no text, nor is the rule below the head of a table.
        is_rule = BARS.search(text) and RULER.fullmatch(text.replace("\t", " "))
        if line not in filled or (line in unread and is_rule):
            return "blank"
        if line in unread:
            return "unread"
        if line in of_persons:
            return "person"
        return "fact" if line in of_facts else "boilerplate"

    return Ledger(
        tuple(
            Entry(
                each.number, use(each.number, each.text), tuple(read.get(each.number, ())), each.number not in not_aside
            )
            for each in rendition.lines
        ),
        lost,
    )


_PARTS = frozenset({terms.fiscalFunds, terms.currentYearAppropriation, terms.carriedOver})
_ANYWHERE = frozenset({*properties.bodies(), terms.filedBy, terms.cites, terms.year, terms.place})
# These properties and parts are in the narrative, which may be far from the form.
_NARRATED = (terms.narrativeAmount, terms.SKOS_altLabel)
_TOLD = (terms.NarrativeSection, terms.CostItem)
# These parts may be elsewhere, such as documents that a notice cites, or what it mentions; goals and sections may not.
_ELSEWHERE = (terms.Citation, terms.StatedBasis, terms.Mention)
# Lines before a form, and after a form or narrative, that belong to it: its title and unit, its remarks.
_ABOVE, _BELOW = 4, 10
_NEAR = 4  # lines in which a label of money and its figure stand, with bars or blank lines between them
_FISCAL = (terms.fiscalFunds, terms.currentYearAppropriation)
_BEYOND, PART, _LEFT_BLANK = map(reason, ("breaks-off", "no-total", "left-blank"))


def account(rendition: Rendition, shown: dict[str, Any], emitted: Emitted, ledger: Ledger) -> tuple[Account, Spans]:
    """Return the account of a document, and the spans of lines of its forms and narratives, with margins.

    `shown` is the rendition as JSON, with persons masked.
    """
    facts = emitted.facts.stated
    of_node = grouping.by_key((fact.subject, fact) for fact in facts)
    bodies = {fact.subject for fact in facts if fact.property == terms.filedBy}
    projects = tuple(_project(iri, name, of_node, bodies) for iri, name in emitted.contents.projects.items())
    read = {(fact.subject, fact.property): fact for fact in facts if fact.places}
    inferred = Counter(fact.why for fact in read.values() if fact.value is not None and fact.why)
    withheld = Counter(fact.why for fact in read.values() if fact.value is None and fact.why)
    declared = next((number(fact) for fact in facts if fact.property == terms.declaredProjectCount), None)
    extents = _extents(facts, emitted.contents.forms)
    forms, unread = _with_margins(extents, rendition.rows), ledger.not_understood
    taken = Account(
        projects,
        None if declared is None else int(declared),
        sum(1 for fact in read.values() if fact.value is not None and not fact.why),
        tuple(inferred.most_common()),
        tuple(withheld.most_common()),
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
            if bisect_left(unread, lines[0]) < bisect_right(unread, lines[1]) or _beside_a_gap(lines, rendition)
        ),
        evaluations=tuple(_evaluation(iri, name, of_node) for iri, name in emitted.contents.evaluations.items()),
        hidden={**_hidden(rendition, emitted, extents, unread), **_hidden_in_rows(facts, unread)},
    )
    return taken, forms


_OF_ROW = frozenset({terms.targetText, terms.achievedText, terms.score, terms.reasonText})


def _hidden_in_rows(facts: Iterable[Fact], unread: Sequence[int]) -> Mapping[str, frozenset[str]]:
    """Return for each result (IRI) with unread lines the properties that these may hold: those that it does not state.

    Its lines are those from its first one to the next result of the form, or to its own last one.
    """
    known = [*facts]
    rows = {row for _, row in links(known, terms.hasResult)}
    own = grouping.by_key((fact.subject, fact) for fact in known if fact.subject in rows)
    lines = {node: [place.line for fact in told for place in fact.places] for node, told in own.items()}
    spans = sorted((min(each), max(each) + 1, node) for node, each in lines.items() if each)
    hidden: dict[str, frozenset[str]] = {}
    for (first, end, node), (below, _, other) in pairwise([*spans, (0, 0, "")]):
        goes_on = node.partition("#")[0] == other.partition("#")[0]
        if bisect_left(unread, first) < bisect_left(unread, below if goes_on else end):
            hidden[node] = _OF_ROW - {fact.property for fact in own[node]}
    return hidden


def _hidden(
    rendition: Rendition,
    emitted: Emitted,
    extents: Mapping[tuple[str, bool], tuple[int, int]],
    unread: Sequence[int],
) -> Mapping[str, frozenset[str]]:
    """Return for each project and evaluation (IRI) the properties that its unread lines may hold.

    Its unread lines are those between its first and last fact, and just below an evaluation those that begin like a row
    of results: with a level or a row's number. Of projects, only those are looked at that state no fiscal funds.
    """
    names = emitted.contents.evaluations
    own = grouping.by_key((fact.subject.partition("#")[0], fact) for fact in emitted.facts.stated) if names else {}
    told = {fact.subject for fact in emitted.facts.stated if fact.property in _FISCAL}

    def within(iri: str) -> Sequence[int]:
        first, last = extents.get((iri, False), (0, -1))
        return unread[bisect_left(unread, first) : bisect_right(unread, last)]

    def from_line_up(line: int) -> Iterable[str]:
        return (each.text for each in reversed(rendition.lines[max(0, line - _NEAR) : line]))

    hidden = {
        iri: frozenset({terms.fiscalFunds})
        for iri in emitted.contents.projects
        if iri not in told and any(print_fiscal_funds(from_line_up(line)) for line in within(iri))
    }
    for iri in names:
        _, last = extents.get((iri, False), (0, -1))
        below = unread[bisect_right(unread, last) : bisect_right(unread, last + _BELOW)]
        rows = takewhile(lambda line: _begins_row(rendition.lines[line - 1].text), below)
        hidden[iri] = frozenset(may_hold(own[iri], (*within(iri), *rows)))
    return hidden


def _begins_row(text: str) -> bool:
    """Return whether a line begins with a level, or with the number of an indicator."""
    first = next((word for word in text.split() if not BARS.fullmatch(word)), "")
    return of_text(first).kind is Kind.LEVEL or CELLS.pattern("numbered_row").match(folded(first)) is not None


def _project(iri: str, name: str, of_node: Mapping[str, list[Fact]], bodies: set[str]) -> ProjectAccount:
    own = of_node[iri]
    values = {fact.property: fact for fact in own if fact.value is not None}
    parts = Counter(fact.property for fact in own if fact.value is not None)
    year, line = (number(values[name]) if name in values else None for name in (terms.year, terms.sourceLine))
    money = _money(own)
    filings = {filing for _, filing in links(own, terms.partOfFiling)}
    # A blank cell was read: it is a finding on the filing, and nothing that the reader left out.
    indicators = [of_node[row] for _, row in links(own, terms.hasIndicator)]
    targets = [
        any(fact.value is not None and terms.targetText in (fact.property, fact.value.value) for fact in facts)
        for facts in indicators
    ]
    untold = [facts for facts, has_target in zip(indicators, targets, strict=True) if not has_target]
    are_blank = all(any(fact.why == _LEFT_BLANK for fact in facts) for facts in untold)
    blanks = [about for _, about in links(own, terms.leftBlank)]
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
        len(targets),
        parts[terms.hasGoal],
        parts[terms.hasCitation],
        parts[terms.hasStatedBasis],
        tuple(lack for lack, missing in lacks.items() if missing),
        (*blanks, *([terms.targetText] if untold and are_blank else [])),
    )


def _evaluation(iri: str, name: str, of_node: Mapping[str, list[Fact]]) -> EvaluationAccount:
    own = of_node[iri]
    values = {fact.property: number(fact) for fact in own if fact.value is not None}
    rows = [of_node[row] for _, row in links(own, terms.hasResult)]
    told = Counter(name for row in rows for name in {fact.property for fact in row if fact.value is not None})
    line, year = values.get(terms.sourceLine), values.get(terms.year)
    return EvaluationAccount(
        iri,
        name,
        None if line is None else int(line),
        None if year is None else int(year),
        values.get(terms.executed),
        len(rows),
        told[terms.achievedText],
        told[terms.score],
    )


def _money(own: Iterable[Fact]) -> Money:
    """Return the amount that represents a project in its document, chosen by the rules of `jx:amount` in a store."""
    known, names = list(own), properties.amount_sources()
    amounts = {fact.property: fact for fact in known if fact.property in names}
    withheld = {about for _, about in links(known, terms.withheld)}
    beyond = RUN_TOGETHER if any(fact.why == RUN_TOGETHER for fact in known) else _BEYOND
    for name in names:
        if name in amounts and (value := number(amounts[name])) is not None:
            return Money(name, value, amounts[name].why)
        if name in withheld:
            return Money(name, None, amounts[name].why if name in amounts else beyond)
    if any(fact.property in _PARTS and fact.value is not None for fact in known):
        return Money(names[0], None, PART)
    return next((Money(name, None, amounts[name].why) for name in names if name in amounts), Money())


def _extents(facts: Iterable[Fact], projects: Iterable[str]) -> dict[tuple[str, bool], tuple[int, int]]:
    """Return the first and last line of each project's or evaluation's form (False) and narrative (True).

    Facts about bodies, places, documents and the year are ignored, since the header of a page, a notice or the cover
    may state them far from the form. So are lines with facts about several projects, unless a project has no other
    lines. Lines of a narrative do not count for a form.
    """
    known = frozenset(projects)
    told_by, elsewhere = ({properties.parts()[kind].letter for kind in kinds} for kinds in (_TOLD, _ELSEWHERE))
    stated = [
        (node, fact.property in _NARRATED or part[:1] in told_by, place.line)
        for fact in facts
        for node, _, part in [fact.subject.partition("#")]
        if node in known and fact.property not in _ANYWHERE and part[:1] not in elsewhere
        for place in fact.places
    ]
    of_line = grouping.by_key((line, node) for node, _, line in stated)
    lines = grouping.by_key(((node, told), line) for node, told, line in stated)
    kept = {
        (node, told): set(found).difference(() if told else lines.get((node, True), ()))
        for (node, told), found in lines.items()
    }
    own = {key: {line for line in found if len({*of_line[line]}) == 1} or found for key, found in kept.items()}
    return {key: (min(found), max(found)) for key, found in own.items() if found}


def _beside_a_gap(lines: tuple[int, int], rendition: Rendition) -> bool:
    """Return whether recognition failed on a page of a form, or on a page directly before or after it.

    `lines` are the first and last line of the form.
    """
    gaps = rendition.gaps
    pages = [rendition.lines[number - 1].page for number in lines] if gaps else []
    return any(first - 1 <= gap <= last + 1 for gap in gaps for first, last in [pages] if first and last)


def _with_margins(extents: Mapping[tuple[str, bool], tuple[int, int]], rows: Sequence[Row]) -> Spans:
    """Return the spans of lines that belong to forms and narratives, with a margin around each.

    Lines of tables and known words directly below a form belong to it. `extents` has the first and last line of each
    form (False) and narrative (True).
    """
    ends = _ends(rows)
    words = [
        row.last_line for row in rows if any(is_word(cell.text) or role(cell).kind is Kind.LEVEL for cell in row.filled)
    ]
    chains = _chains(words)
    spans = []
    for (_, told), (first, last) in extents.items():
        end = ends.get(last, last)
        at = bisect_right(words, end)
        if not told and at < len(words) and words[at] <= end + _BELOW:
            end = chains[at]
        spans.append((first if told else first - _ABOVE, end + _BELOW + 1))
    return Spans(spans)


def _chains(lines: Sequence[int]) -> list[int]:
    """Return for each line (sorted numbers) the last line that can be reached in steps of at most _BELOW lines."""
    last: list[int] = []
    for line, below in zip(lines[::-1], [None, *lines[::-1]], strict=False):
        last.append(line if below is None or below > line + _BELOW else last[-1])
    return last[::-1]


def _ends(rows: Iterable[Row]) -> dict[int, int]:
    """Map each line of a table, and the line before the table, to the last line of the table.

    Here, a table is a run of rows with several cells on lines that follow each other.
    """
    ends: dict[int, int] = {}
    for row in reversed([row for row in rows if len(row.cells) > 1]):
        last = ends.get(row.last_line, row.last_line)
        ends |= dict.fromkeys(range(row.first_line - 1, row.last_line + 1), last)
    return ends
