"""Write, keep and drop the dumps of published versions: N-Quads in order, and the default graph in Turtle.

A child process of low priority writes dumps, one version at a time, under a lock of their own instead of the writer's.
Dumps are written beside the generation and renamed into it; the list of dumps comes last. A killed process therefore
leaves a version without dumps, and the next one begins anew.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, Store, Triple, parse, serialize

from jixiao.ontology import terms
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits
from jixiao.store import files, lock, records, sums
from jixiao.store.errors import (
    StoreLockedError,
    StoreUnusableError,
    VersionMissingError,
    VersionUnusableError,
    no_longer_kept,
)
from jixiao.store.timeline import Timeline
from jixiao.store.versions import nquads, version_record

_PROGRAM = "jixiao.store.versions.dumping:main"
_SCRATCH = ".dumping-"
# A user namespace, which takes the network away, would also take root's right to write into other users' stores.
LIMITS = Limits(nice=19, network=True)


def make(layout: files.Layout, record: version_record.VersionRecord) -> tuple[records.Dump, ...]:
    """Return the dumps of a version, after having a child process write them if it has none.

    There are none if the version's graph is no longer kept. Waits while another process writes dumps. Raises
    VersionUnusableError if the graph does not have the version's checksum, and OSError.
    """
    if not record.has_dumps():
        try:
            with closing(Child(_PROGRAM, str(layout.root), record.version, limits=LIMITS)) as child:
                child.receive()
        except EndedError as error:
            kind, _, words = str(error).partition(": ")
            raise (VersionUnusableError if kind == VersionUnusableError.__name__ else OSError)(words or kind) from None
    return (record.dumped or ()) if record.has_dumps() else ()


def main(channel: Channel, root: str, version: str) -> None:
    """Write the dumps of a version in this child process, then send an empty message. Raises as `write`."""
    write(files.Layout(Path(root)), version)
    channel.send(b"")


def write(layout: files.Layout, version: str) -> None:
    """Write the dumps of a version unless it has them or its graph is no longer kept.

    Waits while another process writes dumps. Raises VersionUnusableError if the graph does not have the version's
    checksum, and OSError.
    """
    with lock.hold(layout.dumps_lock, wait=True, version=version):
        record = version_record.read(layout.generation(version), Timeline(layout.timeline))
        for left in abandoned(layout):
            shutil.rmtree(left)
        if record is None or record.has_dumps():
            return
        with tempfile.TemporaryDirectory(
            prefix=_SCRATCH, dir=layout.generations, ignore_cleanup_errors=True
        ) as scratch:
            if (graph := _checkpoint(record, Path(scratch))) is not None:
                _write(graph, record, Path(scratch))


def _checkpoint(record: version_record.VersionRecord, scratch: Path) -> Store | None:
    """Open a hard-linked copy of a version's graph, which no commit can remove; None if the graph is gone."""
    try:
        Store.read_only(str(record.path / version_record.GRAPH)).backup(str(scratch / version_record.GRAPH))
    except OSError:
        if (record.path / version_record.GRAPH).is_dir():
            raise
        return None
    return Store.read_only(str(scratch / version_record.GRAPH))


def release(
    layout: files.Layout, record: version_record.VersionRecord, name: str | None, beside: Mapping[str, bytes]
) -> None:
    """Write the dumps of a version unless it has them, and list the version as a release.

    `beside` has the content of further files of the release, by names that match RELEASED. A version that is a release
    already keeps its date, its files and, unless another is given, its name. Raises VersionMissingError if its dumps
    are not kept and cannot be made, the errors of `make`, and StoreUnusableError.
    """
    while make(layout, record):
        with lock.hold(layout.dumps_lock, wait=True, version=record.version):
            if not record.dumps:
                continue  # a writer has just removed the dumps, as the version was not listed as a release yet
            known = version_record.read_releases(layout.releases, listed=True)
            former = known.get(record.version) or version_record.Release(
                datetime.now(UTC).isoformat(timespec="seconds")
            )
            listed = version_record.Release(former.released, name or former.name, former.files or tuple(sorted(beside)))
            # First, since files of a release that is not listed are damage.
            version_record.write_releases(layout.releases, {**known, record.version: listed})
            for lacking in (each for each in listed.files if each in beside and not (record.path / each).exists()):
                files.write(record.path / lacking, beside[lacking])
            sums.update(record.path, *(record.path / each for each in listed.files))
            os.utime(record.path)  # the version's description has changed, see VersionRecord.changed
            return
    raise no_longer_kept(record.version)


