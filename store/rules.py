"""Which live sources a deposit takes the place of (design, section 5): a pure decision on sets of projects.

The same file: no work (the batch sees to that). All of a source's projects: replaces it. None: stands beside it.
Some: refused.
"""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.store.errors import OverlapError
from jixiao.store.records import Deposit, SourceRecord


def replaced_by(deposit: Deposit, sharing: Iterable[SourceRecord], replace: str | None) -> tuple[SourceRecord, ...]:
    """Returns those of `sharing`, the live sources with a project in common, that the deposit replaces: all or error.

    `replace` is the sha16 of a source that may be replaced though the deposit has not all of its projects.
    Raises OverlapError, naming both files, for any other partial overlap.
    """
    replaced = tuple(sorted(sharing, key=lambda record: record.sha256))
    partial = [
        record
        for record in replaced
        if record.sha16 != replace and not record.projects.keys() <= deposit.projects.keys()
    ]
    if partial:
        raise OverlapError("\n".join(_overlap(deposit, record) for record in partial))
    return replaced


def _overlap(deposit: Deposit, record: SourceRecord) -> str:
    shared = sorted(record.projects.keys() & deposit.projects.keys())
    labels = "、".join(record.projects[project] for project in shared)
    new = f"{deposit.file_name} ({deposit.sha16})"
    old = f"{record.file_name} ({record.sha16})"
    return (
        f"{new} 与库中 {old} 只有部分项目相同（{len(shared)}/{len(record.projects)}）：{labels}。"
        f"如确应取代，请加 --replace {record.sha16}。"
        f" {new} shares only {len(shared)} of the {len(record.projects)} projects of {old}, which is in the store:"
        f" {labels}. If it should take its place, say --replace {record.sha16}."
    )
