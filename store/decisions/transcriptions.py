"""List a steward's transcriptions: corrected texts for lines that were recognised in pictures, from the decisions.

The kept recognition is not changed. Reading a source replaces the recognised lines by the transcriptions
(`jixiao.ingest.transcribing`), so a source is read again when its transcriptions change.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from jixiao.ontology import grouping, terms
from jixiao.store import errors, files, refusals, sums
from jixiao.store.decisions import effects, registry_file
from jixiao.store.records import SHA16, Deposit, SourceRecord

_REGION = re.compile("xywh=" + ",".join([r"(-?\d+(?:\.\d+)?)"] * 4))

Region = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a page, in points from the top left of the upright page."""


class Transcription(NamedTuple):
    """A steward's reading of a region of a page: its text, and the text that was recognised there.

    `decision` is the IRI of the decision, `page` a number from 1. Both texts have their line breaks. Where nothing was
    recognised, `recognised` is empty.
    """

    decision: str
    page: int
    region: Region
    recognised: str
    text: str

    def says(self, source: str) -> dict[str, effects.Term]:
        """Return the properties and values of the decision about a source (an IRI), without reason and date."""
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


Read = Callable[[SourceRecord, bytes, Pictured], tuple[Deposit, Sequence[registry_file.Objection]]]
"""A function that reads a source again, and returns objections to transcriptions that have no effect.

It raises RegistryError if the source cannot be read with its transcriptions.
"""


def by_source(decisions: effects.Decisions) -> Mapping[str, tuple[Transcription, ...]]:
    """Return the transcriptions of each source, by its IRI, in the order of the decisions."""
    transcriptions = grouping.by_key(
        (source.value, transcription)
        for decision in decisions.of_kind(terms.Transcription)
        if (source := decision.node(terms.concerns)) and (transcription := _transcription(decision))
    )
    return {source: tuple(made) for source, made in transcriptions.items()}


def pictured(
    layout: files.Layout, sha256: str, record: SourceRecord | None, registry: registry_file.Registry, *, anew: bool
) -> Pictured:
    """Return the recognition and transcriptions of a file: a source with its record, or a refused document.

    What is damaged is left out if the pictures may be recognised `anew`. Raises StoreUnusableError.
    """
    again = f"jixiao reread --store {layout.root} {sha256[:SHA16]}"
    remedy = f"请运行 {again}，退回的文件则再导入一次", f"run {again}, or ingest a refused file again"
    recognition = None
    with suppress(errors.StoreUnusableError) if anew else nullcontext():
        refusal = refusals.read(layout.refusal(sha256))
        wanted = refusal.recognition if refusal else record.sums.get("recognition") if record else None
        recognition = sums.kept(layout.recognition(sha256), wanted, remedy)
    return Pictured(recognition, by_source(registry.decisions).get(registry.iris.source(sha256), ()))


def _transcription(decision: effects.Decision) -> Transcription | None:
    """Return the transcription in a decision, or None if a part is missing, which the registry's rules forbid."""
    match = _REGION.fullmatch(decision.text(terms.region))
    page = decision.text(terms.onPage)
    if match is None or not page.isdecimal():
        return None
    left, top, width, height = map(float, match.groups())
    region = (left, top, left + width, top + height)
    recognised, text = decision.text(terms.recognisedText), decision.text(terms.transcribedText)
    return Transcription(decision.iri, int(page), region, recognised, text)
