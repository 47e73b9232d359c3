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
from jixiao.shapes.findings.documents import (
    UNKNOWN_DEPARTMENT,
    Document,
    Section,
    all_groups,
    by_department,
    by_fault,
    refused,
)
from jixiao.shapes.findings.finding import Shown
from jixiao.shapes.findings.groups import Count, Group, Place, count, folded, notes, runs
from jixiao.terminal import console, visible, write

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
_MOST_FILINGS = 30  # filings that the summary names, so that it fits a screen
_MOST_QUOTED = 3  # places of a group whose lines are quoted on a terminal; a single further one is quoted, too
_MOST_LINES = 8  # runs of lines of a rule that the summary names
_MOST_NAMED = 3  # projects of a group that one line names


def report(documents: Sequence[Document], full: bool = True) -> Iterator[Line]:
    """Yield the report: a summary, refused documents, the findings of each filing, the faults found, the totals.

    Unless `full`, the summary is the end, without explanations of the faults; the infos of a filing take one line for
    each rule, with their number, and of each warning only the first places are quoted.
    """
    sections = _sections(documents)
    if full:
        yield from _summary(documents)
    for document in refused(documents):
        yield from _refused(document)
    for section in sections:
        yield from _section(section, full or len(sections) > 1, full)
    if not full:
        yield from _summary(documents)
        for section in sections if len(sections) == 1 else ():
            yield from _tallies(section.folded.named, section.document.sheet_cells)
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
    `警告 warning 3，提示 info 5（36 处 findings），已认可 accepted 1`.
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
    return f"{groups:,}" if groups == findings else f"{groups:,}（{findings:,} 处 findings）"


def where(findings: Group | Place) -> str:
    """Word the line numbers of findings, followed by their places in the file if the format has places."""
    if not findings.lines:
        return ""
    shown = findings.excerpt if isinstance(findings, Place) else ()
    places = dict.fromkeys(line.place for line in shown if line.at_fault and line.place)
    return f"第 {'、'.join(_runs(findings.lines))} 行" + (f"（{'；'.join(places)}）" if places else "")


def _runs(lines: Sequence[int]) -> Iterator[str]:
    return (str(first) if first == last else f"{first}–{last}" for first, last in runs(lines))


def _at(lines: Sequence[int], sheet_cells: Mapping[int, str], more: str) -> str:
    """Word the numbers of lines, the first of many; those of a spreadsheet by their cells. `more` stands for others."""
    placed = [line for line in lines if line in sheet_cells]
    shown = [sheet_cells[line] for line in placed] if placed else [*_runs(lines)]
    listed = "、".join(shown[:_MOST_LINES]) + (more if len(shown) > _MOST_LINES else "")
    return f"单元格 cells {listed}" if placed else f"第 {listed} 行"


def _sections(documents: Sequence[Document]) -> list[Section]:
    return [section for department in by_department(documents) for section in department.sections]


def _summary(documents: Sequence[Document]) -> Iterator[Line]:
    """Yield what was found in all, and a line for each filing if there are several; a filing names its warnings."""
    yield [("■ 小结 Summary", "bold")]
    yield [(_in_all(documents), "bold")]
    sections = _sections(documents)
    shown = sections[:_MOST_FILINGS] if len(sections) > 1 else []
    for section in shown:
        yield [(f"  ▪ {_title(section)}  {section.document.path}：{_found(section.groups)}", "")]
    if len(sections) > len(shown) > 0:
        yield [(f"  ⋯ 另有 {len(sections) - len(shown):,} 份 more filings", "dim")]
    yield []


def _in_all(documents: Sequence[Document]) -> str:
    """Word how many documents were checked and refused, and how many findings there are."""
    out = len(refused(documents))
    kept_out = f"，拒收 refused {out:,}" if out else ""
    groups = all_groups(documents)
    findings = _found(groups) if groups or not out else ""
    return "；".join(filter(None, (f"  文件 documents {len(documents):,}{kept_out}", findings)))


def _title(section: Section) -> str:
    year = f" · {section.filed.year} 年" if section.filed.year else ""
    return f"{section.filed.department or UNKNOWN_DEPARTMENT}{year}"


def _found(groups: Sequence[Group]) -> str:
    """Word the numbers of findings by severity, and behind them how many of these are notes on reading."""
    read = notes(groups)
    among = f"其中读取说明 of which notes on reading {numbers(read.total_groups, read.total)}" if read.total else ""
    return _listed(counted(count(groups)), among) or "没有发现 nothing found"


def _refused(document: Document) -> Iterator[Line]:
    yield [(f"■ {document.path}：拒收 refused", "bold red")]
    if not document.findings:
        yield from ([(f"{_INDENT}{reason}", "red")] for reason in document.refused)
    yield from _gaps(document)
    for group in folded(document.groups).all:
        yield from _group(group)
    yield []


def _section(section: Section, listed: bool, full: bool) -> Iterator[Line]:
    """Yield the lines about a filing: body, year, what was read, its warnings by rule if `listed`, and its findings."""
    document = section.document
    yield [(f"■ {_title(section)}", "bold")]
    verdict = f"可入库 acceptable；项目 projects {len(document.projects)}，指标 indicators {document.indicators}"
    yield [(f"  {document.path}：{verdict}，表内已读 read in forms {decimals.percent(document.share)}%", "")]
    yield from _gaps(document)
    yield [(f"  {_found(section.groups)}", "")]
    grave, by_rule = section.folded.grave, section.folded.by_rule
    if listed and len(grave) > 1:
        yield from _tallies(section.folded.named, section.document.sheet_cells)
    for group in section.folded.all if full else (*section.folded.notes, *grave):
        yield []
        yield from _group(group, full)
    if by_rule and not full:
        yield []
        yield from _tallies(by_rule, document.sheet_cells)
        number = counted(count(group for groups in by_rule.values() for group in groups))
        yield [
            (f"{_INDENT}⋯ 折叠了 folded：{number}。逐处列出 to list each：--full；", "dim"),
            (f"只看一条 only one rule：--only {next(iter(by_rule)).name}", "dim"),
        ]
    yield []


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
    return f"{parts}（{len(place.findings)} 处 findings）" if len(place.findings) > 1 else parts


def _group(group: Group, full: bool = True) -> Iterator[Line]:
    """Yield a group: its rule, then each sentence with the places for which it holds, and what to do.

    Unless `full`, the source lines of only the first places are quoted; all places are named.
    """
    fault, places = group.fault, group.places
    if len(places) == 1:
        head = _listed(subject(places[0]), where(places[0]))
    else:
        head = _listed(_named(group.projects), f"{len(group.findings):,} 处 findings")
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
        told = f"{_INDENT}↳ 可能由此而来 may follow from it："
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
