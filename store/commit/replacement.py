"""Decide which live sources a new one replaces, by the projects and evaluations that they share.

The rules in short are in docs/design.md, "Replacement". A source with all projects of another one replaces it, unless a
partial reading would replace a complete one. A source with only some of them is refused, and one with none is added.
Two projects with equal printed body, year and name may be one project unless both sources state the place of the body:
the second source is refused until a steward decides, so that no money counts twice. A project with a borrowed name (in
a heading or title only) is not identified: it counts as neither shared nor missing. An amount under such a name may
belong to another project, so a filing that has one takes no second source until a steward decides. All of this holds
for self-evaluations, too. But an evaluation with other figures may be a draft or the final one, so that it is shared
with no other source: both stand side by side until a steward decides.

Such evaluations are told apart, so that nothing of them is mixed. The source whose SHA-256 comes first keeps the IRI of
the evaluation, so that the order in which files arrive has no effect. In the others the IRI, and those of its results,
get the source's number (identity.told_apart): in the graphs, in the report and in the ledger. An evaluation that is
alone again has its plain IRI again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from jixiao.ontology import identity, properties, terms
from jixiao.store.records import Deposit, SourceRecord
from jixiao.store.timeline import ALIKE, EVALUATION, FILING, PROJECT, UNSURE, Sources


def unsure(deposit: Deposit) -> dict[str, str]:
    """Map each project that has a borrowed name and an amount to its filing; both are IRIs."""
    if not deposit.contents.borrowed:
        return {}
    said = [
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in parse(deposit.source_triples, RdfFormat.N_TRIPLES)
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal)
    ]
    paid = {project for project, name, _ in said if name in properties.amount_sources()}
    funded = paid.intersection(deposit.contents.borrowed)
    filings = sorted((project, filing) for project, name, filing in said if name == terms.partOfFiling)
    return {project: filing for project, filing in filings if project in funded}


def _places(
    record: SourceRecord, filings: Iterable[str], unsure: Iterable[str], alike: Iterable[str]
) -> set[tuple[str, str]]:
    """Return pairs of kind and key of the timeline rows under which live sources that share projects may be listed.

    The record's own projects and evaluations are always among these keys. `filings` are looked up as filings, `unsure`
    as filings with an amount under a borrowed name, and `alike` as projects as printed (identity.alike).
    """
    wanted = {
        **{PROJECT: record.projects, EVALUATION: record.evaluations},
        **{FILING: filings, UNSURE: unsure, ALIKE: alike},
    }
    return {(kind, key) for kind, keys in wanted.items() for key in keys}


def _own_places(record: SourceRecord) -> set[tuple[str, str]]:
    """Return the keys, each with its kind, of the timeline rows under which a source itself is listed."""
    return _places(record, record.filings, record.unsure.values(), record.alike.values())


class Live:
    """An index of the live sources by project and filing: those of a generation (`stored`), and changes made since."""

    def __init__(self, stored: Sources | None = None) -> None:
        self._stored = stored
        self._known: dict[str, SourceRecord | None] = {}  # sources changed since, None for those no longer live
        self._added: dict[tuple[str, str], dict[str, SourceRecord]] = defaultdict(dict)

    def add(self, record: SourceRecord) -> None:
        """Add a source to the index, or replace the record of a source that is in the index already."""
        self._known[record.sha16] = record
        for place in _own_places(record):
            self._added[place][record.sha16] = record

    def remove(self, record: SourceRecord) -> None:
        """Remove a live source from the index."""
        self._known[record.sha16] = None
        for place in _own_places(record):
            self._added[place].pop(record.sha16, None)

    def near(self, new: SourceRecord, chosen: str | None = None) -> list[SourceRecord]:
        """Return the live sources that share a project with a new one, or may share one, sorted by sha16.

        Two sources may share a project if they share a filing in which either source has an amount under a borrowed
        name, or if they have projects that are alike as printed. Sources that share only evaluations with other figures
        are left out, except the source `chosen` (a sha16).
        """
        twins = {twin for each in new.alike.values() for twin in identity.twins(each)}
        near = self._at(_places(new, new.unsure.values(), new.filings, twins))
        return [old for old in near if old.sha16 == chosen or _same(new, old) or _objection(new, old)]

    def evaluating(self, evaluation: str) -> list[SourceRecord]:
        """Return the live sources that have an evaluation, given by its plain IRI, sorted by sha16."""
        return self._at([(EVALUATION, evaluation)])

    def alternates(self, iri: str, sha16: str) -> Iterator[str]:
        """Yield the IRIs in other live sources of an evaluation, which has the IRI `iri` in the source `sha16`."""
        stored = self._stored.get(sha16) if self._stored is not None else None
        record = self._known.get(sha16, stored)
        own = (each for each in (record.evaluations if record else ()) if record and record.iri_of(each) == iri)
        others = (other.iri_of(each) for each in own for other in self.evaluating(each))
        return (other for other in others if other != iri)

    def told_apart(self, touched: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each live source with an evaluation in `touched`, and its evaluations whose IRI must get its number.

        A source is given by its sha16, evaluations by their plain IRIs, sorted. There may be none to tell apart.
        """
        near = {record.sha16: record for each in touched for record in self.evaluating(each)}
        for sha16, record in sorted(near.items()):
            rivals = ((each, self.evaluating(each)) for each in sorted(record.evaluations))
            yield sha16, tuple(each for each, sources in rivals if sources[0].sha16 != sha16)

    def _at(self, places: Iterable[tuple[str, str]]) -> list[SourceRecord]:
        """Return the live sources with a timeline row under any of the given pairs of kind and key, sorted by sha16."""
        near = {sha16: record for place in places for sha16, record in self._added.get(place, {}).items()}
        if self._stored is not None:
            stored = {sha16 for place in places for sha16 in self._stored.holding(*place)}
            near |= {sha16: self._stored[sha16] for sha16 in stored - self._known.keys()}
        return [near[sha16] for sha16 in sorted(near)]


