"""Render the page of /sparql, and find names in queries that look like terms but are not defined.

The terms that queries may name are those of the ontology, its schemes and the rules, and a few of others. The editor
completes names from this list, which /sparql/terms returns. A query with an undefined name of this project's namespaces
is legal SPARQL and matches nothing, so that a slip in a name looks like an empty dataset; the nearest defined name is
reported with it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from pyoxigraph import NamedNode
from rapidfuzz import fuzz

from jixiao.ontology import terms, turtle
from jixiao.ontology.reference import OTHERS, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import conditional, negotiation
from jixiao.server.query import binding, guard, results
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import names
from jixiao.server.views.questions.published import examples
from jixiao.shapes import catalogue

router = APIRouter()

HEADER = "X-Unknown-Terms"
NOTE = "X-Query-Note"
"""The header with a note on a query whose result may lack values without an error."""

_NAMESPACES = (terms.JX, terms.VOCAB, terms.SHAPES + "#")
_MOST = 10  # most terms reported, since each is compared with all known terms
_LONGEST = 100  # characters of a name above which it is not compared
_LIKE = 70  # least similarity (0 to 100) of a term that is suggested: its name or label differs in a few letters
_SAME_CASE = 35  # added for the same case; more than 100 - _LIKE, so that it decides before the similarity
_SHORTEST_PART = 4  # least characters of a name that is suggested a longer term because this contains it
_KEPT = 4096  # most characters of a query whose unknown terms are cached
_JOINED = re.compile(r"GROUP_CONCAT\s*\(\s*(?:DISTINCT\s*)?([?$][A-Za-z0-9_]{1,100})\s*[;)]", re.IGNORECASE)
_TOKEN = re.compile(rf"{guard.OPAQUE.pattern}|{guard.WORD.pattern}", re.DOTALL)


@dataclass(frozen=True)
class KnownTerm:
    """A term: its IRI, its name as a query writes it, its kind, its label, and the scheme of a concept or property."""

    iri: str
    name: str
    kind: str
    label: Bilingual
    scheme: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the term as /sparql/terms gives it."""
        return {"name": self.name, "kind": self.kind, "zh": self.label.zh, "en": self.label.en} | (
            {"scheme": self.scheme} if self.scheme else {}
        )


@dataclass(frozen=True)
class Unknown:
    """A name in a query that is not defined: as `written` there, its IRI, and the most similar known term, if any."""

    written: str
    iri: str
    nearest: KnownTerm | None

    @property
    def text(self) -> str:
        """The nearest term in the form of the query's name: in full or with a prefix; without one, the name itself."""
        if self.nearest is None:
            return self.written
        return f"<{self.nearest.iri}>" if self.written.startswith("<") else self.nearest.name


@cache
def known() -> dict[str, KnownTerm]:
    """Return the terms by IRI: properties and classes first, then concepts, then rules."""
    named: list[tuple[str, str, Bilingual, str | None]] = [
        *((term.iri, term.kind, term.label, term.scheme) for term in reference().values()),
        *((iri, "property", label, None) for iri, label in OTHERS.items()),
        *((fault.iri, "rule", fault.label, None) for fault in catalogue.faults()),
    ]
    return {iri: KnownTerm(iri, written(iri), kind, label, scheme) for iri, kind, label, scheme in named}


def written(iri: str) -> str:
    """Return an IRI as queries write it: with a prefix of this project if there is one, otherwise in full."""
    return turtle.prefixed(iri) or f"<{iri}>"


@router.get("/sparql/terms", summary="查询可用的词 · terms for queries")
def known_terms(request: Request) -> Response:
    """Answer with the prefixes, and each term's name, kind, labels and scheme, as JSON."""
    content = _content()
    return conditional.Validator.of(content).response(
        request, {"Content-Type": negotiation.JSON.content_type}, lambda: content
    )


@cache
def _content() -> str:
    listed = {"prefixes": terms.PREFIXES, "terms": [term.as_json() for term in known().values()]}
    return json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def find(query: str) -> tuple[Unknown, ...]:
    """Return the unknown terms of a query, each once, in the order of the text."""
    if terms.PROJECT_HOME not in query:
        return ()
    return _kept(query) if len(query) <= _KEPT else _find(query)


def corrected(query: str) -> str | None:
    """Return the query with the nearest terms in place of unknown ones; None if no unknown term has one."""
    nearest = {each.written: each.text for each in find(query) if each.nearest is not None}
    if not nearest:
        return None
    parts, at = [], 0
    for start, name, _ in _named(query):
        if name in nearest:
            parts += [query[at:start], nearest[name]]
            at = start + len(name)
    return "".join([*parts, query[at:]])


def header(unknown: Sequence[Unknown]) -> str:
    """Return unknown terms as the value of the header X-Unknown-Terms, in the form of a Link header (RFC 8288)."""
    return ", ".join(
        f"<{_ascii(each.iri)}>" + (f'; nearest="{_ascii(each.nearest.iri)}"' if each.nearest else "")
        for each in unknown
    )


