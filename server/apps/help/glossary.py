"""Gather the glossary: labels and definitions of the ontology, and words of the field and of the site."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual

_FILE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True)
class Entry:
    """A word: its anchor, its name, its meaning, the Chinese word that forms print, and the ontology's term, if any."""

    id: str
    name: Bilingual
    text: Bilingual
    printed: str | None = None
    iri: str | None = None


@dataclass(frozen=True)
class Group:
    """Words that belong together."""

    id: str
    name: Bilingual
    entries: tuple[Entry, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Return the groups of the glossary in the order of its file. Raises KeyError for an unknown term."""
    listed = tomllib.loads(_FILE.read_text(encoding="utf-8"))["group"]
    return tuple(Group(each["id"], Bilingual(each["zh"], each["en"]), tuple(_entries(each))) for each in listed)


def _entries(group: Mapping[str, Any]) -> Iterator[Entry]:
    for own in group.get("entry", ()):
        yield Entry(own["id"], Bilingual(**own["name"]), Bilingual(**own["text"]), own.get("printed"))
    for name in group.get("terms", ()):
        yield _entry(reference()[terms.JX + name])
    for scheme in group.get("schemes", ()):
        for term in reference().values():
            if term.kind == "concept" and term.scheme == terms.VOCAB + scheme:
                yield _entry(term)


def _entry(term: Term) -> Entry:
    return Entry(term.name, term.label, term.definition, term.label.zh, term.iri)
