"""Run the cases of TOML files: send a case's request and check the answer against the case's expectations.

This module implements every key that cases use. It is separate from the tests, which cannot import one another.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.parsers import expat

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results

from tests.support.blackbox.wire import Answer, Server

FORM = "application/x-www-form-urlencoded"
BROWSER = "text/html"
RESULTS = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/turtle": RdfFormat.TURTLE,
    "application/x-turtle": RdfFormat.TURTLE,
    "text/n3": RdfFormat.N3,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/xml": RdfFormat.RDF_XML,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
    "application/ld+json": RdfFormat.JSON_LD,
}
ELSEWHERE = "http://elsewhere.example/"
KINDS = {
    "solutions": {*RESULTS, "text/csv"},
    "boolean": set(RESULTS),
    "graph": set(TRIPLES),
    "json": {"application/sparql-results+json", "application/json"},
    "xml": {"application/sparql-results+xml", "application/xml", "text/xml"},
}


def load(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read the cases of a folder as (group and name, case), with the defaults of each file filled in."""
    for path in sorted(folder.glob("*.toml")):
        group = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in group["case"]:
            defaults = dict(group.get("defaults", {}))
            if "raw" in case or "path" in case or "body" in case or "hex" in case or "form" in case:
                defaults.pop("query", None)
            yield f"{path.stem}: {case['name']}", defaults | case


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Replace each `@name@` in a value of a case by the IRI of that graph."""
    if isinstance(value, str):
        for name, iri in names.items():
            value = value.replace(f"@{name}@", iri)
        return value
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, dict):
        return {name: filled(each, names) for name, each in value.items()}
    return value


def send(server: Server, case: Mapping[str, Any], method: str | None = None) -> Answer:
    """Send a case's request, by another method if one is given. Raises OSError, HTTPException."""
    pairs = [*([("query", case["query"])] if case.get("query") else []), *map(tuple, case.get("params", []))]
    parts = [quote(case["raw"], safe="%&=+()'?{};/:")] if "raw" in case else []
    parts += [urlencode(pairs, quote_via=quote, safe="")] if pairs else []
    target = case.get("path", "/sparql") + ("?" + "&".join(parts) if parts else "")
    headers = dict(case.get("headers", {}))
    if "accept" in case:
        headers["Accept"] = case["accept"]
    body = bytes.fromhex(case["hex"]) if "hex" in case else case["body"].encode() if "body" in case else None
    if "form" in case:
        body = urlencode([(name, value) for name, value in case["form"]]).encode()
        headers["Content-Type"] = FORM
    if "type" in case:
        headers["Content-Type"] = case["type"]
    return server.request(method or case.get("method", "GET"), target, headers, body)


def faults(answer: Answer, case: Mapping[str, Any]) -> Iterator[str]:
    """Check an answer against its case and against the rules for every answer."""
    expected = {"status": 200} | case["expect"]
    if not _is_status(answer.status, expected["status"]):
        yield f"status {answer.status}, not {expected['status']}: {answer.body[:300]!r}"
        return
    yield from always(answer, case.get("accept", "") + str(case.get("headers", "")))
    if answer.status < 300 or not isinstance(expected["status"], list):
        for name, value in expected.items():
            if name in CHECKS and (fault := CHECKS[name](answer, value)):
                yield fault


