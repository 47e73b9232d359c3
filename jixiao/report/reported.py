"""Word checked documents and rules for a terminal or a pipe, Chinese first: a summary, warnings, then infos by rule.

A line is a sequence of pieces, each with a style of rich. On a terminal the summary stands last, where the reader is
when the command ends, infos may be folded to a line per rule, and lines of the source are shortened to fit; in a pipe
everything is said in full.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from jixiao.ontology.text import decimals
from jixiao.report import accounts
from jixiao.shapes import catalogue, sentences
from jixiao.shapes.findings import briefs
from jixiao.shapes.findings.documents import (
    UNKNOWN_DEPARTMENT,
    Document,
    Section,
    by_department,
    by_fault,
    refused,
)
from jixiao.shapes.findings.finding import Shown
from jixiao.shapes.findings.groups import Count, Folded, Group, Place, count, folded, grave, runs
from jixiao.tables import console
from jixiao.terminal import visible, write

Piece = tuple[str, str]
Line = Sequence[Piece]

LEVELS = {level: (name.zh, name.en.lower()) for level, name in catalogue.LEVELS.items()}
"""Severities in Chinese and English, most severe first."""

NOTE = "读取说明 note on reading"
"""The word for a finding that is a note on reading, in place of its severity."""

STYLES = {"Violation": "bold red", "Warning": "bold yellow", "Info": "cyan"}
_INDENT = "    "
_GUTTER = 16  # columns before the text of a source line, and for the mark of a shortened line
_FEWEST = 20  # characters of a source line that are shown even on a narrow terminal
_MOST_FILINGS = 10  # filings that the summary names, those with the most findings, so that it fits a screen
_MOST_QUOTED = 3  # places of a group whose lines are quoted on a terminal; a single further one is quoted, too
_MOST_LINES = 8  # runs of lines of a rule that the summary names
_MOST_NAMED = 3  # projects that one line names, and runs of lines of each in a summary


def report(documents: Sequence[Document], full: bool = True) -> Iterator[Line]:
    """Yield the report: a summary, refused documents, the findings of each filing, the faults found, the totals.

    Unless `full`, the summary is the end, without explanations of the faults; the infos of a filing take one line for
    each rule, with their number, and of each warning only the first places are quoted.
    """
    if full:
        yield from _summary(documents)
    for document in refused(documents):
        yield from _refused(document)
    for section in _sections(documents):
        yield from _section(section, full)
    if not full:
        yield from _summary(documents)
        return
    yield [("■ 缺陷说明 The faults found", "bold")] if by_fault(documents) else []
    for fault in by_fault(documents):
        yield from [_name(fault), *_grounds(fault), []]
    yield from _totals(documents)


def rules(faults: Iterable[catalogue.Fault]) -> Iterator[Line]:
    """Yield every rule by family: its name, severity and sentence, why it matters, what to do, and its grounds."""
    for family, members in groupby(faults, lambda fault: fault.family):
        yield [(f"■ {family.zh} {family.en}", "bold")]
        for fault in members:
            sentence = sentences.pattern(fault)
            yield from [_name(fault), [(f"{_INDENT}{sentence.zh} {sentence.en}", "")], *_grounds(fault), []]


def show(lines: Iterable[Line]) -> None:
    """Print lines to stdout: in colour on a terminal, otherwise as plain text."""
    if sys.stdout.isatty():
        out = console(sys.stdout)
        for line in lines:
            out.print(Text.assemble(*((visible(text), style) for text, style in line)), soft_wrap=True)
    else:
        for line in lines:
            write(visible("".join(text for text, _ in line)) + "\n")


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


def _sections(documents: Sequence[Document]) -> list[Section]:
    return [section for department in by_department(documents) for section in department.sections]


def _summary(documents: Sequence[Document]) -> Iterator[Line]:
    """Yield the numbers of all and, of several filings, of those with the most findings; then the gravest faults."""
    yield [("■ 小结 Summary", "bold")]
    yield [(_in_all(documents), "bold")]
    sections = _sections(documents)
    several = sorted(sections, key=lambda section: grave(section.folded.count)) if len(sections) > 1 else []
    for section in several[:_MOST_FILINGS]:
        yield [(f"  ▪ {_title(section)}  {section.document.path}：{_found([section.folded])}", "")]
    if len(several) > _MOST_FILINGS:
        yield [(f"  ⋯ 另有 {len(several) - _MOST_FILINGS:,} 份 more filings", "dim")]
    yield from _gravest(sections, is_one=len(documents) == 1)
    yield []


def _gravest(sections: Sequence[Section], is_one: bool) -> Iterator[Line]:
    """Yield the gravest faults of some filings, each in a line of Chinese and one of English, with the file of each."""
    found = briefs.gravest(sections)
    if found:
        yield [("  请先核对 Check first", "bold")]
    for number, (brief, section) in enumerate(found[: briefs.MOST], start=1):
        file = "" if is_one else f"{section.document.path} "
        more = f"（{told}）" if (told := further(brief)) else ""
        yield [
            (f"  {number:>2}. {file}{located(brief, section.document.sheet_cells)}{brief.said.zh}{more}", ""),
            (f" [{brief.group.fault.name}]", "dim"),
        ]
        yield [(f"      {brief.said.en}", "dim")]
    if (left := len(found) - briefs.MOST) > 0:
        yield [(f"      …及其他 {left:,} 项 · and {left:,} more", "dim")]


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


def _in_all(documents: Sequence[Document]) -> str:
    """Word how many documents were checked and refused, and how many findings there are."""
    out = len(refused(documents))
    kept_out = f"，拒收 refused {out:,}" if out else ""
    found = [folded(document.groups) for document in documents]
    findings = _found(found) if any(each.all for each in found) or not out else ""
    return "；".join(filter(None, (f"  文件 documents {len(documents):,}{kept_out}", findings)))


def _title(section: Section) -> str:
    year = f" · {section.filed.year} 年" if section.filed.year else ""
    return f"{section.filed.department or UNKNOWN_DEPARTMENT}{year}"


def _found(found: Sequence[Folded]) -> str:
    """Word the numbers of findings by severity, then those of `besides`."""
    own = counted(count(group for each in found for group in each.own))
    others = (f"{said} {numbers(each.total_groups, each.total)}" for said, each in besides(found) if each.total)
    return "；".join(filter(None, (own, _listed(*others)))) or "没有发现 nothing found"


def besides(found: Sequence[Folded]) -> tuple[tuple[str, Count], ...]:
    """Return the counts of the findings that follow from others, and of notes on reading, each with its word."""
    effects = count(group for each in found for group in each.effects)
    notes = count(group for each in found for group in each.notes)
    return ("另有由此引起的 following from these", effects), ("读取说明 notes on reading", notes)


def _refused(document: Document) -> Iterator[Line]:
    yield [(f"■ {document.path}：拒收 refused", "bold red")]
    if not document.findings:
        yield from ([(f"{_INDENT}{reason}", "red")] for reason in document.refused)
    yield from _gaps(document)
    for group in folded(document.groups).all:
        yield from _group(group)
    yield from _unread(document)
    yield []


def _section(section: Section, full: bool) -> Iterator[Line]:
    """Yield the lines about a filing: body, year, file, parts that were not read, findings, notes on reading."""
    document = section.document
    yield [(f"■ {_title(section)}", "bold")]
    readable = briefs.readable(section.folded)
    yield [(f"  {document.path}：{readable.zh} · {readable.en}", "")]
    read = f"已读取 contents read {decimals.percent(document.share)}%"
    yield [(f"  项目 projects {len(document.projects)}，指标 indicators {document.indicators}，{read}", "")]
    yield from _gaps(document)
    yield [(f"  {_found([section.folded])}", "")]
    by_rule = section.folded.by_rule
    for group in section.folded.own if full else section.folded.grave:
        yield []
        yield from _group(group, full)
    if by_rule and not full:
        yield []
        yield from _tallies(by_rule, document.sheet_cells)
        number = counted(count(group for groups in by_rule.values() for group in groups))
        yield [
            (f"{_INDENT}⋯ 每条规则一行 a line per rule：{number}。逐处列出 to list each：--full；", "dim"),
            (f"只看一条 only one rule：--only {next(iter(by_rule)).name}", "dim"),
        ]
    for group in section.folded.notes:
        yield []
        yield from _group(group, full)
    yield from _unread(document)
    yield []


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


def _gaps(document: Document) -> Iterator[Line]:
    if document.left_out:
        yield [(f"  未读取的部分 not read: {'、'.join(document.left_out)}", "yellow")]
    if said := lacking(document):
        yield [(f"  {said}", "yellow")]


def _unread(document: Document) -> Iterator[Line]:
    """Yield a line for each project of which something was not read, unless `_gaps` says all of it."""
    lacking_one = [each for each in document.not_read if each.lacks]
    if len(lacking_one) > _MOST_NAMED or any(each.lines for each in document.not_read):
        yield []
        yield from ([(f"  {said}", "yellow")] for said in not_read(document))


def _tallies(by_rule: Mapping[catalogue.Fault, Sequence[Group]], sheet_cells: Mapping[int, str]) -> Iterator[Line]:
    """Yield a line per rule: the numbers of its groups, and the projects that they are about."""
    for fault, groups in by_rule.items():
        counts = count(groups)
        size = numbers(counts.open_groups, counts.all_open) if counts.open else ""
        projects = dict.fromkeys(name for group in groups for name in group.projects)
        lines = tuple(sorted({line for group in groups for line in group.lines}))
        numbered = _at(lines, sheet_cells, " 等") if lines else ""
        yield [*_name(fault), (f"  {_listed(size, _accepted(counts), numbered, _named(list(projects)))}", "")]


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


def _group(group: Group, full: bool = True) -> Iterator[Line]:
    """Yield a group: its rule, then each sentence with the places for which it holds, and what to do.

    Unless `full`, the source lines of only the first places are quoted; all places are named.
    """
    fault, places = group.fault, group.places
    if len(places) == 1:
        head = _listed(subject(places[0]), where(places[0]))
    else:
        head = _listed(_named(group.projects), f"{len(group.findings):,} 处 places")
    yield [*_name(fault), (f"  {head}", "")]
    quoted = len(places) if full or len(places) <= _MOST_QUOTED + 1 else _MOST_QUOTED
    for number, place in enumerate(places):
        if not number or place.message != places[number - 1].message:
            yield [(f"{_INDENT}{place.message.zh}", "")]
            yield [(f"{_INDENT}{place.message.en}", "dim")]
        if len(places) > 1:
            yield [(f"{_INDENT}▫ {_listed(subject(place), where(place))}", "")]
        if number < quoted:
            yield from _excerpt(place)
    if quoted < len(places):
        yield [(f"{_INDENT}⋯ 只引了前 {quoted} 处的原文 lines of the first {quoted} places; --full", "dim")]
    if group.is_accepted:
        yield [(f"{_INDENT}已认可 accepted：{'；'.join(group.decisions)}", "green")]
    else:
        yield [(f"{_INDENT}处理办法 remedy：{fault.remedy.zh} {fault.remedy.en}", "")]
    for effect in group.effects:
        told = f"{_INDENT}↳ 可能由此引起 may follow from it："
        yield [(told, "dim"), *_name(effect.fault), (f"  {where(effect)}", "")]
        yield from ([(f"{_INDENT}  {said.zh} {said.en}", "dim")] for said in effect.messages)


def _excerpt(place: Place) -> Iterator[Line]:
    """Yield the quoted lines of a place, with a mark between lines that are far from each other."""
    before = None
    for line in place.excerpt:
        if before is not None and line.number > before + 3:
            yield [(f"{_INDENT}  ⋯", "dim")]
        yield _source_line(line)
        before = line.number


def _source_line(line: Shown) -> Line:
    """Format a line of the source: an arrow if it is at fault; marked words reversed, or in brackets on a pipe."""
    terminal = sys.stdout.isatty()
    # Chinese characters are two columns wide.
    most = max(_FEWEST, (console(sys.stdout).width - _GUTTER) // 2) if terminal else None
    pieces: list[Piece] = [(f"{_INDENT}{'▸' if line.at_fault else ' '} {line.number:>5} │ ", "dim")]
    for text, marked in line.pieces(most):
        if marked:
            pieces.append((text if terminal else f"⟦{text}⟧", "reverse"))
        else:
            pieces.append((text, "" if line.at_fault else "dim"))
    return pieces


def _name(fault: catalogue.Fault) -> Line:
    zh, en = LEVELS[fault.level]
    level = (NOTE, STYLES["Info"]) if fault.is_note else (f"{zh} {en}", STYLES[fault.level])
    return [(f"  {level[0]}", level[1]), (f"  {fault.label.zh} {fault.label.en} [{fault.name}]", "bold")]


def _grounds(fault: catalogue.Fault) -> list[Line]:
    """Return lines that say why a fault matters, what to do about it, and on which document the rule rests."""
    return [
        [(f"{_INDENT}为什么 why: {fault.why.zh} {fault.why.en}", "")],
        [(f"{_INDENT}处理办法 remedy: {fault.remedy.zh} {fault.remedy.en}", "")],
        [(f"{_INDENT}依据 grounds: {fault.source.zh} {fault.source.en}", "")],
    ]


def _totals(documents: Sequence[Document]) -> Iterator[Line]:
    yield [("■ 合计 In all", "bold")]
    for fault, counts in by_fault(documents).items():
        yield [
            *_name(fault),
            (f"：{_listed(numbers(counts.open_groups, counts.all_open), _accepted(counts))}", ""),
        ]
    yield [(_in_all(documents), "bold")]
