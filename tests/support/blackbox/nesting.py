"""Queries that nest or chain a construct to a given depth, on which many engines recurse."""

from collections.abc import Callable
from functools import partial

PATTERN = "?s ?p ?o"
Maker = Callable[[int], str]


def _wrapped(before: str, opening: str, heart: str, closing: str, after: str, n: int) -> str:  # noqa: PLR0917
    return before + opening * n + heart + closing * n + after


def _chained(before: str, link: str, after: str, n: int) -> str:
    return before + link * n + after


def _numbered(before: str, link: str, after: str, n: int) -> str:
    """Chain links in which `#` stands for the link's number and `@` for the next number."""
    return before + "".join(link.replace("#", str(i)).replace("@", str(i + 1)) for i in range(n)) + after


def _where(opening: str, closing: str, heart: str = PATTERN) -> Maker:
    return partial(_wrapped, "SELECT * { ", opening, heart, closing, " } LIMIT 1")


def _expression(opening: str, closing: str, heart: str = "1") -> Maker:
    return partial(_wrapped, "SELECT (", opening, heart, closing, " AS ?x) {}")


def _flat(first: str, link: str) -> Maker:
    return partial(_chained, f"SELECT ({first}", link, " AS ?x) {}")


NESTED: dict[str, Maker] = {
    "parentheses": _expression("(", ")"),
    "IF": _expression("IF(true, ", ", 1)"),
    "IF in its condition": _expression("IF(", ", true, false)", "true"),
    "COALESCE": _expression("COALESCE(", ")"),
    "CONCAT": _expression("CONCAT(", ', "a")', '"a"'),
    "functions": _expression("STR(", ")", '"a"'),
    "REPLACE": _expression("REPLACE(", ', "a", "a")', '"a"'),
    "NOT": _expression("!", "", "true"),
    "NOT and parentheses": _expression("!(", ")", "true"),
    "unary minus": _expression("-", "", "1"),
    "unary minus and parentheses": _expression("-(", ")", "1"),
    "IN": _expression("(1 IN (", "))", "1"),
    "aggregates": partial(_wrapped, "SELECT (", "SUM(", "1", ")", " AS ?x) {}"),
    "groups": _where("{ ", " }"),
    "OPTIONAL": _where("OPTIONAL { ", " }"),
    "OPTIONAL after a pattern": _where("?s ?p ?o OPTIONAL { ", " }"),
    "MINUS": _where("?s ?p ?o MINUS { ", " }"),
    "FILTER EXISTS": _where("FILTER EXISTS { ", " }"),
    "FILTER NOT EXISTS": _where("?s ?p ?o FILTER NOT EXISTS { ", " }"),
    "UNION on its left": _where("{ ", " } UNION { ?s ?p ?o }"),
    "UNION on its right": _where("{ ?s ?p ?o } UNION { ", " }"),
    "GRAPH": _where("GRAPH ?g { ", " }"),
    "sub-selects": _where("{ SELECT * { ", " } }"),
    "sub-selects with columns": _where("{ SELECT ?s { ", " } }"),
    "FILTER in parentheses": _where("FILTER ", "", "(true) " + PATTERN),
    "collections": partial(_wrapped, "SELECT * { ", "( ", "1", " )", " ?p ?o } LIMIT 1"),
    "blank node lists": partial(_wrapped, "SELECT * { ", "[ ?p ", "1", " ]", " } LIMIT 1"),
    "blank node lists as subjects": partial(_wrapped, "SELECT * { ", "[ <x:p> ", "[]", " ]", " ?p ?o } LIMIT 1"),
    "triple terms": partial(_wrapped, "SELECT * { ?s ?p ", "<<( ?s ?p ", "?o", " )>>", " } LIMIT 1"),
    "reified triples": partial(_wrapped, "SELECT * { ", "<< ", "?s", " ?p ?o >>", " ?p ?o } LIMIT 1"),
    "annotations": partial(_wrapped, "SELECT * { ?s ?p ?o ", "{| ?p ?o ", "", "|}", " } LIMIT 1"),
    "triple terms in expressions": _expression("TRIPLE(<x:s>, <x:p>, ", ")"),
    "paths in parentheses": partial(_wrapped, "SELECT * { ?s ", "(", "<x:p>", ")", " ?o } LIMIT 1"),
    "paths repeated": partial(_wrapped, "SELECT * { ?s ", "(", "<x:p>", ")*", " ?o } LIMIT 1"),
    "paths turned": partial(_wrapped, "SELECT * { ?s ", "^(", "<x:p>", ")", " ?o } LIMIT 1"),
    "paths chosen": partial(_wrapped, "SELECT * { ?s ", "(<x:q>|", "<x:p>", ")", " ?o } LIMIT 1"),
    "CONSTRUCT of collections": partial(_wrapped, "CONSTRUCT { <x:s> <x:p> ", "( ", "1", " )", " } {}"),
    "brackets that never close": partial(_wrapped, "SELECT * { ", "{ ", "", "", ""),
    "parentheses that never close": partial(_wrapped, "SELECT ", "(", "", "", ""),
    "brackets that never opened": partial(_wrapped, "SELECT * ", "", "", " }", ""),
}
CHAINED: dict[str, Maker] = {
    "UNION": partial(_chained, "SELECT * { {}", " UNION {}", " }"),
    "OPTIONAL in a row": partial(_chained, "SELECT * { ", "OPTIONAL { <x:s> <x:p> <x:o> } ", "}"),
    "MINUS in a row": partial(_chained, "SELECT * { ", "MINUS { <x:s> <x:p> <x:o> } ", "}"),
    "FILTER in a row": partial(_chained, "SELECT * { ", "FILTER(true) ", "}"),
    "FILTER EXISTS in a row": partial(_chained, "SELECT * { ", "FILTER EXISTS {} ", "}"),
    "groups in a row": partial(_chained, "SELECT * { ", "{} ", "}"),
    "sub-selects in a row": partial(_chained, "SELECT * { ", "{ SELECT * {} } ", "}"),
    "GRAPH in a row": partial(_chained, "SELECT * { ", "GRAPH <x:g> {} ", "}"),
    "VALUES in a row": partial(_chained, "SELECT * { ", "VALUES ?x { 1 } ", "}"),
    "BIND in a row": partial(_numbered, "SELECT * { ", "BIND(1 AS ?x#) ", "}"),
    "BIND, each of the one before": partial(_numbered, "SELECT * { BIND(1 AS ?x0) ", "BIND(?x# + 1 AS ?x@) ", "}"),
    "AS, each of the one before": partial(_numbered, "SELECT (1 AS ?x0) ", "(?x# AS ?x@) ", "{}"),
    "columns": partial(_numbered, "SELECT ", "?x# ", "{}"),
    "plus": _flat("1", " + 1"),
    "minus": _flat("1", " - 1"),
    "times": _flat("1", " * 1"),
    "divided": _flat("1", " / 1"),
    "numbers with signs": _flat("1", "+1"),
    "and": _flat("true", " && true"),
    "or": _flat("false", " || false"),
    "equal": _flat("true", " = true"),
    "IN a long list": partial(_chained, "SELECT * { FILTER(1 IN (0", ", 1", ")) }"),
    "CONCAT of many": partial(_chained, 'SELECT (CONCAT("a"', ', "a"', ") AS ?x) {}"),
    "COALESCE of many": partial(_chained, "SELECT (COALESCE(1", ", 1", ") AS ?x) {}"),
    "VALUES of many": partial(_chained, "SELECT * { VALUES ?x { ", "1 ", "} }"),
    "triples of one subject": partial(_chained, "SELECT * { ?s ?p ?o ", "; ?p ?o ", "} LIMIT 1"),
    "objects of one subject": partial(_chained, "SELECT * { ?s ?p ?o ", ", ?o ", "} LIMIT 1"),
    "triples": partial(_numbered, "SELECT * { ", "<x:s> <x:p#> <x:o> . ", "} LIMIT 1"),
    "a star of variables": partial(_numbered, "SELECT * { ", "?s ?p# ?o# . ", "} LIMIT 1"),
    "a chain of variables": partial(_numbered, "SELECT * { ", "?s# ?p ?s@ . ", "} LIMIT 1"),
    "one collection": partial(_chained, "SELECT * { (", " 1", " ) ?p ?o } LIMIT 1"),
    "path in a row": partial(_chained, "SELECT * { ?s <x:p>", "/<x:p>", " ?o } LIMIT 1"),
    "path or": partial(_chained, "SELECT * { ?s <x:p>", "|<x:p>", " ?o } LIMIT 1"),
    "path not": partial(_chained, "SELECT * { ?s !(<x:p>", "|<x:p>", ") ?o } LIMIT 1"),
    "path not, turned": partial(_chained, "SELECT * { ?s !(^<x:p>", "|^<x:p>", ") ?o } LIMIT 1"),
    "path turned": partial(_chained, "SELECT * { ?s ", "^", "<x:p> ?o } LIMIT 1"),
    "PREFIX": partial(_numbered, "", "PREFIX p#: <http://x/#> ", "ASK {}"),
    "BASE, each on the one before": partial(_chained, "BASE <http://x/> ", "BASE <a/> ", "ASK { <b> ?p ?o }"),
    "FROM": partial(_numbered, "SELECT * ", "FROM <http://x/#> ", "{ ?s ?p ?o }"),
    "GROUP BY": partial(_numbered, "SELECT (COUNT(*) AS ?n) {} GROUP BY ", "?x# ", ""),
    "ORDER BY": partial(_numbered, "SELECT * {} ORDER BY ", "?x# ", ""),
    "HAVING": partial(_chained, "SELECT (1 AS ?x) {} GROUP BY ?y HAVING ", "(true) ", ""),
    "CONSTRUCT's triples": partial(_numbered, "CONSTRUCT { ", "<x:s> <x:p#> 1 . ", "} {}"),
    "DESCRIBE": partial(_numbered, "DESCRIBE ", "<http://x/#> ", ""),
    "a long name": partial(_chained, "SELECT ?x", "x", " {}"),
    "a long string": partial(_chained, 'SELECT ("', "松", '" AS ?x) {}'),
    "a long IRI": partial(_chained, "SELECT * { <http://x/", "x", "> ?p ?o }"),
    "a long number": partial(_chained, "SELECT (1", "0", " AS ?x) {}"),
    "a long exponent": partial(_chained, "SELECT (1e", "9", " AS ?x) {}"),
    "a long language": partial(_chained, 'SELECT ("a"@a', "-a", " AS ?x) {}"),
    "escapes": partial(_chained, 'SELECT ("', r"\u677e", '" AS ?x) {}'),
    "backslashes": partial(_chained, "SELECT (", "\\", " AS ?x) {}"),
    "comments": partial(_chained, "", "# x\n", "ASK {}"),
    "quotes": partial(_chained, "SELECT (", '"', " AS ?x) {}"),
    "semicolons": partial(_chained, "SELECT * { ?s ?p ?o ", ";", " } LIMIT 1"),
    "dots": partial(_chained, "SELECT * { ?s ?p ?o ", ".", " } LIMIT 1"),
    "IRIs that never close": partial(_chained, "SELECT * { ", "<", " }"),
}


MAKERS = {f"nested: {name}": make for name, make in NESTED.items()}
MAKERS |= {f"chained: {name}": make for name, make in CHAINED.items()}
"""By the name of each construct, a function from a depth to a query that has the construct so many times."""


_FEW_NESTED = {"parentheses": 30, "IF": 20, "OPTIONAL": 20, "groups": 30, "sub-selects": 15, "paths chosen": 20}
_FEW_CHAINED = {
    "UNION": 60,
    "IN a long list": 800,
    "VALUES of many": 3000,
    "triples": 150,
    "and": 150,
    "BIND in a row": 60,
    "OPTIONAL in a row": 60,
    "FILTER in a row": 100,
    "PREFIX": 60,
    "columns": 100,
    "a long string": 5000,
}
INNOCENT = {f"{depth} nested: {name}": NESTED[name](depth) for name, depth in _FEW_NESTED.items()}
INNOCENT |= {f"{depth} chained: {name}": CHAINED[name](depth) for name, depth in _FEW_CHAINED.items()}
"""Reasonable queries of the same forms, which a guard must not refuse."""
