"""Write lists of words into the queries of rules: lists.toml, and the provinces and units of the ontology.

A query names a list as `{{name}}` within a string. A list of words is written as the alternatives of a regular
expression, a table as `|word:one=two|word:one=two|`. A string that is only the name of a list of cases is replaced by
nested IFs about `?text`. Each list is thus stated once, and the rules that engines and other users get contain the
words themselves.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.codes import places
from jixiao.ontology.units import units
from jixiao.shapes import catalogue

FILE = Path(__file__).parent / "lists.toml"
_NAMED = re.compile(r'"\{\{([a-z-]+)\}\}"|\{\{([a-z-]+)\}\}')


def read(file: Path) -> Iterator[ox.Triple]:
    """Read the rules of a Turtle file with their lists. Raises KeyError for a list that nothing defines."""
    for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
        value = quad.object
        if quad.predicate == ox.NamedNode(terms.SH_select) and isinstance(value, ox.Literal):
            value = ox.Literal(filled(value.value), datatype=value.datatype)
        yield ox.Triple(quad.subject, quad.predicate, value)


def rules(*scopes: catalogue.Scope) -> Iterator[ox.Triple]:
    """Read the rules of scopes, with their lists and the prefixes of their queries."""
    for file in (catalogue.prefixes_file(), *(file for scope in scopes for file in catalogue.turtle_files(scope))):
        yield from read(file)


def filled(query: str) -> str:
    """Return a query in which names of lists are replaced by the lists. Raises KeyError for an unknown list."""
    return _NAMED.sub(_put, query)


def _put(name: re.Match[str]) -> str:
    if name[1] in _cases():
        return _cases()[name[1]]
    words = _texts()[name[1] or name[2]]
    return f'"{words}"' if name[1] else words


@cache
def _texts() -> Mapping[str, str]:
    """Return the text that replaces the name of each list of words and each table."""
    words: dict[str, list[str]] = dict(_stated()["words"])
    tables: dict[str, dict[str, list[str]]] = dict(_stated()["tables"])
    below = {code for _, codes in places().values() for code in codes}
    clear = [(code, province) for province in words.pop("clear-codes") for code in places()[province][0]]
    tables["provinces-by-code"] = {code: [province] for code, province in clear if code not in below}
    tables["units"] = {word: [unit.dimension, str(unit.size)] for word, unit in units().items()}
    words["provinces"] = list(places())
    texts = {name: "|".join(each) for name, each in words.items()} | {
        name: _table(each) for name, each in tables.items()
    }
    return {name: _escaped(text) for name, text in texts.items()}


@cache
def _cases() -> Mapping[str, str]:
    """Return the expression that replaces the name of each list of cases.

    Its value is `quote|full` of the first case whose pattern matches `?text`, or the empty string.
    """
    found = {}
    for name, cases in _stated()["cases"].items():
        expression = '""'
        for each in reversed(cases):
            pattern, said = _escaped(each["pattern"]), _escaped(f"{each['quote']}|{each['full']}")
            expression = f'IF(REGEX(?text, "{pattern}"), "{said}", {expression})'
        found[name] = expression
    return found


@cache
def _stated() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _table(rows: Mapping[str, list[str]]) -> str:
    return "|" + "".join(f"{word}:{'='.join(values)}|" for word, values in rows.items())


def _escaped(text: str) -> str:
    """Return a text as it is written within a string of SPARQL."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
