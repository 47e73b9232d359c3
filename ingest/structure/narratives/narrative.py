"""Read the narrative of one project (项目经费情况说明): its sections and cost items, and what its text states.

Running text states sums of money claimed for a project or by a cover, terms, and responsible bodies. A text of 实施周期
that names two terms, or one of 实施主体 that names two bodies, gives none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from jixiao.ingest.model import (
    NOT_UNDERSTOOD,
    Amount,
    Claim,
    CostItem,
    CostSubtotal,
    Form,
    Narrative,
    Printed,
    Project,
    Section,
    Term,
    Withheld,
)
from jixiao.ingest.rendition import Cell, Marks, Place, Row
from jixiao.ingest.roles.headings import (
    SECTIONS,
    Heading,
    Number,
    heading,
    is_labelled,
    is_titled,
    missed,
    number_of,
)
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.structure import gate
from jixiao.ingest.structure.narratives import budget
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values.amounts import NUMBER, UNIT, decimal, scale, step
from jixiao.ingest.values.dates import DAY, day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.text.wording import Wording

BUDGET_SECTION = SECTIONS["budget"]
PERIOD_SECTION = SECTIONS["period"]
_IMPLEMENTER_SECTION = SECTIONS["implementer"]
_LONGEST_TITLE = 200  # characters of a title, with all text between its words
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# A figure partly masked by its publisher (****000元) is no number.
_MONEY = rf"(?<![*＊×xX.])(?P<digits>{NUMBER})\s*(?P<unit>{UNIT})"
_WORDING = Wording("jixiao.ingest.structure.narratives", "claims.toml", {"money": _MONEY})
# Patterns of claims, from the most exact statement of the year's request to the vaguest.
_CLAIMS = tuple(
    _WORDING.pattern(name) for name in ("for_the_year", "of_works", "a_year", "for_the_project", "in_all", "divided")
)
_VAGUE = 4  # the rank from which a claim must be the only one of its kind
_AT_FIRST, _IN_A_CELL, _SECOND, _YEARS, _CLAUSE, _SENTENCE, _WORKS, _OF_TABLE = map(
    _WORDING.pattern, ("at_first", "in_a_cell", "second", "years", "clause", "sentence", "works", "of_table")
)
_SUM = re.compile(_MONEY)
_REACH = 200  # characters of a sentence that are searched before a sum
_RE = Wording("jixiao.ingest.structure.narratives", "schedules.toml", {"day": DAY}).patterns
_REACH_OF_TERM = 20  # characters that are searched before a term


def form_of(story: Narrative) -> Form:
    """Return a form for a narrative, without indicators.

    The form has the first and last day of the project if the section 实施周期 has nothing else.
    """
    section = story.section(PERIOD_SECTION)
    parts = section.text.parts if section else ()
    found = _RE.period.fullmatch(parts[0][1]) if len(parts) == 1 else None
    fields = {name: Printed(((parts[0][0], day),)) for name, day in found.groupdict().items()} if found else {}
    return Form(fields, (), {}, (), year=story.year)


def read(segment: Segment, marks: Marks) -> Narrative:
    """Return the narrative in a segment; text above the first heading and in unknown sections stays unread."""
    number, name, rows = _title(segment.rows, marks)
    parts = _parts(_of_one(rows))
    marks.known(cell for _, cell, _ in parts)
    sections = tuple(_section(*part, marks) for part in parts)
    items, subtotals = budget.read(below for found, _, below in parts if found.meaning == BUDGET_SECTION)
    title = segment.rows[0].filled[0].places[0]
    costs: list[CostItem | CostSubtotal] = sorted([*items, *subtotals], key=lambda each: each.places[0])
    unread = {
        "hasSection": ((found.number, cell.line) for found, cell, _ in parts if found.number),
        "hasCostItem": ((Number("ar", each.number), each.places[0].line) for each in costs if each.number),
    }
    seen = (Withheld(name, missed(told, segment.rows), NOT_UNDERSTOOD) for name, told in unread.items())
    withheld = tuple(each for each in seen if each.places)
    return Narrative(number, name, sections, items, None, _year(segment), subtotals, title, withheld=withheld)


def _of_one(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows up to a numbered line that names another project: below that line, the numbers begin anew."""
    numbers = [number_of(row.text) for row in rows]
    for at in range(1, len(rows) - 1):
        again = numbers[at + 1] is not None and numbers[at + 1] == numbers[0] and is_labelled(rows[at + 1].text)
        if again and numbers[at] and not (is_labelled(rows[at].text) or heading(rows[at].text)):
            return rows[:at]
    return rows


