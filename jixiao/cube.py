"""State all money of a store, the rows of the view `money`, as an RDF Data Cube, for `jixiao export --profile cube`.

Some columns of the view are components of the cube: a dimension (an IRI or a year), the measure or an attribute.
cube.ttl states the structure of the cube.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import reference, terms, turtle
from jixiao.ontology.text import decimals
from jixiao.server.views.answers import Column, Row, Value
from jixiao.server.views.view_files import View
from jixiao.viewing import Viewing

PREFIXES = {
    **terms.PREFIXES,
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
}
_COMPONENTS = {
    "departmentIri": "jx:ofBody",
    "placeIri": "sdmx-dimension:refArea",
    "year": "sdmx-dimension:refPeriod",
    "fundIri": "jx:ofFund",
    "periodIri": "jx:forPeriod",
    "phaseIri": "jx:inPhase",
    "projects": "jx:countedProjects",
    "partial": "jx:countedPartly",
    "amount": "jx:sumOfMoney",
}
"""The components of the cube by the view's columns."""
_CODE_LISTS = {"departmentIri": "bodies", "placeIri": "places", "year": "years"}
"""The code lists of cube.ttl that are filled with what occurs in a column; the ontology has those of other columns."""
_TYPE, _LABEL, _DATA = NamedNode(terms.RDF_type), NamedNode(terms.RDFS_label), NamedNode(terms.QB_dataSet)
_NOTATION = NamedNode(terms.SKOS_notation)


def triples(viewing: Viewing) -> Iterator[Triple]:
    """Yield the structure of the cube, an observation for each row of the view, and the names of its codes.

    Each observation is named after the values of its dimensions. A row whose amounts may not be added has none.
    """
    view = viewing.views["money"]
    here = f"{view.base_iri}views/{view.name}"
    yield from _structure(here)
    columns = [column for column in view.columns if column.name in _COMPONENTS]
    for row in viewing.every(view.name):
        if row["amount"] is None:  # amounts of a year beside those of whole terms: files leave the cell blank
            continue
        values = [(column, _term(column, row[column.name], here)) for column in columns]
        dimensions = (_local(term) for column, term in values if column.type in ("iri", "year"))
        node = NamedNode(f"{here}#{'-'.join(dimensions)}")
        yield Triple(node, _TYPE, NamedNode(terms.QB_Observation))
        yield Triple(node, _DATA, NamedNode(f"{here}#cube"))
        for column, term in values:
            yield Triple(node, _named(_COMPONENTS[column.name]), term)
            if column.name in _CODE_LISTS and isinstance(term, NamedNode):
                yield Triple(term, _TYPE, NamedNode(terms.SKOS_Concept))
                yield Triple(term, NamedNode(terms.SKOS_inScheme), NamedNode(f"{here}#{_CODE_LISTS[column.name]}"))
        yield from _names(view, row)
        if row["year"] is not None:
            yield from _name_of_year(f"{row['year']:04}", here)


def _local(term: NamedNode | Literal) -> str:
    return term.value.rpartition("/")[2].rpartition("#")[2]


def _names(view: View, row: Row) -> Iterator[Triple]:
    """Yield an rdfs:label for each thing of a row to which a column of text links."""
    for column in view.columns:
        if column.link and column.type == "text" and row[column.name] is not None:
            yield Triple(NamedNode(str(row[column.link])), _LABEL, Literal(str(row[column.name]), language="zh"))


def _name_of_year(year: str, here: str) -> Iterator[Triple]:
    """Yield the name of a year, which is a concept since code lists have no literals, and the year as a literal."""
    yield Triple(_year(year, here), _LABEL, Literal(year))
    yield Triple(_year(year, here), _NOTATION, Literal(year, datatype=NamedNode(terms.XSD_gYear)))


def _year(year: str, here: str) -> NamedNode:
    return NamedNode(f"{here}#{year}")


def _term(column: Column, value: Value, here: str) -> NamedNode | Literal:
    """Return a column's value as the term of a cube's component; a dimension without a value has the node #unread.

    Measures always have a value, since a row of the view stands for amounts that are stated.
    """
    match column.type:
        case "year" if value is not None:
            return _year(f"{value:04}", here)
        case "yuan" | "decimal":
            return Literal(decimals.digits(Decimal(value or 0)), datatype=NamedNode(terms.XSD_decimal))
        case "integer" | "line":
            return Literal(int(value or 0))
        case "iri" if value is not None:
            return NamedNode(str(value))
    return NamedNode(f"{here}#unread") if value is None else Literal(str(value))


def _named(component: str) -> NamedNode:
    prefix, _, local = component.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


def _structure(here: str) -> Sequence[Triple]:
    """Return the structure of the cube, with the definitions of its own components and of their codes."""
    text = files("jixiao").joinpath("cube.ttl").read_bytes()
    stated = [quad.triple for quad in parse(text, format=RdfFormat.TURTLE, base_iri=here)]
    facts = reference.facts()
    own = [triple.object for triple in stated if isinstance(triple.object, NamedNode) and facts.about(triple.object)]
    lists = {each for node in own for each in facts.values(node, terms.QB_codeList)}
    codes = [node for node in facts if lists & {*facts.values(node, terms.SKOS_inScheme)}]
    defined = (
        Triple(node, NamedNode(predicate), value)
        for node in (*own, *lists, *codes)
        if isinstance(node, NamedNode)
        for predicate, value in facts.pairs(node)
    )
    return turtle.ordered((*stated, *defined), (f"{here}#cube",))
