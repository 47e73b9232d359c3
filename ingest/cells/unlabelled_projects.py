"""Write projects that no label 项目名称 names as rows of a form: in trees and notices, and below other labels.

In a tree, below a body or kind of projects, a project is a name followed by a figure, directly above a first level of
indicators or a label in brackets (【项目概况】, 【总体目标】, 【产出指标-数量指标】); sums of bodies and of kinds are
followed by another name. Cells stand side by side or one below the other.

Two kinds of notices name one project: a notice that makes its targets public (关于某项目绩效目标的公示), and a notice
that hands money down for it (现下达……资金) and adds a table of targets. The page's own table names a project, too:
信息名称 | 某项目.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise, takewhile

from jixiao.ingest.cells.prose.listing import begins_with_level
from jixiao.ingest.cells.prose.sentences import even, whole_level
from jixiao.ingest.formats.text_tables import BARS
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import headings
from jixiao.ingest.roles.labels import asks_for_name, bare, labels
from jixiao.ingest.roles.naming import is_general, may_name
from jixiao.ingest.roles.role import Kind, Role, is_word, of_text
from jixiao.ingest.values.amounts import NUMBER, UNIT, money
from jixiao.ontology.text.wording import Wording

_LONGEST_NAME = 60
_SUM = rf"(?P<amount>(?:{NUMBER})\s*(?:{UNIT}))"
_WORDING = Wording("jixiao.ingest.cells", "unlabelled_projects.toml", {"sum": _SUM})
(
    _IN_LINE,
    _OF_TARGETS,
    _NAMED,
    _LEAD,
    _MONEY,
    _GOAL,
    _HANDED,
    _NOTICE_TITLE,
    _GOAL_OF,
    _HEADING,
    _OF_FUNDS,
) = map(
    _WORDING.pattern,
    (
        *("in_line", "of_targets", "named", "lead", "money", "goal", "handed"),
        *("notice_title", "goal_of", "heading", "of_funds"),
    ),
)
(_SUM_OF_GROUP,) = _WORDING.words("sum_of_group")
_TITLE_WORDS = frozenset(_WORDING.words("title"))
_ANY_SUM = re.compile(_SUM)
_EDGE = re.compile("[,。;:](?=[^,。;:]*$)")
_TOP = 12  # rows above a text that may hold its title
_REACH = 6  # rows below a form's title that show what it holds
_OF_PROJECTS = frozenset({Kind.FIELD, Kind.AMOUNT})
_OF_TABLES = frozenset({Kind.LEVEL, Kind.COLUMN})


def of_trees(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the label 项目名称 before each project's name and a label of money before its amount."""
    if names_project(rows) or headings.kind_of_cells(rows) == "evaluation":
        return list(rows)
    rows = [part for row in rows for part in _before_bracket(row)]
    units = [row for row in rows if len(row.filled) == 1 and labels().line("form_unit", row.filled[0].text)]
    found: list[Row] = []
    at = 0
    while at < len(rows):
        project = _project(rows, at)
        if project:
            name, amount, at = project
            sums = _drop_sums(found, amount)
            found += [*units[:1], beside("name", name), beside("annualRequest", amount), *sums]
        else:
            found += _sections(rows[at])
            at += 1
    return found


def _before_bracket(row: Row) -> Iterator[Row]:
    """Divide a line into two rows: before a label in brackets that follows a name and its amount, or before a unit.

    Any other row is yielded unchanged.
    """
    cell = row.filled[0] if len(row.filled) == 1 and len(row.filled[0].parts) == 1 else None
    found = _IN_LINE.match(even(cell.text)) if cell else None
    behind = _label_in_brackets(found["rest"]) if found and found["rest"] else None
    if not cell or not found or not (behind or found["unit"]):
        yield row
        return
    ((line, text),) = cell.parts
    for names in (("name", "amount"), ("rest",)) if behind else (("above",), ("unit",)):
        parts = (text.lstrip()[slice(*found.span(name))] for name in names)
        yield Row(tuple(Cell(((line, part),), n, cell.column) for n, part in enumerate(parts)))


def _project(rows: Sequence[Row], at: int) -> tuple[Cell, Cell, int] | None:
    """Return the name and amount of the project that begins at row `at`, and the index of the first row after them.

    The two may stand on one row or on two, and a first level or a label in brackets must follow; otherwise None.
    """
    filled = rows[at].filled
    below = at + 1
    if len(filled) == 1 and below < len(rows):
        filled, below = (*filled, *rows[below].filled), below + 1
    if len(filled) != 2 or below >= len(rows) or not _begins_targets(rows[below]):
        return None
    name, amount = filled
    is_project = len(name.text) <= _LONGEST_NAME and may_name(name.text, "tree") and not begins_with_level(name)
    return (name, amount, below) if is_project and money(name.text) is None and money(amount.text) is not None else None


