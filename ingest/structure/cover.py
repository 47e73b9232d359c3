"""Read the rows above the first project: the cover, or the notice that hands money down.

A cover has the filing body, the fiscal year, the number of projects and their money. A notice cites documents, too, on
which the projects are based.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, pairwise

from jixiao.ingest.model import BODIES, Citation, Claim, Cover, Printed, Project
from jixiao.ingest.rendition import Cell, Marks, Place, Row
from jixiao.ingest.roles.headings import BASIS_SECTION, SECTIONS, heading
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.structure import funds, phases
from jixiao.ingest.structure.dividing import divided_cell
from jixiao.ingest.structure.narratives.narrative import claim_of, stated_money
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.text import citations
from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ingest.values.plain import folded, plain
from jixiao.ontology.bodies import DIVISION_ENDINGS
from jixiao.ontology.numbers import find, parse
from jixiao.ontology.places import opening
from jixiao.ontology.reasons import reason
from jixiao.ontology.text.wording import Wording

_RE = Wording("jixiao.ingest.structure", "cover.toml", {"money": rf"(?P<digits>{NUMBER})(?P<unit>{UNIT})"}).patterns
PUBLISHED = _RE.published
_LAST_MONTH = 8  # of notices that hand down money for their own year only
_AGREED, _NEXT = reason("year-agrees"), reason("year-after")
_LONGEST_TITLE, _LONGEST_SIGNATURE = 60, 60
_BODIES = frozenset({*BODIES, "filingUnit"})
_BODY_END = re.compile(rf"{CELLS.text('body_end')}(?:\(.*\)|[-—\[【\d\]】]*)$")


GOAL_SECTIONS = {goal: SECTIONS[goal] for goal in ("overallGoal", "annualGoal")}
"""The sections, as citations name them, by the local names of goals."""


def read(segment: Segment, marks: Marks) -> Cover:
    """Return the cover in a segment, which may have no rows."""
    cells = [cell for row in segment.rows for cell in row.filled]
    marks.known(cell for cell in cells if labels().line("cover_heading", cell.text) or _RE.headed.fullmatch(cell.text))
    marks.set_aside(cell for cell in cells if parse(plain(cell.text)))  # the document's own number
    if is_notice(segment):  # a body alone on a line of a notice issued or received the notice
        said = [cell for cell in cells if labels().line("notice", cell.text)]
        body = _issuer(cells)
        money = _handed_down(cells)
    else:
        titled = (cell for cell in cells if _RE.targets.search(cell.text))
        totals = (claim_of(found, cell.places) for cell in titled if (found := _RE.total.search(folded(cell.text))))
        said = cells
        body = _body_of_title(cells)
        money = next(totals, None)
    year, places = _year(said)
    lines = [list(run) for _, run in groupby(cells, key=lambda cell: cell.line)]
    told = ((line[0].places, _RE.count.search(folded("".join(cell.text for cell in line)))) for line in lines)
    counts = (Claim(Decimal(found[1]), place) for place, found in told if found)
    titles = (Printed.of(cell) for cell in cells if len(cell.text) <= _LONGEST_TITLE)
    return Cover(
        _labelled_body(cells) or _addressee(cells) or body,
        year,
        next(counts, None),
        money,
        tuple(titles),
        places,
        of_finance=any(_RE.of_finance.search(folded(cell.text)) for cell in cells),
    )


def states_year(text: str) -> bool:
    """Return whether a text states the year of a filing: 2022年度, but not 2022年3月."""
    return _RE.year.search(folded(text)) is not None


def is_notice(segment: Segment) -> bool:
    """Return whether the rows above the first form are a notice that hands money down (下达…的通知, 批复)."""
    return any(len(row.filled) == 1 and labels().line("notice", row.filled[0].text) for row in segment.rows)


def named(rows: Iterable[Row], match: Callable[[str], re.Match[str] | None]) -> Printed | None:
    """Return the first body that `match` finds in a line of the rows, as its group `body`; None without one."""
    parts = ((cell.place(line), match(text)) for row in rows for cell in row.filled for line, text in cell.parts)
    return next((Printed(((place, found["body"]),)) for place, found in parts if found), None)


def _year(cells: Iterable[Cell]) -> tuple[int | None, tuple[Place, ...]]:
    """Return the first year that is not part of a date, and its places; None and no places without such a year.

    Places are given only for a title of targets: any other cell states more than the year, and stays unread.
    """
    years = ((int(match[1]), cell) for cell in cells if (match := _RE.year.search(folded(cell.text))))
    return next(((year, cell.places if _RE.targets.search(cell.text) else ()) for year, cell in years), (None, ()))


def with_agreed_year(front: Cover, rows: Iterable[Row]) -> Cover:
    """Return a cover with the year on which a file's date and its document number or other words agree.

    The file must name no other year, except in numbers of documents. Money handed down early (提前下达) at the end of a
    year is for the next year. Other money handed down at that time may be, too, so that the cover stays unchanged. The
    cover is returned unchanged if they do not agree.
    """
    cells = [cell for row in rows for cell in row.filled]
    own = {number.year: cell.places for cell in cells if (number := parse(plain(cell.text)))}
    text = "\n".join(_without_numbers(cell.text) for cell in cells)
    years, dates = set(_RE.some_year.findall(text)), list(_RE.signed.finditer(text))
    if len(years) != 1 or not dates or ((stated := _RE.year.search(text)) is None and own.keys() != {int(*years)}):
        return front
    year, late = int(*years), any(int(date["month"] or date["month2"]) > _LAST_MONTH for date in dates)
    if late and (stated or not _RE.early.search(text)):
        return front
    places = own.get(year) or next(cell.places for cell in cells if _RE.some_year.search(folded(cell.text)))
    return replace(front, year=year + late, year_places=places, year_why=_NEXT if late else _AGREED)


def _without_numbers(text: str) -> str:
    """Return folded text without the numbers of documents."""
    for number in reversed(find(text)):
        text = text[: number.start] + text[number.end :]
    return folded(text)


def _labelled_body(cells: Iterable[Cell]) -> Printed | None:
    """Return the body that stands after a label of bodies, on the same line; None without one."""
    for label, value in pairwise(part for cell in cells for part in divided_cell(cell)):
        is_label = value.line == label.line and labels().fields.get(bare(label.text)) in _BODIES
        if is_label and _BODY_END.search(folded(value.text)):
            return Printed.of(value)
    return None


def _addressee(cells: Iterable[Cell]) -> Printed | None:
    """Return the body that a letter addresses as 你单位 in the cell below its name.

    None if no or several bodies are named.
    """
    addressed = (
        (above, _RE.addressee.fullmatch(above.text.strip()))
        for above, cell in pairwise(cells)
        if _RE.you.search(cell.text)
    )
    return next((Printed(((above.places[0], match["body"]),)) for above, match in addressed if match), None)


def _body_of_title(cells: Iterable[Cell]) -> Printed | None:
    """Return the first body that stands before a title on the same line, or alone on its line; None without one.

    The name of a web site that is alone on its line is no body.
    """
    first_lines = ((cell.place(line), text) for cell in cells for line, text in cell.parts[:1])
    lines = ((place, text, _before_title(text)) for place, text in first_lines)
    bodies = (
        Printed(((place, before),))
        for place, text, before in lines
        if _RE.body.fullmatch(unicodedata.normalize("NFC", "".join(before.split())))
        and not (before == text.strip() and _RE.site.fullmatch(before))
    )
    return next(bodies, None)


def _before_title(text: str) -> str:
    """Return the words before a title on its line; 关于 before the name of a place is no part of them.

    Empty for other words that 关于 opens.
    """
    words = _RE.title.split(_RE.marked.sub("", plain(text)))[0].strip()
    without = _RE.about.sub("", words)
    return without if without == words or opening(without)[0] else ""


def _issuer(cells: Iterable[Cell]) -> Printed | None:
    """Return the body that issued a notice, from the title of the notice; None without one, or with several."""
    titles = ((cell, _RE.issuer.match("".join(plain(cell.text).split()))) for cell in cells)
    issuers = ((cell.places[0], found["body"], _bodies(found["body"])) for cell, found in titles if found)
    told = ((place, _one_of(bodies) if "".join(bodies) == name else name) for place, name, bodies in issuers)
    return next((Printed(((place, body),)) if body else None for place, body in told), None)


def _one_of(bodies: Sequence[str]) -> str | None:
    """Return the only body, or the one named with a finance bureau: the second of 某市财政局 and 某市教育局.

    None without such a body, or with several.
    """
    others = [body for body in bodies if len(bodies) == 1 or not _RE.finance.search(body)]
    return others[0] if len(others) == 1 else None


def signature(rows: Iterable[Row], *, of_notice: bool) -> Printed | None:
    """Return the body that signed a text: its name is directly before a date, or on the line above the date; or None.

    In a notice, the name includes its division, and a finance bureau may sign, too; elsewhere, the name stands alone on
    its line and on an earlier line, too.
    """
    cells = (cell for row in rows for cell in row.filled)
    lines = [(cell.place(line), "".join(text.split())) for cell in cells for line, text in cell.parts]
    for at, (place, text) in enumerate(lines):
        for date in _RE.signed.finditer(text):
            where, before = (place, text[: date.start()]) if date.start() or not at else lines[at - 1]
            is_alone = _RE.own.fullmatch(before) and any(before in told for _, told in lines[: at - 1])
            own = before if is_alone else None
            if name := _one_of(_bodies(before)) if of_notice else own:
                return Printed(((where, name),))
    return None


def _bodies(text: str) -> list[str]:
    """Return the bodies named one behind the other at the end of a text, with their divisions; or the text, if a body.

    Empty without a body there.
    """
    bodies: list[str] = []
    left = text[-_LONGEST_SIGNATURE:]
    while last := _last_body(left):
        bodies.insert(0, last)
        left = left.removesuffix(last)
    return bodies or ([text] if _RE.body.fullmatch(text) else [])


def _last_body(text: str) -> str | None:
    """Return the last body named at the end of a text, with its divisions; None if a text ends with no such body."""
    found: dict[str, str] = {}
    for at in range(len(text)):
        codes, organ = opening(text[at:])
        division = text[at : len(text) - len(organ)]
        # 泉州市德化生态环境局 leaves out the word for the county.
        if codes and _RE.organ.fullmatch(organ) and any(ending in division for ending in DIVISION_ENDINGS):
            found.setdefault(organ, text[at:])
    return found[min(found, key=len)] if found else None


def _handed_down(cells: Iterable[Cell]) -> Claim | None:
    """Return the money that a notice hands down; None if it names no sum or several."""
    found = [claim_of(match, cell.places) for cell in cells for match in _RE.handed_down.finditer(folded(cell.text))]
    return found[0] if len(found) == 1 else None


def with_notice(projects: tuple[Project, ...], before: Segment, rows: Sequence[Row]) -> tuple[Project, ...]:
    """Add to projects what the notice above their forms says: the phase of their money, and the documents it cites.

    It speaks of the only project of a file, or of all projects if their amounts add up to a sum in the notice or to the
    total of a table in `rows`, the rows of the file; otherwise, the projects stay unchanged. A notice of other sums
    tells no phase. Documents that a project cites as its basis or in its goals are not repeated.
    """
    told, own = handed_down(before, rows), funds.sums(projects) - {0}
    if len(projects) > 1 and not told & own:
        return projects
    lines = (row.filled[0].text for row in before.rows if len(row.filled) == 1)
    decision = None if told and own and not told & own else phases.of_notice(lines)
    return tuple(replace(_with(project, _of_notice(before)), decision=decision) for project in projects)


def _with(project: Project, noticed: Iterable[Citation]) -> Project:
    given = {section.label for section in project.sections if section.meaning == BASIS_SECTION}
    known = {each.identity for each in project.citations if each.section in given | set(GOAL_SECTIONS.values())}
    cited = (*project.citations, *(each for each in noticed if each.identity not in known))
    return replace(project, citations=cited)


def handed_down(before: Segment, rows: Sequence[Row]) -> frozenset[Decimal]:
    """Return the sums, in yuan, in the notice above the first form, and the totals of the tables in `rows`.

    Empty if the rows above the form are no notice.
    """
    if not is_notice(before):
        return frozenset()
    texts = (Printed.of(row.filled[0]) for row in before.rows if len(row.filled) == 1)
    return frozenset(stated_money(texts, "\t".join(cell.text for row in rows for cell in row.filled)))


def _of_notice(segment: Segment) -> Iterator[Citation]:
    """Yield the documents by which a notice above the first form (下达…的通知, 批复) hands money down.

    They are the numbered documents on which its paragraphs are based (根据…, 按照…); the notice's own number is no
    citation. Documents without a number are skipped unless their titles are those of regulations (某办法), because
    notices name attachments and future reports in the same way. A paragraph that only publishes the targets
    (现将…予以公开) cites documents about publishing: only documents with a title about money are taken from it. All
    documents after the label 立项依据 are taken.
    """
    found: dict[str, Citation] = {}
    cells = [row.filled[0] for row in segment.rows if len(row.filled) == 1]
    for at, cell in enumerate(cells):
        if (told := heading(cell.text, within=True)) and told.meaning == BASIS_SECTION:
            broken = cells[at : at + 2] if cell.text.count("《") > cell.text.count("》") else [cell]
            based = citations.citations(Printed.of(*broken), BASIS_SECTION, bare=True)
            found = {each.identity: each for each in based} | found
        elif labels().line("goes_by", cell.text):
            publishes = labels().line("publishes", cell.text) or not is_notice(segment)
            for citation in citations.citations(Printed.of(cell), SECTIONS["notice"], bare=False):
                known = citation.number or labels().line("regulation", citation.title or "")
                if known and (not publishes or labels().line("of_money", citation.title or "")):
                    found.setdefault(citation.identity, citation)
    yield from found.values()
