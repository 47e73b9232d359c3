"""Add up the evidence for and against a form at each place of a file.

A place is a row that names a project, or a title near the end of a text. A form begins there if the evidence adds up to
the least sum of gate.toml, which has the weights, and the words in which `jixiao explain --why` shows the evidence.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import dropwhile, pairwise, takewhile

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, executions, headings
from jixiao.ingest.roles.labels import asks_for_name, bare, labels
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import Kind, is_word, labels_of, of_text, role
from jixiao.ingest.structure import records
from jixiao.ingest.structure.dividing import divided_labels
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.structure", "gate.toml")
_GATE = _WORDING.tables
_AGAINST = {kind: _WORDING.pattern(kind) for kind in ("market", "results")}
_GUIDE, _SPEAKS = _WORDING.pattern("guide"), _WORDING.pattern("speaks")
LEAST, _REACH, _LONGEST = (int(_GATE[name]) for name in ("least", "reach", "longest"))
_OF_FORM = frozenset({Kind.FIELD, Kind.AMOUNT, Kind.MONEY, Kind.SECTION})
# Evidence by the meaning of a narrative's section.
_OF_SECTION = {headings.TARGET_SECTION: "goal", headings.OVERVIEW_SECTION: "overview", headings.BASIS_SECTION: "basis"}


_TOP = 12  # rows above a name that may speak of its project
_SHOWN = 60  # characters of a row that shows evidence


@dataclass(frozen=True)
class Weighed:
    """The evidence for and against a form that begins at row `first`: kinds of gate.toml, each with a row."""

    first: int
    evidence: tuple[tuple[str, Row], ...]

    @property
    def sum(self) -> int:
        """Return the sum of the weights of the evidence; a kind counts no more often than gate.toml allows."""
        counts = Counter(kind for kind, _ in self.evidence)
        return sum(_weight(kind) * min(n, _GATE["evidence"][kind].get("most", 1)) for kind, n in counts.items())


def explained(rows: Sequence[Row]) -> Iterator[str]:
    """Yield lines in both languages with the evidence at each place.

    Where it does not suffice, also what is missing.
    """
    told = [*forms(rows), *(weighed for at in range(len(rows)) for _, weighed in stories(rows, at))]
    for place in sorted(told, key=lambda each: each.first) or [Weighed(0, ())]:
        answer = "够了 · enough" if place.sum >= LEAST else "不够 · too little"
        yield f"第 {rows[place.first].first_line} 行 line: {place.sum} / {LEAST} {answer}"
        for kind, row in place.evidence:
            yield f"{row.first_line:>5}  {_words(kind)} │ {' '.join(row.text.split())[:_SHOWN]}"
        known = {kind for kind, _ in place.evidence}
        lacking = [kind for kind in _GATE["evidence"] if kind not in known and _weight(kind) > 0]
        yield from (f"  缺 lacking  {_words(kind)}" for kind in lacking if place.sum < LEAST)


def _weight(kind: str) -> int:
    return int(_GATE["evidence"][kind]["weight"])


def _words(kind: str) -> str:
    told = _GATE["evidence"][kind]
    return f"{_weight(kind):+}  {told['zh']} · {told['en']}"


def forms(rows: Sequence[Row]) -> Iterator[Weighed]:
    """Yield the places at which a form may begin, in order, with their evidence."""
    named = {at: has_value for at in range(len(rows)) if (has_value := _names_project(rows, at)) is not None}
    named |= {at: True for at in range(len(rows)) if at not in named and _is_named_title(rows, at)}
    begun = [at for at in named if at - 1 not in named]  # 专项资金名称, then 项目名称
    for at, below in pairwise([*begun, len(rows)]):
        yield _weighed(rows, at, min(below, at + 1 + _LONGEST), named)
    last = max((at for at in range(len(rows)) if is_title(rows[at])), default=len(rows))
    if len(rows) - _REACH <= last < len(rows) and not any(at > last for at in begun):
        yield Weighed(last, (("title", rows[last]), ("cut", rows[-1])))


def _weighed(rows: Sequence[Row], at: int, below: int, named: Mapping[int, bool]) -> Weighed:
    """Return the evidence for and against a form around a project's name.

    `named` says, for each row with the label of a project's name, whether a value follows.

    The evidence is taken from the title above the name in row `at`, and from the rows from there to `below`.
    """
    row, first = rows[at], _first(rows, at, named)
    evaluated = any(map(is_of_results, rows[at:below]))
    found = [("title", each) for each in rows[first : at + 1] if is_title(each)]
    if not is_title(row):
        found.append(("name", row))
        if named[at] or named.get(at + 1, False):
            found.append(("value", row))
    seen = {bare(cell.text) for cell in parts(row) if asks_for_name(cell.text)}
    for own in rows[at:below]:
        found += [("head", own)] if columns.head(own) else []
        cells = parts(own)
        against = [kind for cell in cells for kind in _against(cell.text)]
        found += [(kind, own) for kind in against if not (evaluated and kind == "results")]
        for told in map(role, cells):
            is_goal = told.kind is Kind.GOAL or told.word == headings.TARGET_SECTION
            new = (is_goal or told.kind in _OF_FORM) and told.word not in seen
            found += [("goal" if is_goal else "label", own)] if new else []
            seen.add(told.word)
    found += [("cut", rows[-1])] if below == len(rows) else []
    found += [("spoken", each) for each in _speaking(rows, at)]
    is_pair = len(row.cells) == 2 and any(map(leads, rows[at + 1 : at + 2]))  # 项目名称, and 专项资金 for its name
    is_head = len(row.cells) > 1 and not is_pair and all(is_word(cell.text) for cell in row.cells)
    found += [("words", row)] if is_head else []
    found += [("list", row)] if records.at(rows, at) or sum(asks_for_name(cell.text) for cell in parts(row)) > 1 else []
    if found[0][0] != "title":
        section = headings.heading(rows[at - 1].text) if at > 0 and len(row.filled) == 1 else None
        of_targets = section and section.number and section.meaning == headings.TARGET_SECTION
        in_story = section and not (of_targets and len(parts(row)) > 1)
        found += [("story", row)] if in_story or story(rows, at) else []
        above = rows[max(0, at - _REACH) : at]
        found += [("other", each) for each in above if headings.kind_of_title(each)]
        found += [("guide", each) for each in above if named[at] and _GUIDE.search(each.text)]
    return Weighed(first, tuple(found))


def _speaking(rows: Sequence[Row], at: int) -> Iterator[Row]:
    """Yield the lines above row `at` that speak of the targets of the project named in that row."""
    _, *values = parts(rows[at]) or (None,)
    name = folded(values[0].text) if values and asks_for_name(parts(rows[at])[0].text) else ""
    if not may_name(name, "repeated"):
        return
    for row in rows[max(0, at - _TOP) : at]:
        text = folded(row.text) if len(row.filled) == 1 else ""
        if name in text and _SPEAKS.fullmatch(text):
            yield row


def is_of_results(row: Row) -> bool:
    """Return whether a row is the header of the money or of the table of a self-evaluation."""
    return executions.head(row) is not None or "achieved" in {meaning for _, meaning in columns.meanings(row)}


def story(rows: Sequence[Row], at: int, *, begun: bool = False) -> headings.Named | None:
    """Return the name that row `at` gives to the narrative below it; None if the evidence for a narrative is too weak.

    `begun` is true for the first row of a narrative.
    """
    return next((named for named, weighed in stories(rows, at, begun=begun) if weighed.sum >= LEAST), None)


def stories(rows: Sequence[Row], at: int, *, begun: bool = False) -> Iterator[tuple[headings.Named, Weighed]]:
    """Yield the names that row `at` may give to a project described in prose, each with the evidence for it.

    The evidence is the kind of the row, and the kinds of the numbered headings and texts below it. Nothing is yielded
    for a row of several cells, or one that is itself the heading of a section. `begun` is true for the first row of a
    narrative.
    """
    row = rows[at]
    named = headings.names(rows, at, begun=begun) if len(row.filled) == 1 and not headings.heading(row.text) else ()
    for name in named:
        below = rows[name.below : name.below + headings.REACH]
        below = [*takewhile(lambda one: not (is_title(one) or headings.titles_story(one.text)), below)]
        is_title_above = name.place in {"title", "worded"}  # a text may stand between a title and the first heading
        below = [*dropwhile(lambda one: not headings.heading(one.text), below)] if is_title_above else below
        told = headings.points(below)
        first = headings.number_of(told[0][0].text) if told else None
        is_first = first is None or first.value == 1 or is_title_above
        goes_on = name.place == "value" and first and first.follows(headings.number_of(row.text))
        if (is_first or goes_on) and (is_title_above or may_name(name.name, "quoted")):
            found = [("name", row)] if name.place == "value" else []
            found.append((name.place, row))
            named_first = name.name and folded(row.text).startswith(name.name)  # unlike 项目经费情况说明 2--某
            if is_title_above and not named_first:
                found.append(("heading", row))
            meanings = {heading.meaning: point for point, heading in told if heading}
            found += [(_OF_SECTION.get(meaning, "label"), point) for meaning, point in meanings.items()]
            found += [(kind, point) for point, _ in told for kind in _against(point.text)]
            found += [("cut", rows[-1])] if told and at + headings.REACH >= len(rows) else []
            yield name, Weighed(at, tuple(found))


def _against(text: str) -> Iterator[str]:
    """Yield the kinds of evidence against a form that a label gives; a colon and a text may follow the label."""
    label = folded(text).partition(":")[0]
    return (kind for kind, pattern in _AGAINST.items() if pattern.fullmatch(label))


def _first(rows: Sequence[Row], name: int, named: Mapping[int, bool]) -> int:
    """Return the index of the first row of the form whose project's name is in row `name`.

    It is the nearest title above, or the unit above labels of the form; otherwise `name` itself.
    """
    first, far = name, 0
    for at in reversed(range(name)):
        above = rows[at]
        is_unit = not far and states_unit(above) and (len(above.filled) == 1 or at == name - 1)
        first = at if is_unit or is_title(above) else first
        far += not (leads(above) or (at and len(rows[at - 1].filled) == 1 and leads(rows[at - 1])))
        if far == _REACH or at in named or is_title(above):
            break
    return first - 1 if first > 0 and states_unit(rows[first - 1]) else first


def leads(row: Row) -> bool:
    """Return whether a row begins with a label."""
    return bool(row.filled) and role(row.filled[0]).is_label


def is_title(row: Row) -> bool:
    """Return whether a row is a title of a form."""
    return len(row.filled) == 1 and labels().line("form_title", row.filled[0].text) is not None


def _is_named_title(rows: Sequence[Row], at: int) -> bool:
    """Return whether row `at` is a form's title that names the project: labels, but none of a name, are below.

    Among them must be a goal or the head of a table, and no line in front of them may name another project.
    """
    if not is_title(rows[at]):
        return False
    below = [*takewhile(lambda row: not is_title(row), rows[at + 1 : at + 1 + _LONGEST])]
    told = [parts(row)[0] for row in below if row.filled]
    front = [*takewhile(lambda cell: role(cell).kind not in _OF_FORM, told)]
    titled = labels().line("title_name", rows[at].text)
    begins = len(front) <= _REACH and not any(labels().line("heading_name", cell.text) for cell in front)
    of_targets = any(role(cell).kind is Kind.GOAL for cell in told) or any(map(columns.head, below))
    named = titled and may_name(titled["name"], "title") and not any(map(has_name, below))
    return bool(named and begins and of_targets)


def has_name(row: Row) -> bool:
    """Return whether a row has the label of a project's name."""
    return any(asks_for_name(cell.text) for cell in parts(row))