def _drop_sums(rows: list[Row], amount: Cell) -> list[Row]:
    """Remove from the rows the codes and the sums of bodies and kinds directly above a project.

    Such a sum is at least as large as the project's amount, unlike the target of an indicator. The sums are returned as
    rows of a label and a figure, since they tell the unit.
    """
    least, sums = money(amount.text) or Decimal(0), []
    while rows and len(rows[-1].filled) < 2:
        figure = money(rows[-1].filled[0].text) if rows[-1].filled else None
        if figure is not None and figure >= least and len(rows) > 1 and len(rows[-2].filled) == 1:
            label = Cell(((rows[-1].first_line, ""),), taken_for=_SUM_OF_GROUP)
            sums.append(Row((label, rows[-1].filled[0].moved(1))))
            del rows[-2:]
        elif not rows[-1].filled or rows[-1].text.strip().isdigit():
            rows.pop()
        else:
            break
    return sums


def _begins_targets(row: Row) -> bool:
    """Return whether a row begins the targets of a project.

    It is a first level of indicators alone, without a number or with number 1, or begins with a label in brackets.
    """
    text = even(row.filled[0].text) if row.filled else ""
    level = whole_level(text) if len(row.filled) == 1 else None
    numbered = headings.number_of(text) if level and level.level1 else None
    first = level and level.level1 and (numbered is None or numbered.value == 1)
    return bool(first) or _label_in_brackets(text) is not None


def _label_in_brackets(text: str) -> tuple[str, str] | None:
    """Return a label in brackets and the text after it, or None."""
    found = labels().lines["in_brackets"].match(text)
    return (found["label"], text[found.end() :]) if found and is_word(found["label"]) else None


def _sections(row: Row) -> Iterator[Row]:
    """Yield a row; a label in brackets and the text after it become two cells."""
    cell = row.filled[0] if len(row.filled) == 1 else None
    found = _label_in_brackets(cell.text) if cell else None
    if not cell or not found:
        yield row
        return
    label, rest = found
    line = cell.parts[0][0]
    value = Cell(((line, rest), *cell.parts[1:]), cell.column + 1, cell.column)
    yield Row((Cell(((line, label),), cell.column), *((value,) if value else ())))


def names_project(rows: Sequence[Row]) -> bool:
    """Return whether any cell of the rows is the label of a project's name, or begins with that label and a bar."""
    words = (BARS.split(cell.text, maxsplit=1)[0] for row in rows for cell in row.filled)
    return any(map(asks_for_name, words))


def beside(meaning: str, cell: Cell) -> Row:
    """Return a row of two cells: the usual label of a field, amount, goal or section, and `cell` as its value."""
    label = Cell(((cell.line, ""),), 0, cell.column, taken_for=labels().usual(meaning))
    return Row((label, cell.moved(1)))


