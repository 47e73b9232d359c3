"""Write the account of a reading and its lines for `jixiao explain`: in full, as a page, or on one screen.

On a screen, sections name every reason once, with the number of places and the lines: what was read, what was withheld,
and why. `fitted` fits sections to the terminal: complete headings, entries cut to one row, and the number of entries
left out. Widths are measured by `rich`: a Chinese character counts as two.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from jixiao.ingest.facts import BLANK
from jixiao.ingest.result import Account, Lack, Money, ProjectAccount, Reading
from jixiao.ontology.reasons import Reason
from jixiao.ontology.text import decimals
from jixiao.ontology.text.display import visible
from jixiao.report import accounts, reported, templates
from jixiao.report.accounts import USES, ExplainedLine
from jixiao.shapes.findings import rdf
from jixiao.shapes.findings.documents import PARTS
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import by_rule, count, grouped
from jixiao.tables import console

_MOST_NAMED = 20  # unread lines that the page names at its head


def page(reading: Reading, lines: Sequence[ExplainedLine]) -> str:
    """Return the account and the lines as a complete HTML page."""
    return templates.page("explain.html", **_values(reading, lines))


def text(reading: Reading, lines: Sequence[ExplainedLine]) -> Iterator[templates.Line]:
    """Yield the account, and then every line with its place, its use and the facts read from it."""
    return templates.lines("explain.txt", **_values(reading, lines))


def _values(reading: Reading, lines: Sequence[ExplainedLine]) -> dict[str, Any]:
    """Return the values of both templates; the findings are those about an accepted file."""
    return {
        "reading": reading,
        "account": reading.account,
        "findings": rdf.reasons(reading.report) if reading.report and not reading.refusal else (),
        "lines": lines,
        "uses": USES,
        "styles": STYLES,
        "counted": Counter(line.use for line in lines),
        "unread": reading.account.unread_in_forms[:_MOST_NAMED] if reading.account else (),
        "blank": BLANK,
        "words": accounts,
    }


def print_screen(reading: Reading, lines: Sequence[ExplainedLine]) -> None:
    """Print the account so that it fits the terminal, with one row left free for the prompt of the shell."""
    out = console(sys.stdout)
    footer = Text("全文和每一行 · whole texts and every line: jixiao explain --lines", style="bold")
    for row in fitted([*sections(reading, lines, out.width)], footer, out, out.height - 1):
        out.print(row, no_wrap=True, crop=True)


def _line(text: str, style: str = "") -> Text:
    return Text(visible(text), style)


@dataclass(frozen=True)
class Section:
    """A heading, which wraps, and entries, each of which takes one row; `labels` are rows between them."""

    heading: Text
    entries: Sequence[Text] = ()
    labels: Sequence[Text] = ()


def fitted(sections: Sequence[Section], footer: Text, screen: Console, height: int) -> list[Text]:
    """Return rows of the screen's width, at most `height` of them; the footer is the last.

    Sections are given in order of importance. As many headings as fit are shown; the remaining rows go to the sections'
    entries in turn, one at a time, so that a long section cannot crowd out a short one.
    """
    last = footer.wrap(screen, screen.width)
    room = max(height - len(last), 1)
    headed = [[*section.heading.wrap(screen, screen.width), *section.labels] for section in sections]
    # A section that loses entries says so in a row of its own.
    least = [len(rows) + bool(section.entries) for rows, section in zip(headed, sections, strict=True)]
    count = _most(least, room)
    if count < len(sections):
        count = _most(least, room - 1)
    room -= sum(least[:count]) + (count < len(sections))
    longest = max((len(section.entries) for section in sections[:count]), default=0)
    # The sections that want a further row, turn by turn; each gets one as long as there is room.
    wanted = [at for turn in range(1, longest) for at in range(count) if turn < len(sections[at].entries)]
    dealt = Counter(wanted[: max(room, 0)])
    rows: list[Text] = []
    for at, section in enumerate(sections[:count]):
        rows += headed[at]
        more = dealt[at]
        fits = more + 1 >= len(section.entries)
        rows += section.entries[: None if fits else more]
        if not fits:
            rows.append(Text(f"      …… 还有 {len(section.entries) - more} 项 more", style="bold"))
    if count < len(sections):
        rows.append(Text(f"…… 还有 {len(sections) - count} 节 more sections", style="bold"))
    shown = [row.copy() for row in (*rows[: height - len(last)], *last)]
    for row in shown:
        row.truncate(screen.width, overflow="ellipsis")
    return shown


def _most(rows: Sequence[int], room: int) -> int:
    """Return how many of the first sections fit into `room` rows, but at least one.

    `rows` are the least numbers of rows that the sections need.
    """
    return min(max(sum(total <= room for total in accumulate(rows)), 1), len(rows))


def aligned(rows: Sequence[Sequence[str]], width: int, *, flexible: int, right: frozenset[int]) -> list[str]:
    """Return rows of cells laid out in columns, with two blanks between columns.

    If the rows would be wider than `width`, the column `flexible` is made narrower; a cell that is cut ends in `…`. The
    columns in `right` are aligned to the right.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    spare = width - sum(widths) - 2 * (len(widths) - 1)
    widths[flexible] = max(widths[flexible] + min(spare, 0), min(widths[flexible], 8))
    return [
        "  ".join(_padded(cell, widths[n], right=n in right) for n, cell in enumerate(row)).rstrip() for row in rows
    ]


