"""Find names in a query that lie in this project's namespaces but are not defined, with the nearest defined one.

Such a query is legal SPARQL and matches nothing, so that a slip in a name looks like an empty dataset.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from rapidfuzz import fuzz

from jixiao.ontology import terms
from jixiao.server.apps.sparql.known_terms import KnownTerm, known, retired
from jixiao.server.query import guard

HEADER = "X-Unknown-Terms"

_NAMESPACES = (terms.JX, terms.VOCAB, terms.SHAPES + "#")
_MOST = 10  # most terms reported, since each is compared with all known terms
_LONGEST = 100  # characters of a name that is compared
_LIKE = 70  # of 100: a name or label that differs in some letters
_SAME_CASE = 35  # more than the difference between the best likeness and the least
_SHORTEST_PART = 4  # characters of a name that a longer one contains
_KEPT = 4096  # characters of a query whose terms are remembered
_TOKEN = re.compile(rf"{guard.OPAQUE.pattern}|{guard.WORD.pattern}", re.DOTALL)


@dataclass(frozen=True)
class Unknown:
    """A name that nothing defines: as the query writes it, its IRI, and the nearest term that is defined, if any."""

    written: str
    iri: str
    nearest: KnownTerm | None

    @property
    def text(self) -> str:
        """Write the nearest term as the query writes names: in full or with a prefix."""
        if self.nearest is None:
            return self.written
        return f"<{self.nearest.iri}>" if self.written.startswith("<") else self.nearest.name


@dataclass(frozen=True)
class _Name:
    """A name at a place of a query."""

    start: int
    written: str
    iri: str


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
    for name in _names(query):
        if name.written in nearest:
            parts += [query[at : name.start], nearest[name.written]]
            at = name.start + len(name.written)
    return "".join([*parts, query[at:]])


def header(unknown: Sequence[Unknown]) -> str:
    """Write unknown terms as the value of the header X-Unknown-Terms, in the form of a Link header (RFC 8288)."""
    return ", ".join(
        f"<{_ascii(each.iri)}>" + (f'; nearest="{_ascii(each.nearest.iri)}"' if each.nearest else "")
        for each in unknown
    )


def _find(query: str) -> tuple[Unknown, ...]:
    iris = {name.written: name.iri for name in _names(query)}
    strange = [
        (written, iri)
        for written, iri in iris.items()
        if any(iri.startswith(namespace) and iri != namespace for namespace in _NAMESPACES)
        and iri not in known()
        and iri not in retired()
    ]
    return tuple(Unknown(written, iri, _nearest(iri)) for written, iri in strange[:_MOST])


_kept = lru_cache(maxsize=256)(_find)


def _names(query: str) -> Iterator[_Name]:
    """Yield the IRIs and prefixed names of a query that are not part of its prologue."""
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
                yield _Name(token.start(), text, text[1:-1])
        elif text[0] not in "\"'\\" and before.casefold() != "prefix":
            name = text.rstrip(".")
            prefix, colon, local = name.partition(":")
            if colon and local and prefix in prefixes:
                yield _Name(token.start(), name, prefixes[prefix] + local)
        earlier, before = before, text


def _nearest(iri: str) -> KnownTerm | None:
    """Return the defined term of the same namespace with the most similar name or label."""
    namespace = next(each for each in _NAMESPACES if iri.startswith(each))
    local = iri.removeprefix(namespace)
    if len(local) > _LONGEST:
        return None
    best: tuple[float, int] = (0, 0)
    nearest = None
    for term in known().values():
        if term.iri.startswith(namespace):
            name = term.iri.removeprefix(namespace)
            score = _likeness(local, term, name), -len(name)
            if score > best:
                best, nearest = score, term
    return nearest


def _likeness(local: str, term: KnownTerm, name: str) -> float:
    """Return how alike a written name and a term are, 0 if too little; a term of the same case is preferred.

    Classes begin with a capital letter and properties with a small one, so a name of one kind seldom means the other.
    """
    said = local.casefold()
    known_as = (name.casefold(), term.label.en.casefold().replace(" ", ""), term.label.zh)
    score = max(fuzz.ratio(said, each) for each in known_as)
    if score < _LIKE and len(said) >= _SHORTEST_PART and said in known_as[0]:
        score = _LIKE
    same_case = local[:1].isupper() == name[:1].isupper()
    return 0 if score < _LIKE else score + same_case * _SAME_CASE


def _ascii(iri: str) -> str:
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%~")
