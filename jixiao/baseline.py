"""Read, apply and write the file of accepted findings, in which a steward gives a reason for each.

The file is CSV with one entry per line, so that a spreadsheet program can edit it and versions can be compared by line.
Each entry has the key of a finding (`Finding.key`) or of a group, all of whose findings it then accepts. Keys stay the
same when lines of the filing move. The other columns are for people (docs/quality.md).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from jixiao.ontology.text.spreadsheets import TableError, csv_text, harmless, read_table
from jixiao.shapes import catalogue
from jixiao.shapes.findings.documents import Document
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import Group

COLUMNS = ("key", "fault", "department", "year", "project", "sentence", "findings", "reason")
_MOST_NAMED = 10


@dataclass(frozen=True)
class Entry:
    """A line of the baseline file: the key of an accepted finding or group, columns for people, and the reason.

    `line` is the number of the line in the file, from 1.
    """

    key: str
    fault: str
    department: str
    year: str
    project: str
    sentence: str
    findings: str
    reason: str
    line: int = 0

    def __str__(self) -> str:
        about = "，".join(filter(None, (self.department, self.year, self.project)))
        return f"{self.fault} {about}：{self.sentence}"


def read(path: Path, complete: bool = True) -> dict[str, Entry]:
    """Read the entries of a file, by key. With `complete`, each entry must have a reason. Raises TableError."""
    entries: dict[str, Entry] = {}
    for entry in _entries(path):
        if entry.key in entries:
            first = entries[entry.key].line
            raise TableError(f"{path}:{entry.line}: 与第 {first} 行重复 · the same entry as on line {first}")
        entries[entry.key] = entry
    missing = [str(entry.line) for entry in entries.values() if not entry.reason]
    if complete and missing:
        named = "、".join(missing[:_MOST_NAMED]) + ("……" if len(missing) > _MOST_NAMED else "")
        raise TableError(
            f"{path}:{missing[0]}: 没有理由（reason 一栏），共 {len(missing)} 行：{named} · "
            f"no reason given (column reason), {len(missing)} lines"
        )
    return entries


def _entries(path: Path) -> Iterator[Entry]:
    for line, cells in read_table(path, "key", "reason"):
        if not cells["key"]:
            raise TableError(f"{path}:{line}: 没有 key · no key")
        yield Entry(**{name: cells.get(name, "") for name in COLUMNS}, line=line)


def apply(documents: Iterable[Document], entries: Mapping[str, Entry]) -> tuple[Document, ...]:
    """Return the documents with their accepted findings marked; `entries` are the entries of the baseline file, by key.

    Findings of a refused document are never accepted.
    """
    return tuple(document if document.refused else _accepted(document, entries) for document in documents)


def _accepted(document: Document, entries: Mapping[str, Entry]) -> Document:
    named = ((finding, _named(finding, entries)) for finding in document.findings)
    return replace(
        document,
        findings=tuple(replace(finding, accepted=entry.reason) if entry else finding for finding, entry in named),
    )


def _named(finding: Finding, entries: Mapping[str, Entry]) -> Entry | None:
    """Return the entry that accepts a finding: its own or, failing that, its group's; None if there is neither."""
    return next((entries[key] for key in finding.accepted_under if key in entries), None)


def unmatched(documents: Sequence[Document], entries: Mapping[str, Entry], faults: Set[str]) -> tuple[Entry, ...]:
    """Return the entries about the given `faults` that match no finding of the documents any more.

    Entries about filings that are not among the documents are left out, so that a check of one file does not report
    the entries about all other files.
    """
    present = {key for document in documents for finding in document.findings for key in finding.accepted_under}
    filed = {(filing.department or "", str(filing.year or "")) for document in documents for filing in document.filings}
    return tuple(
        entry
        for entry in entries.values()
        if entry.key not in present
        and catalogue.present(catalogue.SHAPES + entry.fault).removeprefix(catalogue.SHAPES) in faults
        and (entry.department, entry.year) in filed
    )


def write(path: Path, documents: Iterable[Document], known: Mapping[str, Entry]) -> int:
    """Write the known entries, and add entries without a reason for findings that no known entry accepts.

    New findings of one group share one entry, with the group's key; refused documents get none. Return the number of
    entries without a reason. The file begins with a byte-order mark, by which Excel recognises UTF-8. Raises OSError.
    """
    named = dict(known)
    for document in documents:
        for group in () if document.refused else document.groups:
            named |= {entry.key: entry for entry in _entries_of(group, known)}
    entries = sorted(
        named.values(), key=lambda entry: (entry.fault, entry.department, entry.year, entry.project, entry.key)
    )
    rows = ([harmless(getattr(entry, name)) for name in COLUMNS] for entry in entries)
    # Written beside the file and renamed, so that a crash loses no reasons that were typed by hand.
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(csv_text([COLUMNS, *rows], "\n"), encoding="utf-8-sig", newline="")
    beside.replace(path)
    return sum(1 for entry in entries if not entry.reason)


def _entries_of(group: Group, known: Mapping[str, Entry]) -> Iterator[Entry]:
    """Yield the entries (lines of the baseline) that accept a group's findings.

    Known entries keep their keys and reasons, and describe the findings anew; all findings without one share a new
    entry.
    """
    others: list[Finding] = []
    for finding in group.findings:
        entry = _named(finding, known)
        if entry is None:
            others.append(finding)
        else:
            yield _entry((finding,) if entry.key != group.key else group.findings, entry.key, entry.reason)
    if others:
        yield _entry(others, others[0].key if len({one.key for one in others}) == 1 else group.key)


def _entry(findings: Sequence[Finding], key: str, reason: str = "") -> Entry:
    """Return an entry that accepts findings, with the columns that describe them to people.

    The names of the findings' projects and the sentences are joined, each once. Department and year are taken from the
    first finding.
    """
    first, filed = findings[0], findings[0].filed
    projects = dict.fromkeys(finding.project_name for finding in findings)
    sentences = dict.fromkeys(finding.message.zh for finding in findings)
    return Entry(
        key=key,
        fault=first.fault.name,
        department=_one_line(filed.department or ""),
        year=str(filed.year or ""),
        project=_one_line("、".join(name for name in projects if name)),
        sentence=_one_line(" ".join(sentences)),
        findings=str(len(findings)),
        reason=reason,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
