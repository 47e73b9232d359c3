"""Damage the files of a store in place, as a failing disk does."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jixiao.store import Store
from jixiao.store.maintenance.checking import check_store

PLACES = 10
CURRENT, OLD = "generations/000003", "generations/000001"
KINDS = (
    *("store.json", "current", "timeline.sqlite", "registry.ttl", "releases.json", "SHA256SUMS"),
    *("dataset.toml", "sources/*", "renditions/*", "ledgers/*", "refused/*"),
    *(f"{CURRENT}/{name}" for name in ("manifest.json", "statistics.json", "checksum.bin", "record.gz", "SHA256SUMS")),
    *(f"{CURRENT}/{name}" for name in ("changes.gz", "dumps.json", "dump.nq.gz", "dump.ttl.gz", "shapes-*.ttl")),
    *(f"{CURRENT}/index/*.sqlite", f"{CURRENT}/index/index.json"),
    *(f"{CURRENT}/graph/*.sst", f"{CURRENT}/graph/MANIFEST-*", f"{CURRENT}/graph/CURRENT"),
    *(f"{OLD}/manifest.json", f"{OLD}/statistics.json", f"{OLD}/record.gz", f"{OLD}/graph/*.sst"),
)
"""Patterns of the files of a store of three versions with dumps, a release, a decision and a refusal."""
REMEDIES = ("rebuild", "reread", "backup", "jixiao dumps", "registry apply", "deleted", "Bring the file back")


FAULTS = (*range(PLACES), "cut", "gone", "directory", "empty", "bytes", "type")
"""Faults of a file.

They are the tenth of it in which one bit is changed, or the file cut, gone, replaced by a directory, empty, of bytes
that are no text, or of JSON of another type.
"""


def harm(path: Path, fault: int | str) -> None:
    """Damage a file by one of FAULTS."""
    content = bytearray(path.read_bytes() or b"\0")
    if isinstance(fault, int):
        content[len(content) * fault // PLACES] ^= 1
        path.write_bytes(content)
        return
    path.unlink()
    if fault == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif fault == "directory":
        path.mkdir()
    elif fault == "empty":
        path.touch()
    elif fault == "bytes":
        path.write_bytes(b"\xff\xfe\0\x80" * 40)
    elif fault == "type":
        path.write_bytes(b"[1]" if content.startswith(b"{") else b'{"a": 1}')


@contextmanager
def damaged(made: Path, beside: Path, kind: str, fault: int | str) -> Iterator[tuple[Path, list[Path]]]:
    """Copy a store for a block, all files of one kind damaged; give the copy and these files."""
    store = shutil.copytree(made, beside)
    paths = sorted(store.glob(kind))
    assert paths, kind
    for path in paths:
        harm(path, fault)
    try:
        yield store, paths
    finally:
        shutil.rmtree(store)


def remedied(said: str, paths: list[Path]) -> bool:
    """Return whether a message names a damaged file, or its folder, and a remedy; a file edited by hand, the fault."""
    if "registry.ttl:" in said or "dataset.toml" in said:
        return True
    folders = {parent.name for path in paths for parent in (path, *path.parents[:2])}
    return any(name in said for name in folders) and any(each in said for each in REMEDIES)


def problems(store: Store, *sample: int) -> list[str]:
    """Open a store anew, and return what its check, or that of a sample, complains of."""
    found = check_store(Store.open(store.path), None, lambda _: None, *sample)
    return [problem.sentence.en for problem in found]
