"""The current generation as one RDF file: sorted N-Quads or TriG of the whole dataset, Turtle of the default graph."""

from __future__ import annotations

from typing import BinaryIO, Literal

from pyoxigraph import DefaultGraph, RdfFormat

from jixiao.ontology import terms
from jixiao.store import nquads
from jixiao.store.errors import StoreEmptyError
from jixiao.store.store import Store

ExportFormat = Literal["nq", "trig", "ttl"]


def export(store: Store, form: ExportFormat, output: BinaryIO) -> None:
    """Writes the dataset to `output`. The SHA-256 of `nq` is the manifest's checksum.

    Raises StoreEmptyError before the first commit, StoreUnusableError, and OSError of `output`.
    """
    generation = store.current()
    if generation is None:
        raise StoreEmptyError(
            f"库 {store.path} 中还没有数据；请先用 jixiao ingest 导入。"
            f" The store {store.path} holds nothing yet; ingest something first (jixiao ingest)."
        )
    if form == "nq":
        output.writelines(nquads.ordered(generation.graph))
    elif form == "trig":
        generation.graph.dump(output, RdfFormat.TRIG, prefixes=terms.PREFIXES)
    else:
        generation.graph.dump(output, RdfFormat.TURTLE, from_graph=DefaultGraph(), prefixes=terms.PREFIXES)
