"""Decide which live sources a new one replaces, by the projects that they share (design, section 5).

A source with all projects of another one replaces it, unless a partial reading would replace a complete one. A source
with only some of them is refused, and one with none is added. A project with a borrowed name (in a heading or title
only) is not identified: it counts as neither shared nor missing. An amount under such a name may belong to another
project, so a filing that has one takes no second source until a steward decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ontology import properties, terms
from jixiao.store.errors import OverlapError
from jixiao.store.records import Deposit, SourceRecord


def unsure(deposit: Deposit) -> dict[str, str]:
    """Return the filings of the projects that have a borrowed name and an amount, by project."""
    if not deposit.borrowed:
        return {}
    filings: dict[str, str] = {}
    funded: set[str] = set()
    for quad in parse(deposit.source_triples, RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, NamedNode) and (project := quad.subject.value) in deposit.borrowed:
            if quad.predicate.value in properties.amount_sources():
                funded.add(project)
            elif quad.predicate.value == terms.partOfFiling and isinstance(quad.object, NamedNode):
                filings[project] = quad.object.value
    return {project: filing for project, filing in sorted(filings.items()) if project in funded}


class Stored(Protocol):
    """An index of a generation's live sources by their projects and filings; sources are given by sha16."""

    def __getitem__(self, sha16: str, /) -> SourceRecord:
        """Return the record of a source."""

    def of_project(self, project: str) -> Iterable[str]:
        """Return the live source that has a project; empty if none has it."""

    def of_filing(self, filing: str) -> Iterable[str]:
        """Return the live sources of a filing."""

    def unsure(self, filing: str) -> Iterable[str]:
        """Return the live sources that have an amount under a borrowed name in a filing."""


class Live:
    """An index of the live sources by project and filing: those `stored` in a generation, as changed since."""

    def __init__(self, records: Iterable[SourceRecord] = (), stored: Stored | None = None) -> None:
        self._stored = stored
        self._left: set[str] = set()  # stored sources whose record here counts instead, or that are no longer live
        # No two live sources share a project, so each project has one source.
        self._of_project: dict[str, SourceRecord] = {}
        self._of_filing: dict[str, dict[str, SourceRecord]] = defaultdict(dict)
        self._unsure: dict[str, dict[str, SourceRecord]] = defaultdict(dict)
        for record in records:
            self.add(record)

    def add(self, record: SourceRecord) -> None:
        """Add a source."""
        self._left.add(record.sha16)
        self._of_project.update(dict.fromkeys(record.projects, record))
        for index, filings in ((self._of_filing, record.filings), (self._unsure, record.unsure.values())):
            for filing in filings:
                index[filing][record.sha16] = record

    def remove(self, record: SourceRecord) -> None:
        """Remove a source that is live."""
        self._left.add(record.sha16)
        for project in record.projects:
            self._of_project.pop(project, None)
        for index in (self._of_filing, self._unsure):
            for filing in record.filings:
                index[filing].pop(record.sha16, None)

    def near(self, new: SourceRecord) -> list[SourceRecord]:
        """Return the live sources that share a project with a new one, or may do so, sorted by sha16.

        They may if they share a filing in which either source has an amount under a borrowed name.
        """
        holders = (self._of_project.get(project) for project in new.projects)
        found = {record.sha16: record for record in holders if record is not None}
        for index, filings in ((self._unsure, new.filings), (self._of_filing, new.unsure.values())):
            for filing in filings:
                found |= index.get(filing, {})
        found |= self._found(new)
        return [found[sha16] for sha16 in sorted(found)]

    def _found(self, new: SourceRecord) -> dict[str, SourceRecord]:
        """Return those of the near sources that are stored in the generation, unchanged since."""
        stored = self._stored
        if stored is None:
            return {}
        near = {sha16 for project in new.projects for sha16 in stored.of_project(project)}
        near |= {sha16 for filing in new.filings for sha16 in stored.unsure(filing)}
        near |= {sha16 for filing in new.unsure.values() for sha16 in stored.of_filing(filing)}
        return {sha16: stored[sha16] for sha16 in near - self._left}


def replaced_by(new: SourceRecord, near: Iterable[SourceRecord], replace: str | None) -> tuple[SourceRecord, ...]:
    """Return the sources that a new one replaces, namely all in `near` (see `Live.near`).

    `replace` is the sha16 of a source to be replaced in any case. Raises OverlapError, which names both files, for any
    other that may not be replaced.
    """
    replaced = tuple(near)
    objections = objections_to(new, (old for old in replaced if old.sha16 != replace))
    if objections:
        raise OverlapError("\n".join(objections.values()))
    return replaced


def objections_to(new: SourceRecord, near: Iterable[SourceRecord]) -> Mapping[str, str]:
    """Return, by sha16, why the new source may not replace a near one unless a steward asks for it."""
    return {old.sha16: words for old in near if (words := _objection(new, old))}


def _objection(new: SourceRecord, old: SourceRecord) -> str:
    ours, theirs = _named(new), _named(old)
    shared, missing = ours & theirs, theirs - ours
    if borrowed := _money_under_borrowed_names(new, old):
        return _borrowed(new, old, borrowed)
    if missing - new.projects.keys():
        return _overlap(new, old)
    if missing or not shared:
        return _borrowed(new, old, new.projects.keys() & old.projects.keys())
    torn = shared & set(new.partial) - set(old.partial)
    return _torn(new, old, torn) if torn else ""