def _parts(rows: Iterable[Row]) -> list[tuple[Heading, Cell, list[Row]]]:
    """Return the known sections of a narrative: each heading, its cell, and the rows below the heading."""
    parts: list[tuple[Heading, Cell, list[Row]]] = []
    last: Number | None = None  # number of the last heading
    listed: Number | None = None  # number of the last item in a section, if items are numbered like headings
    known = False
    for row in rows:
        text = row.filled[0].text if len(row.filled) == 1 else ""
        found, item = heading(text, within=True), number_of(text)
        in_list = bool(parts and parts[-1][0].rest and found and found.rest and not found.number)
        if found and (in_list or _is_section(found, last)):
            parts.append((found, row.filled[0], []))
            last, known, listed = found.number or last, True, None
        elif item and item.follows(last) and is_titled(text, alone=item.follows(listed)):
            last, known, listed = item, False, None
        elif known and last is None and parts[-1][0].rest and is_labelled(text):
            known = False  # an unknown label in a list of labels and texts
        elif known:
            listed = item if item and last and item.style == last.style else listed
            parts[-1][2].append(row)
    return parts


def _year(segment: Segment) -> int | None:
    """Return the year in the title of a narrative; None if the title names no year or several."""
    years = set(_YEAR.findall(folded(segment.rows[0].filled[0].text)))
    return int(years.pop()) if len(years) == 1 else None


def _is_section(found: Heading, last: Number | None) -> bool:
    """Return whether a heading begins a section of the narrative: it is a section's own name, or a later number.

    The number must be of the style of `last`, the number of the heading before; if `last` is None, any heading counts.
    Below a numbered heading, a section's name without a number must be alone on its line.
    """
    if last is None or (found.canonical and (found.number or not found.rest)):
        return True
    return found.number is not None and found.number.style == last.style and found.number.value > last.value


def _title(rows: tuple[Row, ...], marks: Marks) -> tuple[int | None, Printed | None, tuple[Row, ...]]:
    """Return the number and the name that a narrative's title or first line has, and the rows below the name."""
    cell = rows[0].filled[0]
    titled, named = labels().line("narrative_title", cell.text), gate.story(rows, 0, begun=True)
    marks.known([cell] if titled or named else ())
    number = int(titled["number"]) if titled and titled["number"] else None
    if named and named.name:
        name = Printed(((named.cell.places[0], _as_printed(named.cell.parts[0][1], named.name)),))
        return None if titled and titled["before"] else number, name, rows[named.below :]
    return number, None, rows[1:] if titled else rows


def _as_printed(text: str, name: str) -> str:
    """Return the part of a line that is a name if both are normalized for matching, or else the name itself."""
    chars = [(at, char) for at, one in enumerate(text[:_LONGEST_TITLE]) for char in folded(one)]
    at = "".join(char for _, char in chars).find(folded(name))
    return text[chars[at][0] : chars[at + len(folded(name)) - 1][0] + 1] if at >= 0 else name.strip()


def _section(found: Heading, cell: Cell, below: list[Row], marks: Marks) -> Section:
    """Return the section of a heading in `cell`, with the text after the heading and in the rows below."""
    marks.known(filled for row in below for filled in row.filled if labels().line("ruler", filled.text))
    first = ((cell.places[0], found.rest.strip()),) if found.rest.strip() else ()
    text = Printed((*first, *_text(below).parts))
    alone = [row for row in below if len(row.filled) <= 1]
    running = None if len(alone) == len(below) else Printed((*first, *_text(alone).parts))
    number = found.number.value if found.number else None
    return Section(found.word, found.meaning, cell.places[0], text, running, number)


