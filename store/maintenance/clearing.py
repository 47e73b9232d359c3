"""Remove the unneeded data of a store: leftovers of killed writers, files of no source, and free pages of SQLite."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from jixiao.store import errors, files, lock
from jixiao.store.store import Store
from jixiao.store.timeline import Timeline
from jixiao.store.versions import dumping


def clear_store(store: Store) -> tuple[list[str], int]:
    """Remove unneeded files from a store; return their paths in its directory, and the number of bytes freed.

    Raises StoreLockedError, and StoreUnusableError if the disk fails.

    The store is locked for writing meanwhile; opening the writer already removes unpublished generations and graphs of
    old ones.
    """
    layout = files.Layout(store.path)
    with store.writing(), files.writable(layout), ExitStack() as held:
        removed = list(_unneeded(store, layout))
        with suppress(errors.StoreLockedError):  # dumps are being written
            held.enter_context(lock.hold(layout.dumps_lock))
            removed += dumping.abandoned(layout)
        before = _size([*removed, layout.timeline])
        for path in removed:
            files.remove(path)
        if layout.timeline.exists():  # nothing is stored before the first commit
            Timeline(layout.timeline).pack()
    return sorted(str(path.relative_to(store.path)) for path in removed), before - _size([layout.timeline])


def _unneeded(store: Store, layout: files.Layout) -> Iterator[Path]:
    """Yield the paths of uncommitted readings, half-written files, and files of no source or of superseded readings."""
    yield from (path for path in (layout.root / "waiting",) if path.exists())
    generation = store.current()
    records = () if generation is None else generation.sources.values()
    kept = {layout.recognition(path.stem) for path in layout.refused.glob("*.json")}
    for record in records:
        kept |= {layout.source(record.sha256), layout.recognition(record.sha256)}
        kept |= {layout.rendition(record.sha256, record.revision), layout.ledger(record.sha256, record.revision)}
    for folder in ("sources", "renditions", "ledgers", "recognitions"):
        yield from (path for path in (layout.root / folder).glob("*") if path not in kept)
    yield from layout.root.glob(".*.new")


def _size(paths: Iterable[Path]) -> int:
    """Return the total number of bytes of files, and of all files in directories."""
    files = (each for path in paths for each in (path.rglob("*") if path.is_dir() else [path]))
    return sum(each.stat().st_size for each in files if each.is_file())
