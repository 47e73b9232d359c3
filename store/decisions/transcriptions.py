"""Tell how a steward transcribed lines of sources that were recognised in pictures, by the decisions in force.

The recognition that the store keeps stays as it is. Each reading of a source puts the transcriptions in the place of
what was recognised (`jixiao.ingest.transcribing`), so a source is read anew when they change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import terms
from jixiao.store.decisions.checking import Objection
from jixiao.store.decisions.effects import Decision, Decisions, Term
from jixiao.store.records import Deposit, SourceRecord

_REGION = re.compile("xywh=" + ",".join([r"(-?\d+(?:\.\d+)?)"] * 4))

Region = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a page, in points from the top left of the page set upright."""


class Transcription(NamedTuple):
    """The text that a person read in a region of a page, and the text recognised there, each with its line breaks.

    `decision` is the IRI of the decision. Where nothing was recognised, `recognised` is empty.
    """

    decision: str
    page: int
    region: Region
    recognised: str
    text: str

    def says(self, source: str) -> dict[str, Term]:
        """Return the contents of the decision about a source (an IRI), without reason and date."""
        left, top, right, bottom = self.region
        shown = ",".join(f"{round(number, 1):g}" for number in (left, top, right - left, bottom - top))
        return {
            terms.concerns: NamedNode(source),
            terms.onPage: Literal(str(self.page), datatype=NamedNode(terms.XSD_integer)),
            terms.region: Literal(f"xywh={shown}"),
            terms.recognisedText: Literal(self.recognised),
            terms.transcribedText: Literal(self.text),
        }


class Pictured(NamedTuple):
    """The kept recognition of a file's pictures, if there is one, and the transcriptions of them."""

    recognition: bytes | None = None
    transcriptions: tuple[Transcription, ...] = ()


Read = Callable[[SourceRecord, bytes, Pictured], tuple[Deposit, Sequence[Objection]]]
"""A function that reads a source anew from its bytes, and objects to transcriptions that have no effect.

It raises RegistryError if the source cannot be read so.
"""


def by_source(decisions: Decisions) -> Mapping[str, tuple[Transcription, ...]]:
    """Return the transcriptions of each source, by its IRI, in the order of the decisions."""
    found: dict[str, list[Transcription]] = defaultdict(list)
    for decision in decisions.of_kind(terms.Transcription):
        source, transcription = decision.node(terms.concerns), _transcription(decision)
        if source is not None and transcription is not None:
            found[source.value].append(transcription)
    return {source: tuple(made) for source, made in found.items()}


def pictured(recognition: Path, decisions: Decisions, source: str) -> Pictured:
    """Return what is known of the pictures of a source (an IRI), whose recognition may be kept at a path."""
    known = recognition.read_bytes() if recognition.exists() else None
    return Pictured(known, by_source(decisions).get(source, ()))


def _transcription(decision: Decision) -> Transcription | None:
    """Return what a decision says, or None if it is not complete, which the registry's rules forbid."""
    found = _REGION.fullmatch(decision.text(terms.region))
    page = decision.text(terms.onPage)
    if found is None or not page.isdecimal():
        return None
    left, top, width, height = map(float, found.groups())
    region = (left, top, left + width, top + height)
    recognised, text = decision.text(terms.recognisedText), decision.text(terms.transcribedText)
    return Transcription(decision.iri, int(page), region, recognised, text)
