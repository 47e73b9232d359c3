"""Find names in queries that look like terms but are not defined.

The terms that queries may name are those of the ontology, its schemes and the rules, and a few of others. A query with
an undefined name of this project's namespaces is legal SPARQL and matches nothing, so that a slip in a name looks like
an empty dataset; the nearest defined name is reported with it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import quote

from jixiao.ontology import terms, turtle
from jixiao.ontology.reference import OTHERS, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.query import guard
from jixiao.shapes import catalogue

_NAMESPACES = (terms.JX, terms.VOCAB, terms.SHAPES + "#")
_MOST = 10  # most terms reported, since each is compared with all known terms
_LONGEST = 100  # characters of a name above which it is not compared
_LIKE = 70  # least similarity (0 to 100) of a term that is suggested: its name or label differs in a few letters
_SAME_CASE = 35  # added for the same case; more than 100 - _LIKE, so that it decides before the similarity
_SHORTEST_PART = 4  # least characters of a name that is suggested a longer term because this contains it
_KEPT = 4096  # most characters of a query whose unknown terms are cached
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
        """The nearest term as the query writes names, in full or with a prefix; the name itself if none is near."""
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


def find(query: str) -> tuple[Unknown, ...]:
    """Return the unknown terms of a query, each once, in the order of the text."""
    if terms.PROJECT_HOME not in query:
        return ()
    return _kept(query) if len(query) <= _KEPT else _find(query)


def header(unknown: Sequence[Unknown]) -> str:
    """Return unknown terms as the value of the header X-Unknown-Terms, in the form of a Link header (RFC 8288)."""
    return ", ".join(
        f"<{_ascii(each.iri)}>" + (f'; nearest="{_ascii(each.nearest.iri)}"' if each.nearest else "")
        for each in unknown
    )


def _find(query: str) -> tuple[Unknown, ...]:
    iris = dict(_named(query))
    strange = [
        (name, iri)
        for name, iri in iris.items()
        if iri.startswith(_NAMESPACES)
        and iri not in known()
        and iri not in _NAMESPACES
        and iri not in catalogue.retired()
    ]
    return tuple(Unknown(name, iri, _nearest(iri)) for name, iri in strange[:_MOST])


_kept = lru_cache(maxsize=256)(_find)


def _named(query: str) -> Iterator[tuple[str, str]]:
    """Yield the text and IRI of each IRI and prefixed name in a query, without those that PREFIX defines."""
    prefixes: dict[str, str] = {}
    before = earlier = ""
    for token in _TOKEN.finditer(query):
        text = token[0]
        if text[0] == "#":
            continue
        if text[0] == "<":
            if before.endswith(":") and earlier.casefold() == "prefix":
                prefixes[before[:-1]] = text[1:-1]
            else:
                yield text, text[1:-1]
        elif ":" in text and text[0] not in "\"'\\" and before.casefold() != "prefix":
            name = text.rstrip(".")
            prefix, _, local = name.partition(":")
            if local and prefix in prefixes:
                yield name, prefixes[prefix] + local
        earlier, before = before, text


def _nearest(iri: str) -> KnownTerm | None:
    """Return the defined term of the same namespace with the most similar name or label.

    None if no term is similar enough, and for a very long name.
    """
    namespace = next(each for each in _NAMESPACES if iri.startswith(each))
    local = iri.removeprefix(namespace)
    if len(local) > _LONGEST:
        return None
    terms_of = ((term, term.iri.removeprefix(namespace)) for term in known().values() if term.iri.startswith(namespace))
    scored = ((_likeness(local, term, name), -len(name), term) for term, name in terms_of)
    likeness, _, nearest = max(scored, key=lambda each: each[:2])
    return nearest if likeness else None


def _likeness(local: str, term: KnownTerm, name: str) -> float:
    """Return the similarity of a query's local name and a known term with the local name `name`; 0 below _LIKE.

    A term whose first letter has the same case is preferred: classes begin with a capital letter, properties with a
    small one, and a name of one kind seldom means the other.
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - few queries have an unknown name, and commands start sooner

    said = local.casefold()
    known_as = (name.casefold(), term.label.en.casefold().replace(" ", ""), term.label.zh)
    score = max(fuzz.ratio(said, each) for each in known_as)
    if score < _LIKE and len(said) >= _SHORTEST_PART and said in known_as[0]:
        score = _LIKE
    more = _SAME_CASE if local[:1].isupper() == name[:1].isupper() else 0
    return score + more if score >= _LIKE else 0


def _ascii(iri: str) -> str:
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%~")