def renamed(content: bytes, record: SourceRecord) -> bytes:
    """Return N-Triples or a ledger of a source with the IRIs of its evaluations changed to those of `record.iri_of`."""
    if not record.evaluations:
        return content
    names = b"|".join(re.escape(each.encode()) for each in sorted(record.evaluations))
    found = re.compile(rb"(%b)(?:-%b)?(?=[#>\"])" % (names, record.sha16.encode()))
    return found.sub(lambda match: record.iri_of(match[1].decode()).encode(), content)


def objections_to(new: SourceRecord, near: Iterable[SourceRecord]) -> Mapping[str, str]:
    """Return the reasons why a new source may not replace near ones, by the sha16 of the near source.

    A near source that the new one may replace is left out.
    """
    return {old.sha16: words for old in near if (words := _objection(new, old))}


def _objection(new: SourceRecord, old: SourceRecord) -> str:
    """Return a sentence, in Chinese and English, on why the new source may not replace `old`; empty if it may.

    The sentence names the projects concerned, and the option by which a steward replaces the old source anyway.
    """
    # The host of its first address may show a steward where the body is.
    address = [origin.address for origin in old.origins[:1]]
    other = "，".join((f"{old.file_name} ({old.sha16})", *address))
    concerned, zh, en = next(reason for holds, *reason in _reasons(new, old, other) if holds)
    if not concerned:
        return ""
    one, labels = f"{new.file_name} ({new.sha16})", _labels({**new.forms, **old.forms}, concerned)
    return (
        f"{one} {zh}：{labels}。如确应取代，请加 --replace {old.sha16}。"
        f" {one} {en}: {labels}. If it should take its place, say --replace {old.sha16}."
    )


def _reasons(new: SourceRecord, old: SourceRecord, other: str) -> tuple[tuple[object, set[str], str, str], ...]:
    """Return possible reasons against a replacement of `old`, in order: condition, projects concerned, words zh and en.

    Only the first reason whose condition holds counts, and a reason without projects is no objection. `other` are the
    words that name the old source.
    """
    ours, theirs = (each.forms.keys() - set(each.borrowed) for each in (new, old))
    both = _same(new, old)
    shared = ours & theirs & both
    missing = theirs - shared
    funded = _money_under_borrowed_names(new, old)
    theirs_as_printed = set(old.alike.values())
    others = {each: alike for each, alike in new.alike.items() if each not in old.forms}
    twins = {each for each, alike in others.items() if theirs_as_printed.intersection(identity.twins(alike))}
    has_evaluations = bool(new.evaluations or old.evaluations)
    zh_of, en_of = ("项目、自评", "projects and self-evaluations") if has_evaluations else ("项目", "projects")
    return (
        (
            twins and not both,
            twins,
            f"与库中 {other} 有同一单位、年度和名称的项目，而没有都写明单位在何地，无从判断是否同一个项目",
            f"has a project with the body, year and name of one in {other}, which is in the store. Not both tell where"
            " the body is, so nobody can tell if they are one project",
        ),
        (
            not funded and missing - both,
            both,
            f"与库中 {other} 只有部分{zh_of}相同（{len(both)}/{len(old.forms)}）",
            f"shares only {len(both)} of the {len(old.forms)} {en_of} of {other}, which is in the store",
        ),
        (
            funded or missing or not shared,
            funded or both,
            f"与库中 {other} 属于同一份申报，有的项目名称取自标题，无从判断是否两份都有",
            f"belongs to a filing of which {other} is in the store. The name of a project is taken from a heading,"
            " so nobody can tell if both files have it",
        ),
        (
            True,
            shared & set(new.partial) - set(old.partial),
            f"中有的项目只读出一部分，库中 {other} 全部读取，因此不予取代",
            f"was read only in part where {other}, which is in the store, was read whole, and therefore does not"
            " replace it",
        ),
    )