def _text(rows: Iterable[Row]) -> Printed:
    """Return the text of rows, without rulers."""
    return Printed.of(*(cell for row in rows for cell in row.filled if not labels().line("ruler", cell.text)))


def with_claims(projects: Iterable[Project], year: int | None) -> tuple[Project, ...]:
    """Add to each project the values that its texts state: the amount that its narrative claims, its term and its body.

    `year` is the fiscal year of the file.
    """
    stories = ((each, each.narrative.year if each.narrative else None) for each in projects)
    return tuple(_with_claims(each, each.form.year or own or year) for each, own in stories)


def _with_claims(project: Project, year: int | None) -> Project:
    money, story = tuple(_in_prose(each, year) for each in project.form.amounts), project.narrative
    told = _claimed(story, year) if story else None
    if told and not (told.amount or money):
        told = replace(told, withheld=(*told.withheld, *_unread_money(told.section(BUDGET_SECTION))))
    return replace(project, form=replace(project.form, amounts=money), narrative=told)


def _unread_money(section: Section | None) -> Iterator[Withheld]:
    """Yield the year's money as withheld if a section about it prints sums, of which none was read as this money."""
    flow = Flow.of(section.prose) if section else None
    if flow and (found := _SUM.search(flow.text)):
        yield Withheld("annualRequest", flow.within(*found.span()), NOT_UNDERSTOOD)


def _in_prose(amount: Amount, year: int | None) -> Amount:
    """Return an amount whose cell holds a sentence with its value set to the sum at the sentence's beginning.

    Only the year's money (`annualRequest`) is changed so; any other amount is returned unchanged.
    """
    if amount.name != "annualRequest" or not isinstance(amount.value, str):
        return amount
    found = _allotted(Flow.of(Printed(((amount.places[0], amount.value),))), year, _IN_A_CELL)
    return next((replace(amount, value=claim.value, step=claim.step) for claim in found), amount)


def _claimed(story: Narrative, year: int | None) -> Narrative:
    period, body = story.section(PERIOD_SECTION), story.section(_IMPLEMENTER_SECTION)
    return replace(
        story,
        amount=narrative_amount(story.sections, year),
        term=term(period.prose) if period else None,
        implementer=implementer(body.prose) if body else None,
        body=_body_alone(body.prose) if body else None,
    )


def narrative_amount(sections: Sequence[Section], year: int | None) -> Claim | None:
    """Return the amount, in yuan, that a narrative claims for its project in a year, or None.

    The claims are preferred in this order: one for the year, one for the whole contract, a total without further words
    (合计) or a computed sum that the text divides (其中), which counts only if the text has no other; and the first sum
    of the section about the year's money. The cost of the whole works (总投资) and amounts of other years do not count.
    """
    flows = [Flow.of(section.text) for section in sections]
    for rank, pattern in enumerate(_CLAIMS):
        found = [claim for flow in flows for claim in _found(pattern, flow, year, of_the_year=rank == 0)]
        if found and (rank < _VAGUE or len({claim.value for claim in found}) == 1):
            return found[0]
    of_the_year = (section for section in sections if section.meaning == SECTIONS["budget"])
    return next((claim for section in of_the_year for claim in _allotted(Flow.of(section.text), year)), None)


def _allotted(flow: Flow, year: int | None, pattern: re.Pattern[str] = _AT_FIRST) -> Iterator[Claim]:
    """Yield the sum with which a section about the year's money begins, if `pattern` matches there; at most one.

    A sum of another year than the file's, or with another sum beside it, is left out.
    """
    found = pattern.match(flow.text)
    if found and (year is None or found["year"] in (None, str(year))) and not _SECOND.match(flow.text, found.end()):
        yield claim_of(found, flow.within(*found.span()))