def in_common(one: SourceRecord, other: SourceRecord) -> list[str]:
    """Return the names of the projects that two sources share, or may share under a borrowed name."""
    shared = one.projects.keys() & other.projects.keys() | _money_under_borrowed_names(one, other)
    names = {**one.projects, **other.projects}
    return [names[project] for project in sorted(shared)]


def _named(record: SourceRecord) -> set[str]:
    """Return the projects of a source whose name is not borrowed."""
    return record.projects.keys() - set(record.borrowed)


def _money_under_borrowed_names(new: SourceRecord, old: SourceRecord) -> set[str]:
    """Return the projects with an amount under a borrowed name that the other source may have, too."""
    pairs = ((new, old), (old, new))
    return {project for one, other in pairs for project, filing in one.unsure.items() if filing in other.filings}


def _overlap(new: SourceRecord, old: SourceRecord) -> str:
    shared = new.projects.keys() & old.projects.keys()
    one, other, labels = _file(new), _file(old), _labels(old.projects, shared)
    return (
        f"{one} 与库中 {other} 只有部分项目相同（{len(shared)}/{len(old.projects)}）：{labels}。{_decide_zh(old)}"
        f" {one} shares only {len(shared)} of the {len(old.projects)} projects of {other}, which is in the store:"
        f" {labels}. {_decide_en(old)}"
    )


def _borrowed(new: SourceRecord, old: SourceRecord, projects: Set[str]) -> str:
    one, other, labels = _file(new), _file(old), _labels({**new.projects, **old.projects}, projects)
    return (
        f"{one} 与库中 {other} 属于同一份申报，有的项目名称取自标题，无从判断是否两份都有：{labels}。{_decide_zh(old)}"
        f" {one} belongs to a filing of which {other} is in the store. The name of a project is taken from a heading,"
        f" so nobody can tell if both files have it: {labels}. {_decide_en(old)}"
    )


def _torn(new: SourceRecord, old: SourceRecord, projects: Set[str]) -> str:
    one, other, labels = _file(new), _file(old), _labels(old.projects, projects)
    return (
        f"{one} 中有的项目只读出一部分，库中 {other} 读得完整，因此不予取代：{labels}。{_decide_zh(old)}"
        f" {one} was read only in part where {other}, which is in the store, was read whole, and therefore does not"
        f" replace it: {labels}. {_decide_en(old)}"
    )


def _labels(names: Mapping[str, str], projects: Set[str]) -> str:
    return "、".join(names[project] for project in sorted(projects))


def _file(record: SourceRecord) -> str:
    return f"{record.file_name} ({record.sha16})"


def _decide_zh(old: SourceRecord) -> str:
    return f"如确应取代，请加 --replace {old.sha16}。"


def _decide_en(old: SourceRecord) -> str:
    return f"If it should take its place, say --replace {old.sha16}."


@dataclass(frozen=True)
class Settled:
    """The outcome of `settle`, by sha16: why readings were refused, and which source succeeds a replaced one."""

    refused: Mapping[str, str]
    replaced: Mapping[str, str]


def settle(sources: Mapping[str, SourceRecord], anew: Mapping[str, SourceRecord]) -> Settled:
    """Decide which new readings to accept; `anew` has their records, `sources` all records, both by sha16."""
    # Sources that were added at the same time are replayed in the order in which a batch adds files.
    arriving = (record for record in sources.values() if record.live)
    live = sorted(arriving, key=lambda record: (record.added, record.file_name, record.sha256))
    refused: dict[str, str] = {}
    while True:
        found = _replayed(live, {sha16: anew[sha16] for sha16 in anew.keys() - refused.keys()}, refused.keys())
        if not found.refused:
            return Settled(refused, found.replaced)
        refused |= found.refused


def _replayed(arriving: list[SourceRecord], anew: Mapping[str, SourceRecord], kept: Set[str]) -> Settled:
    """Add the sources one by one, up to the first conflict; those in `kept` may not be replaced by a new reading."""
    live = Live()
    replaced: dict[str, str] = {}
    for former in arriving:
        record = anew.get(former.sha16, former)
        near = live.near(record)
        if record is former:
            refused = {each.sha16: _refusal(each, [record]) for each in near if each.sha16 in anew}
        else:
            others = objections_to(record, near).keys() | kept
            objecting = [each for each in near if each.sha16 in others]
            refused = {record.sha16: _refusal(record, objecting)} if objecting else {}
        if refused:
            return Settled(refused, {})
        for each in near if record is not former else ():
            live.remove(each)
            replaced[each.sha16] = record.sha16
        live.add(record)
    return Settled({}, replaced)


def _refusal(record: SourceRecord, others: list[SourceRecord]) -> str:
    return "\n".join(
        f"按现行规则读出的项目与 {each.file_name} ({each.sha16}) 的项目相涉，但不能取代它：{labels}。"
        f" Read by the present rules, it has to do with projects of {each.file_name} ({each.sha16}) without replacing"
        f" it: {labels}."
        for each in others
        for labels in ["、".join(in_common(record, each))]
    )
