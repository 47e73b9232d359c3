"""Open a store for writing, with the rules for the whole store and for the steward's registry, and the reading.

The store has no rules and reads no files, so these are passed to it here. All writers use this module (a test checks
that): a generation made without the rules would lack findings, and would apply an unchecked registry. A source is read
again with a steward's transcriptions of its pictures; those without effect are objected to.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import pyoxigraph

from jixiao.ingest.recognition import Box, Recognition, kept_recognition, overlap
from jixiao.ingest.result import Document, Reading
from jixiao.ingest.transcribing import transcribed
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.text.display import MASK
from jixiao.shapes import store_check, validate
from jixiao.shapes.findings import rdf
from jixiao.store import Deposit, Objection, Pictured, RegistryError, SourceRecord, Store, Transcription
from jixiao.store.commit.batch import Batch

_UNFIT = (
    "图像的这一处没有识别出这样的文字，这项转录不起作用，可以撤销。"
    " This text is not recognised in this place of the picture: the transcription has no effect and may be undone."
)
_PERSON = (
    "这一处有联系人，转录会公开他的姓名，未作改动。"
    " The place names a person, whom a transcription would publish; nothing was changed."
)


def writing(store: Store, *, anew: bool = False) -> AbstractContextManager[Batch]:
    """Open the store's only writer for a block; `anew` is that of `Store.writing`, whose errors are raised."""
    read = partial(_read, store.base_iri)
    return store.writing(judge=CorpusRules(Iris(store.base_iri)), check=check, read=read, anew=anew)


@dataclass(frozen=True)
class CorpusRules:
    """The rules for the whole store, applied to a generation's default graph; results are grouped by focus node."""

    iris: Iris

    def __call__(self, graph: pyoxigraph.Store) -> Mapping[str, bytes]:
        """Apply the rules to the whole graph; return the findings as N-Triples by the number of their source."""
        return self.results(graph, None)

    def groups(self, graph: pyoxigraph.Store, things: Set[str]) -> frozenset[str]:
        """Return the groups of results that may depend on facts about some `things` (IRIs).

        A change to these facts affects only the groups returned for the graph before the change and for the graph after
        it.
        """
        return store_check.affected(graph, things)

    def results(self, graph: pyoxigraph.Store, groups: Set[str] | None) -> Mapping[str, bytes]:
        """Return the findings of the given groups, or of all groups, as N-Triples by the number of their source."""
        found = {source.rpartition("/")[2]: (source, each) for source, each in store_check.judge(graph, groups).items()}
        return {
            sha16: rdf.bare_ntriples(results, self.iris.report_graph(sha16), source)
            for sha16, (source, results) in found.items()
        }


def check(triples: bytes) -> Sequence[Objection]:
    """Apply the rules for the registry to decisions (N-Triples), and return the objections."""
    return [
        Objection(
            decision=each.focus_node,
            sentence=f"{each.message.zh} {each.message.en}",
            grave=each.fault.severity == terms.SH_Violation,
        )
        for each in validate.judge_decisions(triples)
    ]


def _read(base_iri: str, record: SourceRecord, content: bytes, known: Pictured) -> tuple[Deposit, list[Objection]]:
    """Read a source again; return its deposit, and objections to transcriptions without effect or naming a person.

    `known` is what the store keeps of the source's pictures: their recognition and the transcriptions. Raises
    RegistryError if the source, read with these transcriptions, has no project that can be accepted.
    """
    reading, found = read_with(base_iri, record.file_name, content, known)
    if reading.deposit is None:
        reasons = "；".join(reading.refusal.reasons if reading.refusal else ())
        raise RegistryError(
            f"这样 {record.file_name} 就读不出可以收录的项目，未作改动：{reasons}"
            f" So nothing of {record.file_name} could be accepted, and nothing was changed: {reasons}"
        )
    return reading.deposit, found


def read_with(base_iri: str, file_name: str, content: bytes, known: Pictured) -> tuple[Reading, list[Objection]]:
    """Read a file with the transcriptions in `known`; return its reading, and objections to some transcriptions.

    Objections are made to transcriptions that have no effect, and to those in whose place a person is named.
    """
    from jixiao.ingest.document import read_documents  # noqa: PLC0415 - most writers read nothing anew

    [reading] = read_documents([Document(content, file_name, known)], base_iri)
    recognition = kept_recognition(reading.recognition or b"")
    persons = _persons(reading)
    telling = (
        Objection(each.decision, _PERSON, True)
        for each in known.transcriptions
        if any(page == each.page and overlap(box, Box(*each.region)) for page, box in persons)
    )
    return reading, [*_unfit(recognition, known.transcriptions), *telling]


def unfit(store: Store) -> Iterator[Objection]:
    """Yield an objection to each transcription in a store's registry that does not match the recognised text.

    Only sources that are in the store's current generation are checked.
    """
    for source, made in store.registry().decisions.transcriptions.items():
        sha16 = source.rpartition("/")[2]
        if any(record.live and record.sha16 == sha16 for record in store.sources()):
            yield from _unfit(kept_recognition(store.recognition(sha16) or b""), made)


def _unfit(recognition: Recognition | None, made: Sequence[Transcription]) -> Iterator[Objection]:
    """Yield an objection to each of the transcriptions `made` that does not match the recognised text."""
    misfits = made if recognition is None else transcribed(recognition, made)[1]
    return (Objection(each.decision, _UNFIT, False) for each in misfits)


def _persons(reading: Reading) -> list[tuple[int, Box]]:
    """Return the page and box of each line in which a person is masked."""
    rendition = reading.rendition or {}
    found = (line["where"] for line in rendition.get("lines", ()) if MASK in line["text"] and "where" in line)
    return [(where["page"], Box(*where["box"])) for where in found if "box" in where]
