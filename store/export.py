"""Export a version as one RDF file: sorted N-Quads or TriG of the whole dataset, or Turtle of the default graph.

The Turtle may be aligned, that is, state everything in the terms of other vocabularies as well.
"""

from typing import BinaryIO, Literal

from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

from jixiao.ontology import alignment, terms
from jixiao.store.store import Store
from jixiao.store.versions import nquads

ExportFormat = Literal["nq", "trig", "ttl"]


def export(
    store: Store, form: ExportFormat, output: BinaryIO, version: str | None = None, *, aligned: bool = False
) -> None:
    """Write a version of the dataset to `output`; `version` is its name, by default the current one.

    If `aligned`, the form is Turtle, with the terms of alignment.py. Raises StoreEmptyError before the first commit,
    VersionMissingError, StoreUnusableError, and OSError of `output`.
    """
    generation = store.present()
    record = generation if version is None else store.find(version)
    if form == "nq":
        output.writelines(record.lines())
        return
    syntax, part = (RdfFormat.TRIG, None) if form == "trig" else (RdfFormat.TURTLE, DefaultGraph())
    current = record.number == generation.number
    if current and not aligned:
        generation.graph.dump(output, syntax, from_graph=part, prefixes=terms.PREFIXES)
        return
    quads = (
        generation.graph.quads_for_pattern(None, None, None, part)
        if current
        # The sorted lines of the dump of an earlier version give the same order in every format.
        else (quad for block in nquads.blocks(record.lines()) for quad in parse(b"".join(block), RdfFormat.N_QUADS))
    )
    merged = (quad.triple for quad in quads if quad.graph_name == part)
    of_default = alignment.aligned(merged) if aligned else merged
    serialize(quads if part is None else of_default, output, syntax, prefixes=terms.PREFIXES)