def _same(new: SourceRecord, old: SourceRecord) -> set[str]:
    """Return the IRIs of projects in both sources, and of evaluations that both state with equal figures."""
    both = new.forms.keys() & old.forms.keys()
    return {each for each in both if new.figures.get(each) == old.figures.get(each)}


def _money_under_borrowed_names(new: SourceRecord, old: SourceRecord) -> set[str]:
    """Return the projects of either source that have an amount under a borrowed name in a filing of both sources.

    The other source may state the same amount under the project's own name.
    """
    return {
        project
        for one, other in ((new, old), (old, new))
        for project, filing in one.unsure.items()
        if filing in other.filings
    }


def _labels(names: Mapping[str, str], projects: Iterable[str]) -> str:
    """Join the names of projects, in the order of their IRIs; `names` maps IRIs to names."""
    return "、".join(names[project] for project in sorted(projects))


@dataclass(frozen=True)
class Settled:
    """The outcome of `settle`.

    `refused` has the reason for each refused reading, by sha16. `replaced` maps the sha16 of a replaced source to the
    sha16 of its successor.
    """

    refused: Mapping[str, str]
    replaced: Mapping[str, str]


def settle(sources: Mapping[str, SourceRecord], offered: Mapping[str, SourceRecord]) -> Settled:
    """Decide which new readings to accept; `offered` has their records, `sources` all records, both by sha16.

    As a test, all live sources are added again one by one, with their new readings. At a conflict, the new reading
    concerned is refused and everything is tried again without it.
    """
    # Sources that were added at the same time are replayed in the order in which a batch adds files.
    live = [record for record in sources.values() if record.live]
    live.sort(key=lambda record: (record.added, record.file_name, record.sha256))
    refused: dict[str, str] = {}
    while True:
        replayed = _replayed(live, {sha16: offered[sha16] for sha16 in offered.keys() - refused.keys()}, refused.keys())
        if not replayed.refused:
            return Settled(refused, replayed.replaced)
        refused |= replayed.refused


def _replayed(arriving: list[SourceRecord], offered: Mapping[str, SourceRecord], kept: Set[str]) -> Settled:
    """Add sources one by one to an empty index; stop at the first refusal and return it, else return the replacements.

    `arriving` are the live records in the order of their addition, `offered` the new readings by sha16, and `kept` the
    sha16s of sources that a new reading may not replace.
    """
    live = Live()
    replaced: dict[str, str] = {}
    for former in arriving:
        record = offered.get(former.sha16, former)
        near = live.near(record)
        if record is former:
            refused = {each.sha16: _refusal(each, [record]) for each in near if each.sha16 in offered}
        else:
            others = objections_to(record, near).keys() | kept
            objecting = [each for each in near if each.sha16 in others]
            refused = {record.sha16: _refusal(record, objecting)} if objecting else {}
        if refused:
            return Settled(refused, {})
        for other in near if record is not former else ():
            live.remove(other)
            replaced[other.sha16] = record.sha16
        live.add(record)
    return Settled({}, replaced)


def _refusal(record: SourceRecord, others: list[SourceRecord]) -> str:
    """Return the reason why a new reading is refused, in Chinese and English: a line for each source in `others`.

    The reading shares projects with each of `others`, but may not replace that source.
    """
    sentences = []
    for other in others:
        shared = _same(record, other) | _money_under_borrowed_names(record, other)
        labels = _labels({**record.forms, **other.forms}, shared)
        sentences.append(
            f"按现行规则读出的项目与 {other.file_name} ({other.sha16}) 的项目相涉，但不能取代它：{labels}。"
            f" Read by the present rules, it has to do with projects of {other.file_name} ({other.sha16}) without"
            f" replacing it: {labels}."
        )
    return "\n".join(sentences)
