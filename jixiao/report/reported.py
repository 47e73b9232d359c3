"""Word what a report on checked documents says, Chinese first: numbers, names, lines and what was not read.

The templates of pages and of texts (templates.py) share these words.
"""

from collections.abc import Iterator, Mapping, Sequence

from jixiao.report import accounts
from jixiao.shapes import catalogue
from jixiao.shapes.findings import briefs
from jixiao.shapes.findings.documents import UNKNOWN_DEPARTMENT, Document, Section, refused
from jixiao.shapes.findings.groups import Count, Folded, Group, Place, count, folded, runs

LEVELS = {level: (name.zh, name.en.lower()) for level, name in catalogue.LEVELS.items()}
"""Severities in Chinese and English, most severe first."""

NOTE = "读取说明 note on reading"
"""The word for a finding that is a note on reading, in place of its severity."""

STYLES = {"Violation": "bold red", "Warning": "bold yellow", "Info": "cyan"}
"""Styles of rich for severities."""

_MOST_LINES = 8  # runs of lines of a rule that the summary names
_MOST_NAMED = 3  # projects that one line names, and runs of lines of each in a summary


def counted(counts: Count) -> str:
    """Word numbers of groups of findings by severity; empty if nothing was found.

    The number of findings follows in brackets if it is larger:
    `警告 warning 3，提示 info 5（涉及 36 处 places），已认可 accepted 1`.
    """
    by_level = (
        f"{zh} {en} {numbers(counts.groups[level], counts.open[level])}"
        for level, (zh, en) in LEVELS.items()
        if counts.open.get(level)
    )
    return _listed(*by_level, _accepted(counts))


def all_of(counts: Count) -> str:
    """Word the number of groups of findings of any severity, with the accepted ones apart."""
    return _listed(numbers(counts.open_groups, counts.all_open), _accepted(counts))


def tally(groups: Sequence[Group], sheet_cells: Mapping[int, str]) -> str:
    """Word the numbers of a rule's groups, their lines, and the projects that they are about."""
    counts = count(groups)
    size = numbers(counts.open_groups, counts.all_open) if counts.open else ""
    projects = dict.fromkeys(name for group in groups for name in group.projects)
    lines = sorted({line for group in groups for line in group.lines})
    numbered = _at(lines, sheet_cells, " 等") if lines else ""
    return _listed(size, _accepted(counts), numbered, _named(list(projects)))


def severity(fault: catalogue.Fault) -> str:
    """Word the severity of a fault, or that its findings are notes on reading."""
    return NOTE if fault.is_note else " ".join(LEVELS[fault.level])


def style(fault: catalogue.Fault) -> str:
    """Return the style of a fault's severity."""
    return STYLES["Info" if fault.is_note else fault.level]


def _accepted(counts: Count) -> str:
    return f"已认可 accepted {numbers(counts.accepted_groups, counts.accepted)}" if counts.accepted else ""


def _listed(*texts: str) -> str:
    """Join the texts that are not empty."""
    return "，".join(filter(None, texts))


def numbers(groups: int, findings: int) -> str:
    """Return the number of groups as text, followed by the number of findings in brackets if it differs."""
    return f"{groups:,}" if groups == findings else f"{groups:,}（涉及 {findings:,} 处 places）"


def where(findings: Group | Place) -> str:
    """Word the line numbers of findings, followed by their places in the file if the format has places."""
    if not findings.lines:
        return ""
    shown = findings.excerpt if isinstance(findings, Place) else ()
    places = dict.fromkeys(line.place for line in shown if line.at_fault and line.place)
    return f"第 {'、'.join(_runs(findings.lines))} 行" + (f"（{'；'.join(places)}）" if places else "")


def _runs(lines: Sequence[int]) -> Iterator[str]:
    return (str(first) if first == last else f"{first}–{last}" for first, last in runs(lines))


def _at(lines: Sequence[int], sheet_cells: Mapping[int, str], more: str, most: int = _MOST_LINES) -> str:
    """Word the numbers of lines, the first of many; those of a spreadsheet by their cells. `more` stands for others."""
    placed = [line for line in lines if line in sheet_cells]
    shown = [sheet_cells[line] for line in placed] if placed else [*_runs(lines)]
    listed = "、".join(shown[:most]) + (more if len(shown) > most else "")
    return f"单元格 cells {listed}" if placed else f"第 {listed} 行"


