"""Rebuild a damaged store: prepare the commit that makes everything anew, and deal with damage that it leaves.

Graph, index, lists and dumps follow from the kept originals and the registry. The timeline (with addresses, dates,
withdrawn sources and the log) and the manifests do not; they are made from the copies in versions (`record.gz`).
"""

from collections.abc import Iterable, Set
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import Store as Graph

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.store import errors, files, generations, refusals, sums
from jixiao.store.decisions.registry_file import Registry
from jixiao.store.records import Counts, LogEntry, Manifest, SourceRecord
from jixiao.store.timeline import SOURCE, Moment, Row, Sources, Timeline
from jixiao.store.versions import version_record

_COPIED = Bilingual(
    "已坏，由版本里的副本恢复，没有失去什么", "damaged; restored from copies in versions, nothing is lost"
)
_REFUSAL = Bilingual("已失：一份文件的退回记录", "lost: the record of a refused document")
_VERSION = Bilingual(
    "已坏，没有副本：该版本删去（发布过的留着，等从备份恢复）",
    "damaged, and there is no copy: the version is removed (a release stays, and waits for a backup)",
)
_RECORDS = Bilingual(
    "已坏，版本 {} 所记的（来源的网址、管理者的记录、撤回和被取代的来源）没有副本："
    "只留下读得出的，无从核对，可能有错；有备份的，先恢复备份",
    "damaged, and there is no copy of what versions {} recorded (addresses, the log, withdrawn and replaced sources):"
    " only what can be read is kept, and may be wrong, as nothing confirms it; if there is a backup, restore that",
)
_SHOWN = 20  # versions in a message
_RECORD, _ENTRY = TypeAdapter(SourceRecord), TypeAdapter(LogEntry)


def base(layout: files.Layout, timeline: Timeline, registry: Registry) -> generations.Generation | None:
    """Return the generation from which a rebuild starts: with the last one's sources, and an empty graph.

    Its decisions are those of the `registry`. A damaged timeline, or one that is not the store's, is first made anew
    from the copies in versions; for versions without a copy, from what can be read of the damaged one. None if there
    never was a generation. May raise OSError.
    """
    number = _last(layout)
    if not number:
        return None
    if not timeline.own(anew=True):
        lasting, lost = _copied(layout, number)
        if lost:
            originals = {path.name for path in layout.root.glob("sources/*")}
            lasting |= {row for row in _credible(timeline.legible(), originals) if row[2] in lost}
        timeline.renew(number, lasting)
    counts = Counts(0, sum(record.live for record in Sources(Moment(timeline, number)).values()), *(0,) * 6)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(number, f"{number:06}", registry.iris.base, now, "", counts, "", None)
    nowhere = layout.generation(f".{manifest.version}")  # no file of the last generation is read
    generation = generations.Generation(nowhere, manifest, timeline, Graph())
    vars(generation)["decisions"] = registry.decisions  # as the registry's graph would give them
    return generation


def mended(layout: files.Layout, timeline: Timeline) -> dict[Path, Bilingual]:
    """Return the damaged files that a rebuild cannot make from the originals, with words on what happens to each.

    May raise OSError.
    """
    number = _last(layout)
    told = dict.fromkeys(refusals.damaged(layout), _REFUSAL)
    for path in (each / version_record.MANIFEST for each in generations.numbered(layout)):
        if path.name in sums.read(path.parent) and not sums.listed(path):
            told[path] = _COPIED if replaceable(path) else _VERSION
    if not timeline.own(anew=True):
        _, lost = _copied(layout, number)
        numbers = ", ".join(map(str, lost[:_SHOWN])) + (" …" if len(lost) > _SHOWN else "")
        told[layout.timeline] = Bilingual(_RECORDS.zh.format(numbers), _RECORDS.en.format(numbers)) if lost else _COPIED
    return {path: Bilingual(*errors.remedy(path, becomes.zh, becomes.en)) for path, becomes in told.items()}


