"""Settle which new readings of live sources stand together, as if all sources arrived once more in their order.

A new reading may replace other sources by the rules. One that the rules refuse gives way to the former reading of its
source, and so does one that is in the way of a former reading; former readings never conflict with each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from jixiao.store.commit import replacement
from jixiao.store.records import SourceRecord


@dataclass(frozen=True)
class Settled:
    """The outcome: the reasons for which readings were refused, and the successors of replaced sources, by sha16."""

    refused: Mapping[str, str]
    replaced: Mapping[str, str]


def settle(sources: Mapping[str, SourceRecord], anew: Mapping[str, SourceRecord]) -> Settled:
    """Settle the records `anew` of live ones among `sources`, both by sha16."""
    # Sources of one moment come in the order in which the files of one batch do.
    arriving = (record for record in sources.values() if record.live)
    live = sorted(arriving, key=lambda record: (record.added, record.file_name, record.sha256))
    refused: dict[str, str] = {}
    while True:
        found = _replayed(live, {sha16: anew[sha16] for sha16 in anew.keys() - refused.keys()}, refused.keys())
        if not found.refused:
            return Settled(refused, found.replaced)
        refused |= found.refused


def _replayed(arriving: list[SourceRecord], anew: Mapping[str, SourceRecord], kept: Set[str]) -> Settled:
    """Let the sources arrive one after the other, up to the first that must give way; those `kept` never do."""
    live = replacement.Live()
    replaced: dict[str, str] = {}
    for former in arriving:
        record = anew.get(former.sha16, former)
        near = live.near(record)
        if record is former:
            refused = {each.sha16: _refusal(each, [record]) for each in near if each.sha16 in anew}
        else:
            others = replacement.objections_to(record, near).keys() | kept
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
        for labels in ["、".join(replacement.in_common(record, each))]
    )
