"""Export a version as one RDF file: sorted N-Quads or TriG of the whole dataset, or Turtle of the default graph."""

from collections.abc import Iterator
from typing import BinaryIO, Literal

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse, serialize

from jixiao.ontology import terms
from jixiao.store.errors import StoreEmptyError
from jixiao.store.store import Store
from jixiao.store.versions import nquads
from jixiao.store.versions.version_record import VersionRecord

ExportFormat = Literal["nq", "trig", "ttl"]


def export(store: Store, form: ExportFormat, output: BinaryIO, version: str | None = None) -> None:
    """Write a version of the dataset to `output`; `version` is its name, by default the current one.

    Raises StoreEmptyError before the first commit, VersionMissingError, StoreUnusableError, and OSError of `output`.
    """
    generation = store.current()
    if generation is None:
        raise StoreEmptyError(
            f"库 {store.path} 中还没有数据；请先用 jixiao ingest 导入。"
            f" The store {store.path} holds nothing yet; ingest something first (jixiao ingest)."
        )
    if version is not None and (record := store.find(version)).number != generation.number:
        _export_old(record, form, output)
    elif form == "nq":
        output.writelines(nquads.ordered(generation.graph))
    elif form == "trig":
        generation.graph.dump(output, RdfFormat.TRIG, prefixes=terms.PREFIXES)
    else:
        generation.graph.dump(output, RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=terms.PREFIXES)


def _export_old(record: VersionRecord, form: ExportFormat, output: BinaryIO) -> None:
    """Write an earlier version from the sorted lines of its dump, in the same order in every format."""
    lines = record.lines()
    if form == "nq":
        output.writelines(lines)
    elif form == "trig":
        serialize(_quads(lines), output, RdfFormat.TRIG, prefixes=terms.PREFIXES)
    else:
        merge = (quad.triple for quad in _quads(lines) if quad.graph_name == DefaultGraph())
        serialize(merge, output, RdfFormat.TURTLE, prefixes=terms.PREFIXES)


def _quads(lines: Iterator[bytes]) -> Iterator[Quad]:
    for block in nquads.blocks(lines):
        yield from parse(b"".join(block), RdfFormat.N_QUADS)