def _padded(cell: str, width: int, *, right: bool) -> str:
    if cell_len(cell) > width:
        return set_cell_size(f"{set_cell_size(cell, width - 1).rstrip()}…", width)
    return " " * (width - cell_len(cell)) + cell if right else set_cell_size(cell, width)


STYLES = {
    "fact": "green",
    "boilerplate": "dim",
    "person": "magenta",
    "blank": "dim",
    "unread": "bold red",
    "elsewhere": "yellow",
}
"""The style of each use of a line."""

_HEADS = (
    ("行", "项目", "年度", "金额（元）", "指标", "目标", "依据"),
    ("line", "project", "year", "amount, yuan", "indicators", "goals", "bases"),
)
_NOTE = ("须知", "note")
_NAME, _NUMBERS = 1, frozenset({0, 3, 4, 5, 6})
_INDENT = 2
# These lacks are named in a note; a lack of anything else is visible in its column.
_UNSHOWN: frozenset[Lack] = frozenset({"body", "targets"})


def sections(reading: Reading, lines: Sequence[ExplainedLine], width: int) -> Iterator[Section]:
    """Yield the sections in order of importance, for a screen of `width` columns."""
    yield from _verdict(reading, lines)
    if reading.account:
        yield from _of_account(reading.account, width)
    if reading.deposit:
        yield from _withheld(lines)
    if unread := [_entry(line.number, line.place, line.shown) for line in lines if line.use == "unread"]:
        yield Section(Text(f"表内未读的行 unread lines in forms {len(unread)}", style=STYLES["unread"]), unread)
    for why, number in reading.account.inferred if reading.account else ():
        yield Section(_line(f"推断 inferred {number}: {why}", "yellow"))
    if reading.report and reading.report.results and not reading.refusal:
        yield _findings(reading.report.results)


def _verdict(reading: Reading, lines: Sequence[ExplainedLine]) -> Iterator[Section]:
    """Yield sections that say if the file can be read, how much was read, and how its lines were used."""
    if reading.refusal:
        yield Section(_line(f"{reading.file_name}：拒收 refused", "bold red"))
        yield from (Section(_line(f"拒收 refused: {why}", "bold red")) for why in reading.refusal.reasons)
    else:
        yield Section(_line(f"{reading.file_name}：可以读入 readable", "bold green"))
    if account := reading.account:
        facts = f"事实 facts 写明 stated {account.stated}，推断 inferred {sum(count for _, count in account.inferred)}"
        yield Section(Text(f"表内已读 read in forms {decimals.percent(reading.share)}%；{facts}"))
    counted = Counter(line.use for line in lines)
    legend = [Text(f"{zh} {en} {counted[use]}", STYLES[use]) for use, (zh, en) in USES.items() if counted[use]]
    yield Section(Text("行 lines: ").append(Text("  ").join(legend)))