def note(query: str) -> str:
    """Return a note on a query that joins values which may be no strings: Oxigraph leaves the result unbound."""
    if "group_concat" not in query.casefold():
        return ""
    found = _JOINED.search(guard.OPAQUE.sub(" ", query))
    return f"GROUP_CONCAT joins strings; for IRIs and numbers write GROUP_CONCAT(STR({found[1]}))" if found else ""


def _find(query: str) -> tuple[Unknown, ...]:
    iris = {name: iri for _, name, iri in _named(query)}
    strange = [
        (name, iri)
        for name, iri in iris.items()
        if any(iri.startswith(namespace) and iri != namespace for namespace in _NAMESPACES)
        and iri not in known()
        and iri not in catalogue.retired()
    ]
    return tuple(Unknown(name, iri, _nearest(iri)) for name, iri in strange[:_MOST])


_kept = lru_cache(maxsize=256)(_find)


def _named(query: str) -> Iterator[tuple[int, str, str]]:
    """Yield the IRIs and prefixed names of a query after its prologue: their place, text and IRI."""
    prefixes: dict[str, str] = {}
    before = earlier = ""
    for token in _TOKEN.finditer(query):
        text = token[0]
        if text[0] == "#":
            continue
        declares = earlier.casefold() == "prefix" and before.endswith(":")
        if text[0] == "<":
            if declares:
                prefixes[before[:-1]] = text[1:-1]
            else:
                yield token.start(), text, text[1:-1]
        elif text[0] not in "\"'\\" and before.casefold() != "prefix":
            name = text.rstrip(".")
            prefix, colon, local = name.partition(":")
            if colon and local and prefix in prefixes:
                yield token.start(), name, prefixes[prefix] + local
        earlier, before = before, text


def _nearest(iri: str) -> KnownTerm | None:
    """Return the defined term of the same namespace with the most similar name or label."""
    namespace = next(each for each in _NAMESPACES if iri.startswith(each))
    local = iri.removeprefix(namespace)
    if len(local) > _LONGEST:
        return None
    terms_of = ((term, term.iri.removeprefix(namespace)) for term in known().values() if term.iri.startswith(namespace))
    scored = ((_likeness(local, term, name), -len(name), term) for term, name in terms_of)
    likeness, _, nearest = max(scored, key=lambda each: each[:2])
    return nearest if likeness else None


def _likeness(local: str, term: KnownTerm, name: str) -> float:
    """Return the similarity of a query's local name and a known term, 0 if it is below _LIKE.

    A term whose first letter has the same case is preferred: classes begin with a capital letter, properties with a
    small one, and a name of one kind seldom means the other.
    """
    said = local.casefold()
    known_as = (name.casefold(), term.label.en.casefold().replace(" ", ""), term.label.zh)
    score = max(fuzz.ratio(said, each) for each in known_as)
    if score < _LIKE and len(said) >= _SHORTEST_PART and said in known_as[0]:
        score = _LIKE
    return 0 if score < _LIKE else score + (local[:1].isupper() == name[:1].isupper()) * _SAME_CASE


def _ascii(iri: str) -> str:
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%~")


TABLE_ROWS = 1000
"""Most rows of a result that the page shows; the other forms have all rows."""

_NAMED = 2000  # things of a result whose names are looked up


def query_about(iri: str) -> str:
    """Return the query for the statements about a thing and the statements that refer to it."""
    return binding.bind(binding.query("open-as-query"), {"thing": NamedNode(iri)}).strip()


def of_result(service: Service, sparql: str, result: results.Result) -> Response:
    """Return the page of a query with its result, which a worker has written as JSON."""
    return page(service, sparql, json.loads(result.read()), cut=result.head.cut)


def page(
    service: Service,
    sparql: str,
    result: Mapping[str, Any] = {},
    *,
    cut: bool = False,
    error: Exception | None = None,
) -> Response:
    """Return the page of a query with its result, or with the error that it raised.

    `result` is SPARQL 1.1 Query Results JSON, or has triples as `turtle`; with `cut` it is only the first part.
    """
    generation = service.store.settled()
    return service.pages.html(
        "sparql.html",
        error=error,
        headers={"X-Result-Cut": f"rows={TABLE_ROWS}"} if cut else None,
        query=sparql,
        first=binding.query("largest-projects").strip(),
        result=result,
        cut=cut,
        names=_names(service, result),
        unknown=find(sparql),
        corrected=corrected(sparql),
        most=TABLE_ROWS,
        timeout=service.settings.query_timeout,
        version="" if generation is None else generation.version,
        examples=examples(service),
    )


def _names(service: Service, result: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the names of things in a result by IRI, or none if the look-up fails: the page works without."""
    terms_of_rows = (row.values() for row in result.get("results", {}).get("bindings", ()))
    uris = (term["value"] for row in terms_of_rows for term in row if term["type"] == "uri")
    iris = dict.fromkeys(uri for uri in uris if uri.startswith(f"{service.store.base_iri}id/"))
    return unless_limited(
        lambda: service.on_current(lambda now: names.labels(partial(service.run, now), list(iris)[:_NAMED])), {}
    )
