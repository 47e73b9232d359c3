"""Write the dumps of a published version: N-Quads in order, and the default graph in Turtle.

Dumps need no writer's lock, but one of their own. They are written beside the generation and renamed into it; the list
of dumps comes last. A killed call therefore leaves a version without dumps, and the next call begins anew.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat, Triple, parse, serialize
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.store import files, lock
from jixiao.store.errors import VersionUnusableError
from jixiao.store.files import Layout
from jixiao.store.records import Dump, Manifest
from jixiao.store.versions import checksum, dumps, nquads, version_record
from jixiao.store.versions.checksum import Digests
from jixiao.store.versions.dumps import Packing
from jixiao.store.versions.version_record import VersionRecord

AT_ONCE = 1_000_000
"""Quads below which writers make the dumps before they return: some ten seconds of CPU, and half the commits' cost."""

_BLOCK = 4096  # lines
_SCRATCH = ".dumping-"


def make(layout: Layout, record: VersionRecord) -> tuple[Dump, ...]:
    """Write the dumps of a version unless it has them; return what there is, nothing if its graph is no longer kept.

    Waits while another process writes dumps. Raises VersionUnusableError if the graph is not what the manifest says,
    and OSError.
    """
    with lock.hold(layout.dumps_lock, wait=True, version=record.version):
        if record.dumps:
            return record.dumps
        for left in layout.generations.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left)
        graph = record.path / version_record.GRAPH
        scratch = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=layout.generations))
        try:
            _write(Graph.read_only(str(graph)), record, scratch)
        except (OSError, VersionUnusableError):
            if graph.is_dir():
                raise
            return ()  # a writer has meanwhile cleared the graph away
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return record.dumps


def _write(graph: Graph, record: VersionRecord, scratch: Path) -> None:
    digests = Digests()
    with (
        Packing(scratch / dumps.N_QUADS, RdfFormat.N_QUADS.media_type) as quads,
        Packing(scratch / dumps.TURTLE, RdfFormat.TURTLE.media_type) as turtle,
    ):
        merge = _merge(nquads.ordered(graph, scratch), quads, digests)
        # serialize() calls only write() and flush(), which Packing has.
        serialize(merge, cast(IO[bytes], turtle), RdfFormat.TURTLE, prefixes=terms.PREFIXES)
    _check(record.manifest, quads.content_sha256, digests)
    made = [quads.done(), turtle.done()]
    for dump in made:
        files.move(scratch / dump.name, record.path / dump.name)
    version_record.write_dumps(record.path, made)


def _merge(lines: Iterator[bytes], quads: Packing, digests: Digests) -> Iterator[Triple]:
    """Pass each line to the dump; yield the triples of the default graph in order."""
    while block := list(islice(lines, _BLOCK)):
        quads.write(b"".join(block))
        ours = []
        for line in block:
            if nquads.is_default(line.split(b" ", 2)[2]):
                ours.append(line)
            else:
                digests.add(line)
        yield from (quad.triple for quad in parse(b"".join(ours), RdfFormat.N_TRIPLES))


def _check(manifest: Manifest, content_sha256: str, digests: Digests) -> None:
    """Raise VersionUnusableError unless the dumped lines have the version's checksum."""
    of_graphs = manifest.checksum.startswith(checksum.PREFIX)
    found = digests.set_hash().checksum if of_graphs else f"sha256:{content_sha256}"
    if found != manifest.checksum:
        raise VersionUnusableError(
            f"版本 {manifest.version} 的数据与其校验和不符：应为 {manifest.checksum}，实为 {found}；没有写出导出文件。"
            f" The data of version {manifest.version} do not have its checksum: {manifest.checksum} is expected,"
            f" {found} was found; no dumps were written."
        )
