"""Suggest the commands by which a steward settles what is open in the lines of a source: withheld, doubted, not read.

A line that was recognised in a picture is transcribed, unless a person has read it or it names a person; then all its
facts are read again. Other withheld values are supplied by corrections, and findings about inferences are accepted.
"""

import shlex
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, RdfFormat, parse

from jixiao.ontology.reasons import BLANK, is_doubted
from jixiao.ontology.text.display import MASK
from jixiao.server.editions.renditions import Line
from jixiao.shapes.correctable import correctable
from jixiao.shapes.findings.finding import Finding

_TO_WRITE = "\ufffd"  # stands for what is not known; the commands refuse it
_INFERRED = "InferredValue"
_REASON = "对照原件 compared with the original"


def stated(lines: Iterable[Line]) -> set[str]:
    """Return the nodes about which a fact was read from the lines, and is stated."""
    return {fact["node"] for line in lines for fact in line.facts if not fact.get("valueless")}


def withheld(lines: Iterable[Line]) -> list[str]:
    """Return the nodes, once each, about which the lines have withheld facts."""
    return list(dict.fromkeys(fact["node"] for line in lines for fact in line.facts if _is_withheld(fact)))


@dataclass(frozen=True)
class Suggested:
    """The suggestions for one source, given by its number; `recognised` is true if it was recognised in pictures.

    `store` is the store as a shell command names it. `nodes` are the nodes that the source states something about,
    `findings` its findings, and `settled` pairs of a node and the property or rule that a decision about it names.
    """

    sha16: str
    store: str
    recognised: bool
    nodes: Collection[str]
    findings: Sequence[Finding]
    settled: Collection[tuple[str, str]]

    def commands(self, lines: Iterable[Line]) -> dict[int, tuple[str, ...]]:
        """Return the commands that settle what is open in some lines, by the line's number; none for settled lines."""
        found = {line.n: tuple(dict.fromkeys([*self._readings(line), *self._acceptances(line)])) for line in lines}
        return {number: commands for number, commands in found.items() if commands}

    def _readings(self, line: Line) -> Iterator[str]:
        lost = [
            fact for fact in line.facts if _is_withheld(fact) and (fact["node"], fact["property"]) not in self.settled
        ]
        is_read = MASK in line.text or any("decision" in fact for fact in line.facts)
        to_read = self.recognised and bool(line.boxes) and bool(line.text.strip()) and not is_read
        if to_read and (lost or line.use == "unread" or any(is_doubted(fact["why"]) for fact in line.facts)):
            text = line.text if len(line.boxes) == 1 else _TO_WRITE
            for page, *box in line.boxes:
                place = f"{page:g}", ",".join(f"{edge:g}" for edge in box)
                yield self._command("transcribe", self.sha16, *place, text)
        for fact in lost:
            node, name = fact["node"], fact["property"]
            # A value that was read follows from the transcription; one that was not may lack its unit, for example.
            if name in correctable() and node in self.nodes and not (to_read and "withheld" in fact):
                yield self._command("correct", node, name.rpartition("#")[2], _value(fact.get("withheld")))

    def _acceptances(self, line: Line) -> Iterator[str]:
        for finding in self.findings if self.recognised else ():
            is_left = not finding.accepted and (finding.focus_node, finding.fault.iri) not in self.settled
            if finding.fault.name == _INFERRED and line.n in finding.lines and is_left:
                yield self._command("accept", finding.fault.name, finding.focus_node)

    def _command(self, kind: str, *arguments: str) -> str:
        """Return a command with its arguments quoted for a shell; those of strangers' files are never options."""
        quoted = shlex.join(map(_plain, arguments))
        return f"jixiao registry {kind} --store {self.store} --reason {shlex.quote(_REASON)} -- {quoted}"


def _is_withheld(fact: dict[str, Any]) -> bool:
    return bool(fact.get("valueless")) and fact["why"] is not None and fact["why"] not in BLANK


def _value(written: str | None) -> str:
    """Return the value that was read, from the N-Triples of a ledger; things and unread values are to be written."""
    value = None if written is None else next(iter(parse(f"<urn:s> <urn:p> {written} .", RdfFormat.N_TRIPLES))).object
    return value.value if isinstance(value, Literal) else _TO_WRITE


def _plain(text: str) -> str:
    """Return a text in one line without control characters, which a terminal could obey when it is pasted."""
    return "".join(char for char in " ".join(text.split()) if unicodedata.category(char)[0] != "C")