def _of_account(account: Account, width: int) -> Iterator[Section]:
    """Yield a section for each point on the whole file, then one with the projects and one with those left out."""
    if said := accounts.declared(account):
        yield Section(Text(said, style="yellow"))
    if account.left_out:
        yield Section(_line(f"未读取的部分 not read: {'、'.join(map(str, account.left_out))}", "yellow"))
    if lacks := accounts.lacking(account):
        yield Section(Text(f"缺 lacking: {lacks}", style="red"))
    if account.projects:
        yield _projects(account, width)
    if dropped := [_entry(line, reason) for line, reason in account.dropped]:
        yield Section(Text(f"项目未收 projects left out {len(dropped)}", style="bold red"), dropped)


def _projects(account: Account, width: int) -> Section:
    noted = [_note(project, account) for project in account.projects]
    rows = [list(head) for head in (*_HEADS, *map(_project, account.projects))]
    if any(noted):
        for row, note in zip(rows, (*_NOTE, *noted), strict=True):
            row.append(note)
    shown = [
        Text(" " * _INDENT + visible(row)) for row in aligned(rows, width - _INDENT, flexible=_NAME, right=_NUMBERS)
    ]
    for head in shown[: len(_HEADS)]:
        head.stylize("dim")
    partial = f"，部分读取 read in part {len(account.partial)}" if account.partial else ""
    return Section(
        Text(f"项目 projects {len(account.projects)}{partial}", style="bold"),
        shown[len(_HEADS) :],
        shown[: len(_HEADS)],
    )


def _project(project: ProjectAccount) -> tuple[str, ...]:
    numbers = (project.indicators, project.goals, project.citations + project.stated_bases)
    known = (str(project.line or ""), accounts.name(project), str(project.year or ""))
    return (*known, _amount(project.amount), *map(str, numbers))


def _amount(amount: Money) -> str:
    if amount.value is not None:
        return decimals.digits(amount.value, grouped=True)
    return "未收 withheld" if amount.why and amount.why not in BLANK else "无 none"


def _note(project: ProjectAccount, account: Account) -> str:
    """Return a project's note: that it is partial (if there are several projects), and lacks that no column shows."""
    partial = ["部分 partial"] if project.iri in account.partial and len(account.projects) > 1 else []
    lacks = accounts.listed(PARTS[lack] for lack in project.lacks if lack in _UNSHOWN)
    return "；".join((*partial, *([f"缺 lacking: {lacks}"] if lacks else [])))


def _withheld(lines: Iterable[ExplainedLine]) -> Iterator[Section]:
    """Yield a section for each reason why something printed was withheld, with the lines."""
    reasons: defaultdict[Reason, dict[tuple[int, str], str]] = defaultdict(dict)
    for line in lines:
        for fact in line.facts:
            if fact.published is False and fact.why and fact.why not in BLANK:
                reasons[fact.why][line.number, fact.label] = fact.printed
    for why, places in reasons.items():
        entries = [_entry(number, label, shown) for (number, label), shown in places.items()]
        yield Section(_line(f"未收 withheld {len(entries)}: {why}", "bold red"), entries)


def _entry(line: int | None, *texts: str) -> Text:
    """Return a row with a line number and the given texts."""
    return Text(f"{line or '':>6}  ", style="dim").append("  ".join(filter(None, map(visible, texts))), style="not dim")


def _findings(results: Sequence[Finding]) -> Section:
    """Return one section with a row for each fault: its name, its number and its lines."""
    groups, entries = grouped(results), []
    for fault, of_fault in by_rule(groups).items():
        lines = sorted({line for group in of_fault for line in group.lines})
        where = f"（第 {'、'.join(map(str, lines))} 行 lines）" if lines else ""
        number = sum(len(group.findings) for group in of_fault)
        entries.append(Text(f"{number:>6}  {fault.label.zh} {fault.label.en}{where}"))
    return Section(Text(f"校验 {reported.BOTH.counted(count(groups))} → jixiao validate", style="yellow"), entries)