def of_notices(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with rows of label and value added for the project that a notice or web page names."""
    named = [at for at, row in enumerate(rows) if names_project([row])]
    if not named:
        return _made_public(rows) or _handed_down(rows) or _titled(rows) or list(rows)
    at = named[-1] if len(rows) - named[-1] <= _REACH else named[0]
    above, form = list(rows[:at]), list(rows[at:])
    if len(form) <= _REACH and not _asks_for_money(form):  # the form breaks off above its money
        form = _with_whole_name(above, form)
    # A notice above the form of another project may have targets of its own.
    return [*((any(map(_begins_targets, above)) and _made_public(above)) or above), *form]


def with_sum_of_notice(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the only sum of a notice's sentence put below the name of the fund that it hands down.

    The form must be the only one, ask for no money, and have that fund's name; two sums in a line belong to none.
    """
    named = [(at, label[2]) for at, row in enumerate(rows) if asks_for_name((label := _parted(row))[0])]
    if len(named) != 1 or _asks_for_money(rows):
        return list(rows)
    ((at, behind),) = named
    cells = [cell for row in rows[at : at + 2] for cell in row.filled][1:2]
    name = behind.strip() or "".join(even(cell.text) for cell in cells)
    below = at + 1 if behind.strip() or len(rows[at].filled) > 1 else at + 2
    stem = _OF_FUNDS.sub("", name)
    told = [(cell, found) for cell, found in _sentences(rows[:at]) if stem and stem in _OF_FUNDS.sub("", found["name"])]
    alone = [(cell, found) for cell, found in told if found["amount"] and len(_ANY_SUM.findall(even(cell.text))) == 1]
    if len(told) != 1 or not alone:
        return list(rows)
    ((cell, found),) = alone
    return [*rows[:below], _beside("annualRequest", cell, found.span("amount")), *rows[below:]]


def _parted(row: Row) -> tuple[str, str, str]:
    """Return the text with which a row begins up to its first colon, the colon, and the rest."""
    return even(row.filled[0].text if row.filled else "").partition(":")


def _asks_for_money(rows: Sequence[Row]) -> bool:
    """Return whether a cell of the rows is, or begins with, a label of money, or the rows are not all understood."""
    words = (of_text(even(cell.text).partition(":")[0]).kind for row in rows for cell in row.filled)
    return any(kind in {Kind.AMOUNT, Kind.MONEY} for kind in words) or any(row.withheld for row in rows)


def _with_whole_name(above: Sequence[Row], form: list[Row]) -> list[Row]:
    """Complete the name in a form that is only a label and the beginning of a name.

    Returns one row with the whole name from a title above. Any other form is returned unchanged.
    """
    (_, *values) = (cell.text for row in form for cell in row.filled)
    titles = [row.filled[0] for row in above[: -_REACH - 1 : -1] if len(row.filled) == 1 and len(values) == 1]
    return next(([name] for title in titles if (name := _of_title(title, values[0]))), form)


def _of_title(title: Cell, begun: str) -> Row | None:
    """Return a row of the name in a form's title, if that name contains the beginning of a name (`begun`); or None."""
    own = labels().line("title_name", title.text)
    at = title.text.find(own["name"]) if own and begun in own["name"] else -1
    return _beside("name", title, (at, at + len(own["name"]))) if own and at >= 0 else None


def of_goals(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; a heading above the labels of a project that may be its name becomes the name.

    Such a heading is numbered (项目一：某), or stands above money and levels of indicators, or names the fund of the
    notice's title directly above a goal.
    """
    titles = [text for row in rows[:_TOP] for cell in row.filled if _NOTICE_TITLE.fullmatch(text := even(cell.text))]
    named = names_project(rows)
    if named and not titles:
        yield from rows
        return
    for (row, entitled), below in zip(_entitled(rows), [*rows[1:], Row(())], strict=False):
        above_goal = len(row.filled) == 1 and _label(below).kind is Kind.GOAL
        of_goal = _GOAL_OF.fullmatch(even(row.filled[0].text)) if above_goal else None
        funded = of_goal if of_goal and any(of_goal["name"] in title for title in titles) else None
        found = funded or (None if named else entitled)
        yield (
            _beside("name", row.filled[0], found.span("name")) if found and may_name(found["name"], "heading") else row
        )


def _entitled(rows: Sequence[Row]) -> list[tuple[Row, re.Match[str] | None]]:
    """Return each row with the match of its name if it is a heading directly above a project's labels, else with None.

    A heading that is not numbered as one of a project (项目一) has a mark, or lines further right below it: a field or
    money with its value, and money and levels of indicators, or a goal, up to the next heading.
    """
    found: list[tuple[Row, re.Match[str] | None]] = []
    asked: set[Kind] = set()
    for row, below in zip(rows[::-1], [Row(()), *rows[::-1]], strict=False):
        label, is_alone = _label(below), len(row.filled) == 1
        name = _HEADING.fullmatch(even(row.filled[0].text)) if is_alone and label.is_label else None
        marked = name and (name["mark"] or _indent(below) > _indent(row))
        begins = bool(marked) and label.kind in _OF_PROJECTS and (len(below.filled) > 1 or even(below.text)[-1:] != ":")
        found.append((row, name if name and (name["numbered"] or (begins and len(asked) > 1)) else None))
        asked = set() if begins else asked
        asked |= {_label(row).kind} & {Kind.AMOUNT, Kind.GOAL} | {
            Kind.LEVEL for cell in row.filled[:1] if begins_with_level(cell)
        }
    return found[::-1]


def _label(row: Row) -> Role:
    """Return the role (kind and meaning) of the text with which a row begins, up to a colon."""
    return of_text(_parted(row)[0])


def _indent(row: Row) -> int:
    text = row.filled[0].parts[0][1]
    return row.filled[0].column + len(text) - len(text.lstrip())


def _made_public(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a notice on a project's targets, with its paragraph on the project as rows of a form.

    Empty unless title and text both name the project; the text may leave out the last word of the name. A title without
    关于 counts only if levels of indicators follow.
    """
    titles = ((cell, _OF_TARGETS.search(even(cell.text))) for row in rows[:_TOP] for cell in row.filled)
    title, found = next(((cell, found) for cell, found in titles if found), (None, None))
    if not title or not found or not (found["about"] or any(map(_begins_targets, rows))):
        return []
    if is_general(found["name"]):
        return []
    for index, row in enumerate(rows):
        text = even(row.filled[0].text) if len(row.filled) == 1 else ""
        stem = next((part for part in (found["name"], found["stem"]) if part in text), "")
        if stem and not (_OF_TARGETS.search(text) or asks_for_name(text.partition(":")[0])):
            own = None if stem == found["name"] else _beside("name", title, found.span("name"))
            return [*rows[:index], *_rows_of_paragraph(row.filled[0], text, stem, own), *rows[index + 1 :]]
    return []


def _rows_of_paragraph(cell: Cell, text: str, name: str, titled: Row | None) -> list[Row]:
    """Return rows for the parts of a notice's paragraph: the project, its goal, its basis, and the only sum as money.

    `titled` is the row of the name in the title, if this name is longer than the name in the paragraph.
    """
    end = text.index(name) + len(name)
    edge = _EDGE.search(text[: end - len(name)])
    begins = edge.end() if edge else 0
    lead = _LEAD.fullmatch(text, begins, end - len(name))
    start = lead.start("place") if lead else end - len(name)
    sums, goal = list(_MONEY.finditer(text)), _GOAL.search(text)
    parts = [titled or _beside("name", cell, (start, end))]
    parts += [_beside("annualRequest", cell, found.span("amount")) for found in sums[:1] if len(sums) == 1]
    parts += [_beside("overallGoal", cell, goal.span("goal"))] if goal else []
    basis = [_beside(headings.BASIS_SECTION, cell, (0, begins))] if begins else []
    return [*parts[:-1], *basis, *parts[-1:]] if goal else [*parts, *basis]


def _beside(meaning: str, cell: Cell, span: tuple[int, int]) -> Row:
    ((line, text), *_) = cell.parts
    return beside(meaning, Cell(((line, text.lstrip()[slice(*span)]),), cell.column))


def _handed_down(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a notice that hands money down, with the fund named below the title of its form.

    Empty if the notice names no fund or several, or has no form.
    """
    titles = [at for at, row in enumerate(rows) if _begins_form(rows[at : at + 1 + _REACH])]
    sentences = _sentences(rows[: titles[-1]] if titles else [])
    if len(sentences) != 1:
        return []
    ((cell, found),) = sentences
    name = _beside("name", cell, found.span("name"))
    money = [_beside("annualRequest", cell, found.span("amount"))] if found["amount"] else []
    name = _of_title(rows[titles[-1]].filled[0], found["name"]) or name  # the title may tell more than the notice
    return [*rows[: titles[-1] + 1], name, *money, *rows[titles[-1] + 1 :]]


def _sentences(rows: Sequence[Row]) -> list[tuple[Cell, re.Match[str]]]:
    """Return the sentences of a notice that hand down the money of a fund, each as the cell of its line and a match."""
    lines = [row.filled[0] for row in rows if len(row.filled) == 1 and labels().line("notice", row.filled[0].text)]
    told = [(cell, found) for cell in lines for found in _HANDED.finditer(even(cell.text))]
    return [(cell, found) for cell, found in told if may_name(found["name"], "repeated")]


def _begins_form(rows: Sequence[Row]) -> bool:
    """Return whether the first row is the title of a form that follows it: a label or level stands below it.

    Rows are searched up to the next title, since a title in a list of attachments only names an attachment.
    """
    titled = len(rows[0].filled) == 1 and labels().line("form_title", rows[0].filled[0].text)
    own = takewhile(lambda row: not any(labels().line("table_end", each) for each in row.text.split("\n")), rows[1:])
    words = [of_text(cell.text) for row in own for cell in row.filled]
    return bool(titled) and any(word.is_label or word.kind in _OF_TABLES for word in words)


def _titled(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a web page with the project's name put before the first heading of its narrative.

    The name is taken from the table above the text. Empty if that table names no project, or if no narrative follows.
    """
    beside_word = (
        value
        for row in rows[:_TOP]
        for label, value in pairwise(row.filled)
        if bare(label.text) in _TITLE_WORDS and _NAMED.fullmatch(even(value.text)) and may_name(value.text, "repeated")
    )
    name = next(beside_word, None)
    for index, row in enumerate(rows):
        begun = headings.heading(row.filled[0].text, within=True) if len(row.filled) == 1 else None
        if name and begun and begun.meaning == headings.OVERVIEW_SECTION and begun.number and begun.number.value == 1:
            titled = Row((Cell(((name.line, f"{labels().usual('name')}:{name.text}"),), name.column),))
            return [*rows[:index], titled, *rows[index:]]
    return []