def further(brief: briefs.Brief) -> str:
    """Word how many more sentences a fault has; empty if there are none."""
    return f"另有 {brief.more:,} 种情形 {brief.more:,} more like it" if brief.more else ""


def located(brief: briefs.Brief, sheet_cells: Mapping[int, str]) -> str:
    """Word the projects that a fault concerns, each with its first lines: `「甲」第 64 行：`."""
    places = [
        (f"「{name}」" if name else "") + (_at(lines, sheet_cells, " 等", _MOST_NAMED) if lines else "")
        for name, lines in brief.where[:_MOST_NAMED]
    ]
    more = f" 等 {len(brief.where)} 个项目 projects" if len(brief.where) > _MOST_NAMED else ""
    return f"{'、'.join(filter(None, places))}{more}：" if any(places) else ""


def in_all(documents: Sequence[Document]) -> str:
    """Word how many documents were checked and refused, and how many findings there are."""
    out = len(refused(documents))
    kept_out = f"，拒收 refused {out:,}" if out else ""
    of_all = [folded(document.groups) for document in documents]
    findings = found(of_all) if any(each.all for each in of_all) or not out else ""
    return "；".join(filter(None, (f"  文件 documents {len(documents):,}{kept_out}", findings)))


def title(section: Section) -> str:
    """Word the body and the year of a filing."""
    year = f" · {section.filed.year} 年" if section.filed.year else ""
    return f"{section.filed.department or UNKNOWN_DEPARTMENT}{year}"


def found(filings: Sequence[Folded]) -> str:
    """Word the numbers of findings by severity, then those of `besides`."""
    own = counted(count(group for each in filings for group in each.own))
    others = (f"{said} {numbers(each.total_groups, each.total)}" for said, each in besides(filings) if each.total)
    return "；".join(filter(None, (own, _listed(*others)))) or "没有发现 nothing found"


def besides(filings: Sequence[Folded]) -> tuple[tuple[str, Count], ...]:
    """Return the counts of the findings that follow from others, and of notes on reading, each with its word."""
    effects = count(group for each in filings for group in each.effects)
    notes = count(group for each in filings for group in each.notes)
    return ("另有由此引起的 following from these", effects), ("读取说明 notes on reading", notes)


def lacking(document: Document) -> str:
    """Word in one line which parts were not read of which projects; empty if each project has all parts."""
    lacks = [f"「{each.project}」{accounts.listed(each.lacks)}" for each in document.not_read if each.lacks]
    more = f" 等 {len(lacks):,} 个项目 projects" if len(lacks) > _MOST_NAMED else ""
    return f"没有读到 not read：{'；'.join(lacks[:_MOST_NAMED])}{more}" if lacks else ""


def not_read(document: Document) -> Iterator[str]:
    """Word for each project what was not read of it: parts of which nothing was taken in, and lines of its form."""
    for each in document.not_read:
        lacks = f"没有读到 none read of: {accounts.listed(each.lacks)}" if each.lacks else ""
        at = _at(each.lines, document.sheet_cells, f" 等 {len(each.lines)}")
        lines = f"没有全部读懂 not wholly understood: {at}" if each.lines else ""
        yield f"「{each.project}」{'；'.join(filter(None, (lacks, lines)))}"


def has_more_unread(document: Document) -> bool:
    """Return whether `not_read` words more than `lacking` does."""
    many = sum(bool(each.lacks) for each in document.not_read) > _MOST_NAMED
    return many or any(each.lines for each in document.not_read)


def head(group: Group) -> str:
    """Word what a group is about: its only place, or its projects and the number of its findings."""
    if len(group.places) == 1:
        return placed(group.places[0])
    return _listed(_named(group.projects), f"{len(group.findings):,} 处 places")


def placed(place: Place) -> str:
    """Word what the findings of a place are about, and their lines."""
    return _listed(subject(place), where(place))


def _named(projects: Sequence[str]) -> str:
    """Return the names of up to three projects in brackets 「」; for more, return only their number."""
    if len(projects) > _MOST_NAMED:
        return f"{len(projects):,} 个项目 projects"
    return "".join(f"「{name}」" for name in projects)


def subject(place: Place) -> str:
    """Return the names of the project and parts that findings are about, and their number if there are several."""
    parts = "".join(
        f"「{name}」" for name in filter(None, (place.first.project_name, *dict.fromkeys(place.parts.values())))
    )
    return f"{parts}（{len(place.findings)} 处 places）" if len(place.findings) > 1 else parts
