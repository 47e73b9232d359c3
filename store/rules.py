"""Decide which live sources a deposit replaces, by the projects that they share (design, section 5).

A deposit with all projects of a source replaces it; one with none is added beside it; one with some is refused. The
batch itself recognises a file that is live already.
"""

from __future__ import annotations

from collections.abc import Iterable

from jixiao.store.errors import OverlapError
from jixiao.store.records import Deposit, SourceRecord


def replaced_by(deposit: Deposit, sharing: Iterable[SourceRecord], replace: str | None) -> tuple[SourceRecord, ...]:
    """Return the sources that the deposit replaces, namely all in `sharing`, the live sources that share a project.

    `replace` is the sha16 of a source that may be replaced although the deposit lacks some of its projects. Raises
    OverlapError, which names both files, for any other partial overlap.
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
