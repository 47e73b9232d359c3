"""Which properties a query cannot do without: one that a document lacks altogether need not be asked of it.

Parsing a query costs Oxigraph more than answering it on one document, and cannot be done once for many. SPARQL text
goes in; the predicates that some triple must have for there to be any row come out (SPARQL 1.1, section 18.2).
"""

from collections.abc import Iterator, Mapping

from rdflib import URIRef
from rdflib.paths import AlternativePath, InvPath, Path, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue


def predicates(select: str, namespaces: Mapping[str, str]) -> frozenset[str]:
    """The IRIs without any of which the query has no row; perhaps fewer than there are."""
    return frozenset(str(each) for each in _needed(prepareQuery(select, initNs=dict(namespaces)).algebra))


def _needed(part: CompValue) -> Iterator[URIRef]:
    match part.name:
        case "BGP":
            for _subject, predicate, _value in part.triples:
                yield from _of_path(predicate)
        case "Join":
            yield from _needed(part.p1)
            yield from _needed(part.p2)
        case "LeftJoin" | "Minus":
            yield from _needed(part.p1)
        case "Union":
            yield from set(_needed(part.p1)) & set(_needed(part.p2))
        case "AggregateJoin" if not _grouped(part):
            return  # without GROUP BY there is a row even of nothing
        case (
            "Filter"
            | "Extend"
            | "Project"
            | "Distinct"
            | "Reduced"
            | "OrderBy"
            | "Slice"
            | "ToMultiSet"
            | "Group"
            | "AggregateJoin"
            | "SelectQuery"
        ):
            yield from _needed(part.p)


def _grouped(part: CompValue) -> bool:
    return part.p.name == "Group" and bool(part.p.expr)


def _of_path(predicate: object) -> Iterator[URIRef]:
    match predicate:
        case URIRef():
            yield predicate
        case InvPath():
            yield from _of_path(predicate.arg)
        case SequencePath():
            for each in predicate.args:
                yield from _of_path(each)
        case AlternativePath():
            sets = [set(_of_path(each)) for each in predicate.args]
            yield from set.intersection(*sets)
        case Path():
            return