def is_named(rows: Sequence[Row]) -> bool:
    """Return whether rows have a label of a project's name with a value, be it understood or not."""
    return any(_names_project(rows, at) for at in range(len(rows)))


def states_unit(row: Row) -> bool:
    """Return whether a row states the unit of the money below it."""
    return any(labels().line("form_unit", cell.text) for cell in row.filled)


def parts(row: Row) -> tuple[Cell, ...]:
    """Return the filled cells of a row; a cell that holds `label: value` is divided into two."""
    return divided_labels(row).filled


def _names_project(rows: Sequence[Row], at: int) -> bool | None:
    """Return whether a value stands after or below a label of a project's name; None for a row without such a label.

    The label leads its row, or is after pairs of labels and values. Directly after or below another label, the word
    is a value (项目级别: 二级项目), unless its own value follows.
    """
    cells = parts(rows[at])
    above = rows[at - 1].filled if at and len(rows[at].cells) == 1 else ()
    word = bare(above[0].text) if len(above) == 1 else ""
    below_label = of_text(word).is_label and word not in labels().groups
    named = {cell for cell in cells if role(cell).is_label} - {*labels_of(Row(cells))}
    for n, cell in enumerate(cells):
        if asks_for_name(cell.text):
            beneath = rows[at + 1].filled if len(cells) == 1 and at + 1 < len(rows) else ()
            behind = cells[n + 1 : n + 2] or (beneath if len(beneath) == 1 else ())
            told = [each for each in behind if not labels().line("placeholder", each.text)]
            has_value = any(not is_word(each.text) or each in named for each in told)
            if has_value or not (n % 2 or below_label):
                return has_value
    return None