def replaceable(path: Path) -> bool:
    """Return whether a rebuild replaces a damaged file of an old version, by the file's name.

    Replaced are a list of checksums, a copy, and a manifest of which there is a copy.
    """
    known = {sums.NAME, version_record.COPY} | (
        {version_record.MANIFEST} if sums.listed(path.parent / version_record.COPY) else set()
    )
    return path.name in known and path.parent.exists()


def restore(layout: files.Layout, timeline: Timeline) -> str | None:
    """Make the newest generation that is whole the current one, and return its version; None if none is whole.

    May raise OSError.
    """
    for path in reversed(generations.numbered(layout)) if timeline.own() else ():
        if generations.graph_of(path).exists() and not version_record.differing(path):
            files.write(layout.current, generations.named(path.name))
            sums.update(layout.root, layout.current)
            return path.name
    return None


def discard_damaged(layout: files.Layout) -> None:
    """Remove the damaged files of versions, as far as they are not needed to read the others, and damaged refusals.

    Damaged manifests are restored from their copies; a version without such a copy is removed, unless it is a release.
    May raise OSError.
    """
    refusals.forget(layout, (path.stem for path in refusals.damaged(layout)))
    for path in generations.numbered(layout):
        damaged = version_record.differing(path)
        if path / sums.NAME in damaged:
            sums.record(path, None)
            damaged = version_record.differing(path)
        parts = {each.relative_to(path).parts[0] for each in damaged}
        if version_record.MANIFEST in parts and (copy := version_record.copy(path)) is not None:
            files.write(path / version_record.MANIFEST, copy.manifest.encode())
            parts.remove(version_record.MANIFEST)
        if version_record.MANIFEST in parts:
            if not any(path.glob(version_record.RELEASED)):
                files.remove(path)
            continue  # the manifest of a release has to come from a backup
        if parts & version_record.UNKEPT:
            version_record.thin(path)
        for name in parts - version_record.UNKEPT:
            files.remove(path / name)
            sums.update(path, path / name)


def _last(layout: files.Layout) -> int:
    """Return the number of the version that `current` names or, if that is damaged, of the last one; 0 without any.

    May raise OSError.
    """
    layout.generations.mkdir(exist_ok=True)
    try:
        return int(generations.current_version(layout) or 0)
    except errors.StoreUnusableError:
        return max((int(path.name) for path in generations.numbered(layout)), default=0)


def _copied(layout: files.Layout, number: int) -> tuple[set[Row], list[int]]:
    """Return the lasting rows in the copies of the versions up to `number`, and the numbers of versions without a copy.

    May raise OSError.
    """
    found: set[Row] = set()
    lost = []
    while number:
        copy = version_record.copy(layout.generation(f"{number:06}"))
        if copy is None:
            lost.append(number)
        else:
            found.update(copy.rows)
            number = copy.since
        number -= 1
    return found, lost


def _credible(lasting: Iterable[Row], originals: Set[str]) -> list[Row]:
    """Return those of the rows of a damaged timeline that may be the store's, though their texts may have changed.

    Records of sources whose originals are not here, by SHA-256, are another store's, and so is a log without a source.
    Rows before one that cannot be true are left out, too, lest a former state pass for the present one.
    """
    kept: dict[tuple[str, str], list[Row]] = {}
    for row in lasting:
        if _is_credible(row, originals):
            kept.setdefault(row[:2], []).append(row)
        else:
            kept.pop(row[:2], None)
    return [row for each in kept.values() for row in each] if any(kind == SOURCE for kind, _ in kept) else []


def _is_credible(row: Row, originals: Set[str]) -> bool:
    kind, key, _, value = row
    try:
        if kind != SOURCE:
            return isinstance(key, str) and _ENTRY.validate_json(value) is not None
        record = _RECORD.validate_json(value)
    except ValidationError:
        return False
    return record.sha16 == key and record.sha256 in originals
