"""Word checked documents and rules for a terminal or a pipe, Chinese first.

A line is a sequence of pieces, each with a style of rich. Only lines of the source are shortened, to fit a terminal.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from jixiao.shapes.catalogue import Fault
from jixiao.shapes.report.documents import (
    LEVELS,
    Cluster,
    Counts,
    Document,
    ProjectGroup,
    Section,
    by_fault,
    clustered,
    count,
    grouped,
    pattern,
    refused,
)
from jixiao.shapes.report.excerpt import Shown
from jixiao.terminal import console, visible, write

Piece = tuple[str, str]
Line = Sequence[Piece]

STYLES = {"Violation": "bold red", "Warning": "bold yellow", "Info": "cyan"}
_INDENT = "    "
_GUTTER = 16  # columns before the text of a source line, and for the mark of a shortened line
_FEWEST = 20  # characters of a source line that are shown even on a narrow terminal


def report(documents: Sequence[Document]) -> Iterator[Line]:
    """Yield the report: refused documents, findings by department, filing and project, the faults, the totals."""
    for document in refused(documents):
        yield from _refused(document)
    for department in grouped(documents):
        for section in department.sections:
            year = f" · {section.filed.year} 年" if section.filed.year else ""
            yield [(f"■ {department.name}{year}", "bold")]
            yield from _section(section)
    yield from _explanations(by_fault(documents))
    yield from _totals(documents)


def rules(faults: Iterable[Fault]) -> Iterator[Line]:
    """Yield every rule by family: its name, severity and sentence, why it matters, what to do, and its grounds."""
    family = ""
    for fault in faults:
        if fault.family.zh != family:
            family = fault.family.zh
            yield [(f"■ {fault.family.zh} {fault.family.en}", "bold")]
        sentence = pattern(fault)
        yield _name(fault)
        yield [(f"{_INDENT}{sentence.zh} {sentence.en}", "")]
        yield from _grounds(fault)
        yield []


def show(lines: Iterable[Line]) -> None:
    """Print lines to stdout: in colour on a terminal, otherwise as plain text."""
    if sys.stdout.isatty():
        out = console(sys.stdout)
        for line in lines:
            out.print(Text.assemble(*((visible(text), style) for text, style in line)), soft_wrap=True)
    else:
        for line in lines:
            write(visible("".join(text for text, _ in line)) + "\n")


def counted(counts: Counts) -> str:
    """Word counts: `警告 warning 3，提示 info 5，已接受 accepted 1`; empty if nothing was found."""
    open_ = [
        f"{LEVELS[level][0]} {LEVELS[level][1]} {counts.open[level]:,}" for level in LEVELS if counts.open.get(level)
    ]
    accepted = [f"已接受 accepted {counts.accepted:,}"] if counts.accepted else []
    return "，".join(open_ + accepted)


def where(found: Cluster) -> str:
    """Word the line numbers of findings, followed by their places in the file if the format has places."""
    if not found.lines:
        return ""
    places = dict.fromkeys(line.place for line in found.excerpt if line.at_fault and line.place)
    return f"第 {'、'.join(_ranges(found.lines))} 行" + (f"（{'；'.join(places)}）" if places else "")


def _ranges(lines: Sequence[int]) -> Iterator[str]:
    """Yield numbers in order, three or more consecutive ones as a range: `12–15`."""
    ranges: list[list[int]] = []
    for line in lines:
        if ranges and line == ranges[-1][-1] + 1:
            ranges[-1].append(line)
        else:
            ranges.append([line])
    for numbers in ranges:
        yield from (str(line) for line in numbers) if len(numbers) < 3 else (f"{numbers[0]}–{numbers[-1]}",)


def _refused(document: Document) -> Iterator[Line]:
    yield [(f"■ {document.path}：拒收 refused", "bold red")]
    for reason in document.refused if not document.findings else ():
        yield [(f"{_INDENT}{reason}", "red")]
    for found in clustered(document.findings):
        yield from _finding(found, found.result.about)
    yield []


def _section(section: Section) -> Iterator[Line]:
    document = section.document
    verdict = f"可入库 acceptable；项目 projects {len(document.projects)}，指标 indicators {document.indicators}"
    yield [(f"  {document.path}：{verdict}，已读 read {document.share:.1%}", "")]
    yield [(f"  {counted(section.counts) or '没有发现 nothing found'}", "")]
    for project in section.projects:
        yield from _project(project)
    yield []


def _project(project: ProjectGroup) -> Iterator[Line]:
    line = f"（第 {project.head.line} 行）" if project.head and project.head.line else ""
    name = f"{project.head.name}{line}" if project.head else "整份申报 the filing as a whole"
    yield []
    yield [(f"  ▪ {name}", "bold")]
    for found in project.clusters:
        yield from _finding(found)


def subject(found: Cluster, about: str | None = None) -> str:
    """Name the subject of findings: the project `about`, if given, and the parts at fault; then their number."""
    parts = "".join(f"「{name}」" for name in filter(None, (about, *found.parts)))
    return f"{parts}（{len(found.findings)} 处）" if len(found.findings) > 1 else parts


def _finding(found: Cluster, about: str | None = None) -> Iterator[Line]:
    result, fault = found.result, found.result.fault
    place = "，".join(filter(None, (subject(found, about), where(found))))
    yield [*_name(fault), (f"  {place}", "")]
    yield [(f"{_INDENT}{result.message.zh}", "")]
    yield [(f"{_INDENT}{result.message.en}", "dim")]
    before = None
    for line in found.excerpt:
        if before is not None and line.number > before + 3:
            yield [(f"{_INDENT}  ⋯", "dim")]
        yield _source_line(line)
        before = line.number
    if found.accepted is not None:
        yield [(f"{_INDENT}已接受 accepted：{found.accepted}", "green")]
    else:
        yield [(f"{_INDENT}处理：{fault.remedy.zh}", "")]


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


def _name(fault: Fault) -> Line:
    zh, en = LEVELS[fault.level]
    return [(f"  {zh} {en}", STYLES[fault.level]), (f"  {fault.label.zh} {fault.label.en} [{fault.name}]", "bold")]


def _grounds(fault: Fault) -> Iterator[Line]:
    yield [(f"{_INDENT}为何要紧 why: {fault.why.zh} {fault.why.en}", "")]
    yield [(f"{_INDENT}如何处理 what to do: {fault.remedy.zh} {fault.remedy.en}", "")]
    yield [(f"{_INDENT}依据 grounds: {fault.source.zh} {fault.source.en}", "")]


def _explanations(faults: Iterable[Fault]) -> Iterator[Line]:
    for number, fault in enumerate(faults):
        if not number:
            yield [("■ 缺陷说明 The faults found", "bold")]
        yield _name(fault)
        yield from _grounds(fault)
        yield []


def _totals(documents: Sequence[Document]) -> Iterator[Line]:
    out = sum(1 for document in documents if document.refused)
    counts = count(found for document in documents for found in document.findings)
    yield [("■ 合计 In all", "bold")]
    for fault, of_fault in by_fault(documents).items():
        accepted = f"，已接受 accepted {of_fault.accepted:,}" if of_fault.accepted else ""
        yield [*_name(fault), (f"：{of_fault.total - of_fault.accepted:,}{accepted}", "")]
    kept_out = f"，拒收 refused {out:,}" if out else ""
    found = counted(counts) or ("" if out else "没有发现 nothing found")
    yield [("；".join(filter(None, (f"  文件 documents {len(documents):,}{kept_out}", found))), "bold")]
