"""Read findings in full from the default graph: of a source, about nodes, or by IRI.

tally.py, in contrast, knows all findings of the dataset, and only the values that are counted.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import LimitError
from jixiao.server.pages import rules
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.shapes.catalogue import Fault

Read = TypeVar("Read")
Other = TypeVar("Other")

PER_QUERY = 500
"""Findings in one query."""

_NUMBERED = re.compile(r"/([0-9a-f]{16})#([a-z]+)([0-9]+)$")
_TARGET = f"{terms.JX}target"
_QUOTED = re.compile(r"“((?:[^“”]|“[^“”]*”)+)”")  # titles hold quotes of their own
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """One finding (sh:ValidationResult); design, section 4.

    `level` is the last part of its severity's IRI; `part` is the label of the node at fault, and `target` the target
    printed there; `lines` count from 1; `source` is a sha16; `decision` is the decision that accepts the finding, or
    None; `group` is the key of the group that it belongs to, or None in reports of an older version.
    """

    iri: str
    fault: str
    level: str
    node: str
    part: str | None
    target: str | None
    message: Bilingual
    lines: tuple[int, ...]
    source: str
    decision: str | None
    group: str | None

    @property
    def rule(self) -> Fault | None:
        """The rule, or None if this version lacks it."""
        return rules.known(self.fault)

    @property
    def name(self) -> str:
        """Name of the rule."""
        return rules.name(self.fault)

    @property
    def fact(self) -> str:
        """Key of the fact that the finding states."""
        return self.group or self.iri

    @property
    def is_accepted(self) -> bool:
        """True if a steward accepts the finding."""
        return self.decision is not None

    @property
    def anchor(self) -> str:
        """The finding's anchor on the page of its report."""
        return self.iri.rpartition("#")[2]

    @property
    def page(self) -> str:
        """The address of the finding in its report."""
        return f"/quality/filing/{self.source}#{self.anchor}"

    @property
    def of_project(self) -> str:
        """The address of the project's part of the report."""
        return f"/quality/filing/{self.source}#{anchor(self.whole)}"

    @property
    def whole(self) -> str:
        """The thing that the node at fault is part of, or the node itself."""
        return self.node.partition("#")[0]

    @property
    def marks(self) -> tuple[tuple[str, ...], ...]:
        """Words to mark in the lines: quotations and figures of the sentence, then the target, then the part."""
        said = (*_QUOTED.findall(self.message.zh), *_FIGURE.findall(self.message.zh))
        on_target = self.rule is not None and any(each.startswith(_TARGET) for each in self.rule.involves)
        return tuple(words for words in (said, _only(self.target if on_target else None), _only(self.part)) if words)


def of_source(service: Service, sha16: str) -> tuple[Finding, ...]:
    """Return the findings in the report of a source, in report order. Raises what Pool.run raises."""
    node = NamedNode(f"{service.store.base_iri}id/source/{sha16}")
    text = bind(query("findings-of-source"), {"source": node})
    return service.on_current(lambda now: tuple(_read(service.run(now, text))))


def named(service: Service, generation: Edition, iris: Sequence[str]) -> Iterator[Finding]:
    """Yield the findings with the given IRIs, in the given order. Raises what Pool.run raises."""
    for start in range(0, len(iris), PER_QUERY):
        some = iris[start : start + PER_QUERY]
        text = bind(query("findings"), {"finding": [NamedNode(iri) for iri in some]})
        found = {finding.iri: finding for finding in _read(service.run(generation, text))}
        yield from (found[iri] for iri in some if iri in found)


def unless_limited(ask: Callable[[], Read], otherwise: Other) -> Read | Other:
    """Return the result of `ask`, or `otherwise` if a limit stops it: for pages that show findings in passing."""
    try:
        return ask()
    except LimitError:
        return otherwise


def anchor(project: str) -> str:
    """Return the anchor of a project's part on the page of its filing's report."""
    return "-".join(project.split("/")[-3:])


def place(iri: str) -> tuple[str, str, int]:
    """Return the sha16 of the report that a finding is in, and its place there, results of a document first."""
    found = _NUMBERED.search(iri)
    return (found[1], found[2], int(found[3])) if found else (iri, "", 0)


def _only(word: str | None) -> tuple[str, ...]:
    return (word,) if word else ()


def _read(results: bytes) -> Iterator[Finding]:
    said: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for row in json.loads(results)["results"]["bindings"]:
        value = row["value"]
        said[row["finding"]["value"]][row["property"]["value"]].add((value["value"], value.get("xml:lang", "")))
    yield from _findings(said)


def from_statements(said: Mapping[str, Mapping[str, Iterable[Mapping[str, str]]]]) -> Iterator[Finding]:
    """Yield the findings among some subjects, whose terms are given by property, in report order."""
    yield from _findings(
        {
            iri: {name: {(term["value"], term.get("xml:lang", "")) for term in known} for name, known in of_it.items()}
            for iri, of_it in said.items()
            if terms.SH_focusNode in of_it
        }
    )


def _findings(said: Mapping[str, Mapping[str, set[tuple[str, str]]]]) -> Iterator[Finding]:
    for iri in sorted(said, key=place):
        if {terms.SH_sourceShape, terms.SH_focusNode} <= said[iri].keys():
            yield _finding(iri, said[iri])


def _finding(iri: str, said: Mapping[str, set[tuple[str, str]]]) -> Finding:
    def values(predicate: str, language: str | None = None) -> list[str]:
        return sorted(text for text, tag in said.get(predicate, ()) if language in (None, tag))

    def one(predicate: str, language: str | None = None) -> str:
        return next(iter(values(predicate, language)), "")

    node = one(terms.SH_focusNode)
    return Finding(
        iri=iri,
        fault=one(terms.SH_sourceShape),
        level=one(terms.SH_resultSeverity).rpartition("#")[2],
        node=node,
        part=one(terms.RDFS_label) or None if "#" in node else None,
        target=one(terms.targetText) or None,
        message=Bilingual(one(terms.SH_resultMessage, "zh"), one(terms.SH_resultMessage, "en")),
        lines=tuple(sorted(int(line) for line in values(terms.sourceLine) if line.isdecimal())),
        source=one(terms.PROV_wasDerivedFrom).rpartition("/")[2],
        decision=one(terms.acceptedBy) or None,
        group=one(terms.findingGroup) or None,
    )
