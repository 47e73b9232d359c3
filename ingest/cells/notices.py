"""Write the project of a notice as rows of a form, if no part of the file has the label 项目名称.

Two kinds of notices name one project: one that makes its targets public (关于某项目绩效目标的公示), and one that hands
money down for it (现下达……资金) and adds a table of targets. The page's own table names it, too: 信息名称 | 某项目.
A page of several projects names each in a heading above its goals: 某项目绩效目标.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from jixiao.ingest.cells.told.sentences import even
from jixiao.ingest.cells.trees import beside, names_project
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import BASIS_SECTION, OVERVIEW_SECTION, heading, is_name
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, of_text
from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.cells", "notices.toml", {"sum": rf"(?P<amount>(?:{NUMBER})\s*(?:{UNIT}))"})
_OF_TARGETS, _NAMED, _LEAD, _MONEY, _GOAL, _HANDED, _HEADED = (
    _WORDING.pattern(name) for name in ("of_targets", "named", "lead", "money", "goal", "handed", "headed")
)
_TITLE_WORDS = frozenset(_WORDING.words("title"))
_EDGE = re.compile("[,。;:](?=[^,。;:]*$)")
_TOP = 12  # rows above a text that may hold its title
_REACH = 6  # rows below a form's title that show what it holds
_OF_TABLES = frozenset({Kind.LEVEL, Kind.COLUMN})


def named(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the project that a notice or page names as rows of labels and values."""
    if names_project(rows):
        return list(rows)
    return _made_public(rows) or _handed_down(rows) or _titled(rows) or list(rows)


def _made_public(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the project whose targets a notice sets, if title and text both name it; else none."""
    titles = (_OF_TARGETS.search(even(cell.text)) for row in rows[:_TOP] for cell in row.filled)
    name = next((found["name"] for found in titles if found), "")
    for index, row in enumerate(rows):
        text = even(row.text) if len(row.filled) == 1 else ""
        if name and name in text and not _OF_TARGETS.search(text):
            return [*rows[:index], *_told(row.filled[0], even(row.filled[0].text), name), *rows[index + 1 :]]
    return []


def _told(cell: Cell, text: str, name: str) -> list[Row]:
    """Return the parts of a notice's paragraph: the project, its money and goal if it tells one each, its basis."""
    end = text.index(name) + len(name)
    edge = _EDGE.search(text[: end - len(name)])
    begins = edge.end() if edge else 0
    lead = _LEAD.fullmatch(text, begins, end - len(name))
    start = lead.start("place") if lead else end - len(name)
    sums, goal = list(_MONEY.finditer(text)), _GOAL.search(text)
    told = [_beside("name", cell, (start, end))]
    told += [_beside("annualRequest", cell, found.span("amount")) for found in sums[:1] if len(sums) == 1]
    told += [_beside("overallGoal", cell, goal.span("goal"))] if goal else []
    basis = [_beside(BASIS_SECTION, cell, (0, begins))] if begins else []
    return [*told[:-1], *basis, *told[-1:]] if goal else [*told, *basis]


def _beside(meaning: str, cell: Cell, span: tuple[int, int]) -> Row:
    ((line, text), *_) = cell.parts
    return beside(meaning, Cell(((line, text[slice(*span)]),), cell.column))


def _handed_down(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the fund that a notice hands down, below the title of its form; else none."""
    titles = [at for at, row in enumerate(rows) if _begins_form(rows[at : at + 1 + _REACH])]
    lines = [row.filled[0] for row in rows[: titles[-1] if titles else 0] if len(row.filled) == 1]
    told = [(cell, found) for cell in lines if labels().line("notice", cell.text) for found in _found(cell)]
    if len(told) != 1:
        return []
    ((cell, found),) = told
    title = rows[titles[-1]].filled[0]
    own = labels().line("title_name", title.text)
    at = title.text.find(own["name"]) if own and found["name"] in own["name"] else -1
    if own and at >= 0:  # the title tells more of the name than the notice
        name = _beside("name", title, (at, at + len(own["name"])))
    else:
        name = _beside("name", cell, found.span("name"))
    money = [_beside("annualRequest", cell, found.span("amount"))] if found["amount"] else []
    return [*rows[: titles[-1] + 1], name, *money, *rows[titles[-1] + 1 :]]


def _found(cell: Cell) -> list[re.Match[str]]:
    return [found for found in _HANDED.finditer(even(cell.text)) if is_name(found["name"])]


def _begins_form(rows: Sequence[Row]) -> bool:
    """Return whether the first row is the title of a form, and one of those below begins with a label or level."""
    titled = len(rows[0].filled) == 1 and labels().line("form_title", rows[0].filled[0].text)
    words = [of_text(cell.text) for row in rows[1:] for cell in row.filled]
    return bool(titled) and any(told.is_label or told.kind in _OF_TABLES for told in words)


def _titled(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the name of a narrative's project from the table above the page's text; else none."""
    beside_word = (
        value
        for row in rows[:_TOP]
        for label, value in pairwise(row.filled)
        if bare(label.text) in _TITLE_WORDS and _NAMED.fullmatch(even(value.text)) and is_name(value.text)
    )
    name = next(beside_word, None)
    for index, row in enumerate(rows):
        begun = heading(row.filled[0].text, within=True) if len(row.filled) == 1 else None
        if name and begun and begun.meaning == OVERVIEW_SECTION and begun.number and begun.number.value == 1:
            word = beside("name", name).cells[0].text
            titled = Row((Cell(((name.line, f"{word}:{name.text}"),), name.column),))
            return [*rows[:index], titled, *rows[index:]]
    return []


def headed(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with each heading `某项目绩效目标` above a label of goals as a row of 项目名称 and the name."""
    return list(rows) if names_project(rows) else list(map(_headed, rows, [*rows[1:], Row(())]))


def _headed(row: Row, below: Row) -> Row:
    found = _HEADED.fullmatch(even(row.text)) if len(row.filled) == 1 else None
    if found and len(below.filled) == 1 and of_text(below.text).kind is Kind.GOAL and is_name(found["name"]):
        return _beside("name", row.filled[0], found.span("name"))
    return row