def unlist(layout: files.Layout, record: version_record.VersionRecord) -> None:
    """Take a version off the list of releases.

    Raises VersionMissingError if the version is not on the list, StoreUnusableError, and OSError.
    """
    with lock.hold(layout.dumps_lock, wait=True, version=record.version):
        known = version_record.read_releases(layout.releases, listed=True)
        if record.version not in known:
            raise VersionMissingError(f"版本 {record.version} 没有发布过。 Version {record.version} is no release.")
        for name in known[record.version].files:
            (record.path / name).unlink(missing_ok=True)
            sums.update(record.path, record.path / name)
        others = {name: each for name, each in known.items() if name != record.version}
        version_record.write_releases(layout.releases, others)
        os.utime(record.path)


def drop(layout: files.Layout, paths: Iterable[Path]) -> None:
    """Remove the dumps in the directories of versions, except releases; their records stay. May raise OSError.

    Nothing is removed while dumps are written, or if the list of releases cannot be read; the next writer tries again.
    """
    with suppress(StoreLockedError, StoreUnusableError), lock.hold(layout.dumps_lock):
        kept = version_record.read_releases(layout.releases)
        for path in paths:
            for dump in () if path.name in kept else path.glob("dump.*.gz"):
                dump.unlink()


def abandoned(layout: files.Layout) -> list[Path]:
    """Return the scratch directories of writers of dumps; all were killed if the caller holds the lock of dumps."""
    return list(layout.generations.glob(f"{_SCRATCH}*"))


def _write(graph: Store, record: version_record.VersionRecord, scratch: Path) -> None:
    """Write the dumps of a graph below `scratch` and move them into the directory of the version. May raise OSError."""
    digests = nquads.Digests()
    with (
        nquads.Packing(scratch / nquads.N_QUADS, RdfFormat.N_QUADS.media_type) as quads,
        nquads.Packing(scratch / nquads.TURTLE, RdfFormat.TURTLE.media_type) as turtle,
    ):
        triples = _merge(nquads.ordered(graph, scratch), quads, digests)
        serialize(triples, cast(IO[bytes], turtle), RdfFormat.TURTLE, prefixes=terms.PREFIXES)
    _check(record.manifest, quads.content.hexdigest(), digests)
    made = [quads.done(), turtle.done()]
    files.move_all([(scratch / dump.name, record.path / dump.name) for dump in made])
    version_record.write(record.path / version_record.DUMPS, made)
    sums.update(record.path, *(record.path / name for name in (version_record.DUMPS, *nquads.NAMES)))


def _merge(lines: Iterator[bytes], quads: nquads.Packing, digests: nquads.Digests) -> Iterator[Triple]:
    """Yield the triples of the default graph in order, from the sorted lines of all graphs.

    All lines are written to the dump `quads`; those of named graphs are added to `digests`.
    """
    for block in nquads.blocks(lines):
        quads.write(b"".join(block))
        ours = []
        for line in block:
            if nquads.is_default(line.split(b" ", 2)[2]):
                ours.append(line)
            else:
                digests.add(line)
        yield from (quad.triple for quad in parse(b"".join(ours), RdfFormat.N_TRIPLES))


def _check(manifest: records.Manifest, content_sha256: str, digests: nquads.Digests) -> None:
    """Raise VersionUnusableError unless the dumped lines have the version's checksum."""
    of_graphs = manifest.checksum.startswith(nquads.CHECKSUM_PREFIX)
    actual = digests.set_hash().checksum if of_graphs else f"sha256:{content_sha256}"
    if actual != manifest.checksum:
        raise VersionUnusableError(
            f"版本 {manifest.version} 的数据与其校验和不符：应为 {manifest.checksum}，实为 {actual}；没有写出导出文件。"
            f" The data of version {manifest.version} do not have its checksum: {manifest.checksum} is expected,"
            f" {actual} was found; no dumps were written."
        )
