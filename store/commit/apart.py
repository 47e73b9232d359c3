"""Tell apart the evaluations that several live sources state with other figures, so that nothing of them is mixed.

The source whose SHA-256 comes first keeps the IRI of the evaluation, so that the order in which files arrive has no
effect. In the others the IRI, and those of its results, get the source's number (identity.told_apart): in the graphs,
in the report and in the ledger. An evaluation that is alone again has its plain IRI again.
"""

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode, RdfFormat, Store, serialize

from jixiao.ontology import identity
from jixiao.ontology.identity import Iris
from jixiao.store.commit.replacement import Live
from jixiao.store.records import SourceRecord


def of_sources(live: Live, touched: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the sha16 of each live source that has a touched evaluation, with its evaluations to be told apart.

    `touched` are evaluations, as in Contents.
    """
    near = {record.sha16: record for each in touched for record in live.evaluating(each)}
    for sha16, record in sorted(near.items()):
        rivals = ((each, live.evaluating(each)) for each in sorted(record.evaluations))
        yield sha16, tuple(each for each, sources in rivals if sources[0].sha16 != sha16)


def renamed(content: bytes, record: SourceRecord) -> bytes:
    """Return N-Triples or a ledger of a source with the IRIs of its evaluations as `record.apart` has them."""
    if not record.evaluations:
        return content
    apart = {each.encode() for each in record.apart}
    names = b"|".join(re.escape(each.encode()) for each in sorted(record.evaluations))
    found = re.compile(rb"(%b)(?:-%b)?(?=[#>\"])" % (names, record.sha16.encode()))
    own = identity.told_apart("", record.sha16).encode()
    return found.sub(lambda match: match[1] + (own if match[1] in apart else b""), content)


def stated(graph: Store, iris: Iris, sha256: str) -> tuple[bytes, bytes]:
    """Return the triples of a source and of its report as a graph has them, as N-Triples."""
    source, report = (
        serialize(
            (quad.triple for quad in graph.quads_for_pattern(None, None, None, NamedNode(name))),
            format=RdfFormat.N_TRIPLES,
        )
        or b""
        for name in (iris.source_graph(sha256), iris.report_graph(sha256))
    )
    return source, report