def _found(pattern: re.Pattern[str], flow: Flow, year: int | None, *, of_the_year: bool) -> Iterator[Claim]:
    """Yield the sums that a pattern matches in a text, except those of other years.

    Sums of whole works (总投资) are left out as well, unless `of_the_year` is true.
    """
    for match in pattern.finditer(flow.text):
        before = flow.text[max(0, match.start() - _REACH) : match.start()]
        named = match.groupdict().get("year") or _year_before(before)
        if named and named != str(year):
            continue
        sentence = _SENTENCE.search(before)
        if of_the_year or not (sentence and _WORKS.search(sentence.group())):
            yield claim_of(match, flow.within(*match.span()))


def _year_before(before: str) -> str | None:
    """Return the last year in `before`, the clause before a sum, or the words of several years named together.

    Otherwise None.
    """
    clause = _CLAUSE.search(before)
    years = [match.group() if match[2] else match[1] for match in _YEARS.finditer(clause.group() if clause else "")]
    return years[-1] if years else None


def stated_money(texts: Iterable[Printed], tables: str) -> Iterator[Decimal]:
    """Yield the sums of money with a unit in texts, and the totals of tables whose headers state the unit, in yuan."""
    in_texts = (found for text in texts for found in _SUM.finditer(Flow.of(text).text))
    yield from (claim_of(found, ()).value for found in chain(in_texts, _OF_TABLE.finditer(tables)))


def claim_of(found: re.Match[str], places: tuple[Place, ...]) -> Claim:
    """Return the value in yuan of a match with `digits` and `unit`, and its places."""
    unit = scale(found["unit"])
    return Claim(decimal(found["digits"]) * unit, places, step(found["digits"], unit))


def term(printed: Printed) -> Term | None:
    """Return the first and last day of the only term that a text names, or of the one after 本次; or None.

    Terms are written as `从2022年1月至2022年12月`, `2022年1月至12月`, `2022年1-12月` or `2025全年度`.
    """
    found: list[Term] = []
    this_time: list[Term] = []
    for place, text in printed.parts:
        words = folded(text)
        if whole := _RE.whole_year.fullmatch(words):
            found.append(Term(f"{whole['year']}-01-01", f"{whole['year']}-12-31", (place,)))
        further = _RE.some_month.search(_RE.term.sub("", words)) is not None
        for match in _RE.term.finditer(words):
            this = _RE.this_time.search(words, max(0, match.start() - _REACH_OF_TERM), match.start()) is not None
            if (this or not further) and (single := _term(match, place)):
                found.append(single)
                this_time += [single] if this else []
    for terms in (this_time, found):
        if len({(single.first, single.last) for single in terms}) == 1:
            return terms[0]
    return None


def _term(match: re.Match[str], place: Place) -> Term | None:
    """Return a match as a term with its first and last day; None if they are no dates.

    The last month may lack the year.
    """
    first = match["first"] or f"{match['year']}-{match['from']}"
    last = match["last"] or f"{match['year']}-{match['to']}"
    if not last[:4].isdecimal():
        last = f"{first[:4]}-{last}"
    begins, ends = day(first, last=False), day(last, last=True)
    return Term(begins[0], ends[0], (place,)) if begins and ends else None


def implementer(printed: Printed) -> Printed | None:
    """Return the only body that a text names as responsible, after 责任主体为 or before 负责, or None."""
    found = [
        (place, label(match["body"]))
        for place, text in printed.parts
        for match in (*_RE.named.finditer(text), *_RE.leads.finditer(text))
    ]
    bodies = {body for _, body in found}
    if len(bodies) != 1 or _RE.many.search(found[0][1]):
        return None
    return Printed((found[0],))


def _body_alone(printed: Printed) -> Printed | None:
    """Return the body whose name is all of a text, or None."""
    match = _RE.alone.fullmatch(printed.text)
    if match is None or _RE.many.search(match["body"]):
        return None
    return Printed(((printed.parts[0][0], label(match["body"])),))
