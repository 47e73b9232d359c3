"""A source, a node or names of findings come in, the findings go out: one value each, read from the default graph.

Apart from tally.py, which knows all findings of the dataset and of each only what is counted.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.server.errors import LimitError
from jixiao.server.publication.protocols import Edition
from jixiao.server.quality import rules
from jixiao.server.queries.binding import bind, query
from jixiao.server.service.service import Service

AT_ONCE = 500
"""Findings in one query."""

_NUMBERED = re.compile(r"/([0-9a-f]{16})#([a-z]+)([0-9]+)$")
_TARGET = f"{terms.JX}target"
_QUOTED = re.compile(r"“((?:[^“”]|“[^“”]*”)+)”")  # titles hold quotes of their own
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """One finding (sh:ValidationResult); design, section 4.

    `severity` is the last part of its IRI; `part` what the node at fault is called, `target` what it prints as target;
    `lines` from 1; `source` its sha16; `decision` the one that accepts it, if any.
    """

    iri: str
    fault: str
    severity: str
    node: str
    part: str | None
    target: str | None
    message: Bilingual
    lines: tuple[int, ...]
    source: str
    decision: str | None

    @property
    def anchor(self) -> str:
        """Its place on the page of its report."""
        return self.iri.rpartition("#")[2]

    @property
    def page(self) -> str:
        """The address of that place."""
        return f"/quality/filing/{self.source}#{self.anchor}"

    @property
    def of_project(self) -> str:
        """The address of its project's part of the report."""
        return f"/quality/filing/{self.source}#{anchor(self.whole)}"

    @property
    def whole(self) -> str:
        """The thing that the node at fault is part of, or itself."""
        return self.node.partition("#")[0]

    @property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """What to mark in the lines: what the sentence quotes and its figures, else the target, else the part."""
        said = (*_QUOTED.findall(self.message.zh), *_FIGURE.findall(self.message.zh))
        rule = rules.known(self.fault)
        on_target = rule is not None and any(each.startswith(_TARGET) for each in rule.involves)
        return tuple(words for words in (said, _only(self.target if on_target else None), _only(self.part)) if words)


def of_source(service: Service, sha16: str) -> tuple[Finding, ...]:
    """The findings in the report of a source, in its order. Raises what Pool.run raises."""
    node = NamedNode(f"{service.store.base_iri}id/source/{sha16}")
    text = bind(query("findings-of-source"), {"source": node})
    return service.on_current(lambda now: tuple(_read(service.run(now, text))))


def of_nodes(service: Service, iris: Sequence[str]) -> tuple[Finding, ...]:
    """The findings about some nodes. Raises what Pool.run raises."""
    found: list[Finding] = []
    for start in range(0, len(iris), AT_ONCE):
        text = bind(query("findings-of-node"), {"node": [NamedNode(iri) for iri in iris[start : start + AT_ONCE]]})
        found += _read(service.on_current(partial(service.run, query=text)))
    return tuple(found)


def named(service: Service, generation: Edition, iris: Sequence[str]) -> Iterator[Finding]:
    """The findings with those IRIs, in that order. Raises what Pool.run raises."""
    for start in range(0, len(iris), AT_ONCE):
        some = iris[start : start + AT_ONCE]
        text = bind(query("findings"), {"finding": [NamedNode(iri) for iri in some]})
        found = {finding.iri: finding for finding in _read(service.run(generation, text))}
        yield from (found[iri] for iri in some if iri in found)


def spared(ask: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """The findings, for a page that shows them in passing: none where a limit keeps them from being read."""
    try:
        return ask()
    except LimitError:
        return ()


def anchor(project: str) -> str:
    """Where a project's part of its filing's report stands on the page."""
    return "-".join(project.split("/")[-3:])


def place(iri: str) -> tuple[str, str, int]:
    """The report that a finding is in, by sha16, and its place there: results of a document come before others."""
    found = _NUMBERED.search(iri)
    return (found[1], found[2], int(found[3])) if found else (iri, "", 0)


def _only(word: str | None) -> tuple[str, ...]:
    return (word,) if word else ()


def _read(results: bytes) -> Iterator[Finding]:
    said: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in json.loads(results)["results"]["bindings"]:
        value = row["value"]
        said[row["finding"]["value"]][row["property"]["value"]].add((value["value"], value.get("xml:lang", "")))
    for iri in sorted(said, key=place):
        if {terms.SH_sourceShape, terms.SH_focusNode} <= said[iri].keys():
            yield _finding(iri, said[iri])


def _finding(iri: str, said: dict[str, set[tuple[str, str]]]) -> Finding:
    def values(predicate: str, language: str | None = None) -> list[str]:
        return sorted(text for text, tag in said.get(predicate, ()) if language in (None, tag))

    def one(predicate: str, language: str | None = None) -> str:
        return next(iter(values(predicate, language)), "")

    node = one(terms.SH_focusNode)
    return Finding(
        iri=iri,
        fault=one(terms.SH_sourceShape),
        severity=one(terms.SH_resultSeverity).rpartition("#")[2],
        node=node,
        part=one(terms.RDFS_label) or None if "#" in node else None,
        target=one(terms.targetText) or None,
        message=Bilingual(one(terms.SH_resultMessage, "zh"), one(terms.SH_resultMessage, "en")),
        lines=tuple(sorted(int(line) for line in values(terms.sourceLine) if line.isdecimal())),
        source=one(terms.PROV_wasDerivedFrom).rpartition("/")[2],
        decision=one(terms.acceptedBy) or None,
    )