def always(answer: Answer, accept: str = "") -> Iterator[str]:
    """Check an answer of the endpoint against the rules that hold for every request."""
    headers = answer.headers
    if headers.get("access-control-allow-origin") != "*":
        yield "no Access-Control-Allow-Origin: *"
    if answer.media_type.startswith("text/") and "charset=utf-8" not in headers["content-type"].lower():
        yield f"text without a charset: {headers['content-type']}"
    if headers.get("x-content-type-options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"
    if answer.status == 200 and "accept" not in answer.tokens("vary"):
        yield f"Vary is {headers.get('vary')!r}, not Accept"
    if answer.status >= 400:
        yield from _problem(answer, html=BROWSER in accept)


def _problem(answer: Answer, html: bool) -> Iterator[str]:
    if answer.status == 405 and not answer.headers.get("allow"):
        yield "405 without Allow"
    if answer.status in (429, 503) and not answer.headers.get("retry-after", "").isdigit():
        yield f"{answer.status} without Retry-After"
    if "accept" not in answer.tokens("vary"):
        yield "an error without Vary: Accept"
    if answer.headers.get("etag"):
        yield "an error with an ETag"
    if html and answer.media_type == BROWSER:
        return
    if answer.media_type != "application/problem+json":
        yield f"the error is {answer.headers.get('content-type')!r}, not problem+json"
        return
    problem = answer.json()
    if problem.get("status") != answer.status:
        yield f"problem+json says status {problem.get('status')}"
    if not all(problem.get(name) for name in ("type", "title", "detail")):
        yield f"problem+json lacks members: {sorted(problem)}"
    detail = problem.get("detail", "")
    if not (any("\u4e00" <= char <= "\u9fff" for char in detail) and any(char.isascii() for char in detail)):
        yield f"the detail is not in Chinese and English: {detail!r}"


def _is_status(status: int, wanted: int | str | list[int]) -> bool:
    if wanted == "4xx":
        return 400 <= status < 500
    return status in wanted if isinstance(wanted, list) else status == wanted


def boolean(answer: Answer) -> bool:
    """Parse the boolean of a result. Raises SyntaxError, TypeError, KeyError."""
    result = parse_query_results(answer.plain, format=RESULTS[answer.media_type])
    if not isinstance(result, QueryBoolean):
        raise TypeError("solutions, not a boolean")
    return bool(result)


def rows(answer: Answer) -> list[list[str | None]]:
    """Parse the values of a result's solutions. Raises SyntaxError, TypeError, KeyError."""
    result = parse_query_results(answer.plain, format=RESULTS[answer.media_type])
    if isinstance(result, QueryBoolean):
        raise TypeError("a boolean, not solutions")
    return [[None if term is None else term.value for term in solution] for solution in result]  # type: ignore[union-attr]


def triples(answer: Answer) -> int:
    """Count the distinct triples of a body. Raises SyntaxError, TypeError, KeyError."""
    return len({quad.triple for quad in parse(answer.plain, format=TRIPLES[answer.media_type], base_iri=ELSEWHERE)})


def _content_type(answer: Answer, wanted: str) -> str | None:
    found = answer.headers.get("content-type")
    return None if (found or "").lower() == wanted else f"Content-Type is {found!r}, not {wanted!r}"


def _media(answer: Answer, wanted: str | list[str]) -> str | None:
    allowed = KINDS[wanted] if isinstance(wanted, str) else set(wanted)
    return None if answer.media_type in allowed else f"{answer.media_type} is none of {sorted(allowed)}"


def _differs(what: str, found: object, wanted: object) -> str | None:
    return None if found == wanted else f"{what} is {found!r}, not {wanted!r}"


def _triples(answer: Answer, wanted: int) -> str | None:
    return _differs("the number of triples", triples(answer), wanted)


def _sound(answer: Answer, wanted: int) -> str | None:
    """Check that XML is well-formed, and any format for its number of triples or solutions."""
    if answer.status != 200:
        return None
    if answer.media_type.endswith("xml"):
        try:
            expat.ParserCreate(namespace_separator=" ").Parse(answer.plain, True)
        except expat.ExpatError as error:
            return f"broken XML: {error}"
    if answer.media_type in TRIPLES and answer.media_type not in RESULTS:
        return _triples(answer, wanted)
    return _differs("the number of solutions", len(rows(answer)), wanted)


def _says(answer: Answer, parts: list[str]) -> str | None:
    absent = [part for part in parts if part not in _readable(answer)]
    return f"{absent} not in {_readable(answer)[:500]!r}" if absent else None


def _readable(answer: Answer) -> str:
    return answer.json()["detail"] if answer.media_type == "application/problem+json" else answer.text


def _line(answer: Answer, wanted: int) -> str | None:
    problem = answer.json()
    if not isinstance(problem.get("column"), int):
        return f"no column: {problem}"
    return _differs("line", problem.get("line"), wanted)


CHECKS: dict[str, Callable[[Answer, Any], str | None]] = {
    "content_type": _content_type,
    "media": _media,
    "not_media": lambda answer, types: f"it is {answer.media_type}" if answer.media_type in types else None,
    "boolean": lambda answer, wanted: _differs("the boolean", boolean(answer), wanted),
    "value": lambda answer, wanted: _differs("the only row", rows(answer), [[wanted]]),
    "row": lambda answer, wanted: _differs("the only row", rows(answer), [wanted]),
    "text": lambda answer, wanted: _differs("the body", answer.text, wanted),
    "triples": _triples,
    "sound": _sound,
    "says": _says,
    "lacks": lambda answer, parts: next((f"{part!r} is in the body" for part in parts if part in answer.text), None),
    "line": _line,
    "offered": lambda answer, types: _differs("not offered", set(types) - set(answer.json().get("offered", [])), set()),
    "allow": lambda answer, methods: _differs(
        "Allow lacks", {method.lower() for method in methods} - answer.tokens("allow"), set()
    ),
}
