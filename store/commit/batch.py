"""Collect one writer's deposits, withdrawals, refusals and decisions, and commit them as the next generation.

Everything but a refusal waits in a scratch directory until `commit`; uncommitted work leaves nothing behind.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace as altered
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from jixiao.ontology.identity import Iris
from jixiao.store import files, generations, refusals, sums
from jixiao.store.commit import building, replacement, waiting
from jixiao.store.commit.upcoming import Spool, Upcoming, as_json, vocabulary_digest
from jixiao.store.decisions import effects, log, moves, registry_file
from jixiao.store.errors import DepositError, OverlapError, RegistryError, SourceMissingError, no_source
from jixiao.store.records import SHA16, Added, Deposit, Origin, Refusal, SourceRecord
from jixiao.store.timeline import Timeline

_ENDED = {"replaced": ("被取代", "replaced"), "withdrawn": ("撤回", "withdrawn")}


class Batch:
    """The open writer of a store, made by `Store.writing()`; a store has one at a time.

    `last` is the current generation, or None, and `present` opens the generation that a commit has published. `judge`
    applies the rules over the entire store, `check` applies the rules for decisions, and `read` reads a source again.
    Each of these three may be None; its step is then left out.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - only Store calls it
        self,
        layout: files.Layout,
        timeline: Timeline,
        base_iri: str,
        last: generations.Generation | None,
        scratch: Path,
        present: Callable[[], generations.Generation],
        judge: building.Judge | None,
        check: registry_file.Check | None,
        read: registry_file.Read | None = None,
    ) -> None:
        self._layout, self._timeline = layout, timeline
        self._present, self._judge, self._check, self._read = present, judge, check, read
        self._iris, self._scratch = Iris(base_iri), scratch
        self._spool = Spool(layout, files.Layout(scratch))
        self._start_from(last)

    def _start_from(self, last: generations.Generation | None) -> None:
        self._last = last
        self._former: Mapping[str, SourceRecord] = {} if last is None else last.sources
        self._changed: dict[str, SourceRecord] = {}
        self._arrived: set[str] = set()
        self._read_with: dict[str, tuple[effects.Transcription, ...]] = {}
        self._remarks: dict[str, log.Remark] = {}
        self._registries: tuple[registry_file.Registry, registry_file.Registry] | None = None  # as found, as edited
        self._offered: dict[str, SourceRecord] = {}  # new readings that `settle` has not yet taken or refused
        self._pairs: dict[str, tuple[tuple[str, str], ...]] = {}  # former and present paths, by source
        self._moved: dict[str, str] = {}
        self._live = replacement.Live(None if last is None else last.sources)

    def holds(self, sha256: str) -> bool:
        """Return whether a source with this SHA-256 is live already."""
        record = self._source(sha256[:SHA16])
        return record is not None and record.live

    def waiting(self, rules: str) -> waiting.Waiting:
        """Return the uncommitted readings that were made with one version of the rules, which `rules` names."""
        return waiting.Waiting(self._layout, rules)

    def pictured(self, sha256: str) -> effects.Pictured:
        """Return the text that was recognised in a file's pictures, with a steward's transcriptions of them.

        The file may be a source, live or not, or a refused document. Raises RegistryError and StoreUnusableError.
        """
        record = self._source(sha256[:SHA16])
        source = self._iris.source(sha256)
        made = self._registry()[1].decisions.transcriptions.get(source, ())
        kept = effects.pictured(self._layout, sha256, record, made, anew=True)
        self._read_with[source] = made
        return kept

    def knows(self, sha256: str) -> bool:
        """Return whether a file with this SHA-256 is or was a source."""
        return self._source(sha256[:SHA16]) is not None

    def live_sources(self) -> list[SourceRecord]:
        """Return the live sources of the last generation, by file name."""
        return [] if self._last is None else list(self._last.live_sources)

    def live_source(self, sha16: str) -> SourceRecord:
        """Return the record of a live source. Raises SourceMissingError for other numbers."""
        record = self.known(sha16)
        if not record.live:
            zh, en = _ENDED[record.status]
            raise SourceMissingError(
                f"{record.file_name} ({sha16}) 已于 {record.ended} {zh}，不在当前数据中。"
                f" {record.file_name} ({sha16}) was {en} on {record.ended} and is not in the current data."
            )
        return record

    def add(self, deposit: Deposit, replace: str | None = None) -> Added:
        """Accept a document, which replaces all live sources near it (see `replacement.Live.near`).

        `replace` is the sha16 of a source to be replaced in any case. Raises OverlapError, which names both files, for
        any other that may not be replaced, SourceMissingError if no source has the number `replace`, DepositError, and
        StoreUnusableError if the disk fails.
        """
        if self.holds(deposit.sha256):
            return Added(deposit.sha16, unchanged=True)
        if hashlib.sha256(deposit.content).hexdigest() != deposit.sha256:
            raise DepositError(f"{deposit.file_name}: the content's SHA-256 is not {deposit.sha256}")
        if replace is not None:
            self.known(replace)
        record = self._new_record(deposit)
        replaced = tuple(self.known(old.sha16) for old in self._live.near(record, replace))
        objections = replacement.objections_to(record, (old for old in replaced if old.sha16 != replace))
        if objections:
            raise OverlapError("\n".join(objections.values()))
        with files.writable(self._layout):
            self._spool.keep(deposit)
        for old in replaced:
            self._replace(old, deposit.sha16)
        beside = {old.sha16: old for each in record.evaluations for old in self._live.evaluating(each)}
        self._begin(altered(record, replaces=tuple(sorted({*record.replaces, *(old.sha16 for old in replaced)}))))
        return Added(deposit.sha16, replaced, disagreeing=tuple(beside.values()))

    def locate(self, sha16: str, origins: Iterable[Origin]) -> None:
        """Add addresses to a live source; if it has an address already, only the values that `origins` state change."""
        record = self.live_source(sha16)
        known = {each.address: each for each in record.origins}
        for origin in origins:
            said = {name: value for name, value in asdict(origin).items() if value is not None}
            known[origin.address] = altered(known.get(origin.address, origin), **said)
        self._changed[sha16] = altered(record, origins=tuple(known[address] for address in sorted(known)))

    def reread(self, deposit: Deposit) -> None:
        """Offer a new reading of a live source; `settle` later decides on all offered readings together.

        Raises SourceMissingError unless the source is live, and StoreUnusableError if the disk fails.
        """
        former = self.live_source(deposit.sha16)
        offered = altered(former, revision=former.revision + 1, **_read_from(deposit))
        with files.writable(self._layout):
            self._spool.keep(deposit, original=False)
            offered = self._renamed(offered) if offered.apart else offered
        if self._last is not None:
            before = self._last.graph.quads_for_pattern(
                None, None, None, NamedNode(self._iris.source_graph(former.sha256))
            )
            after = self._spool.triples(deposit.sha256, "source")
            self._pairs[former.sha16] = tuple(moves.pairs(before, after, self._iris.base))
        self._offered[former.sha16] = offered

    def settle(self) -> replacement.Settled:
        """Accept the offered readings that the rules of replacement allow; other sources keep their former reading.

        Returns the refused readings with the reasons, and the sources that accepted readings replaced.
        """
        if not self._offered:  # all sources would be read for nothing
            return replacement.Settled({}, {})
        settled = replacement.settle({**self._former, **self._changed}, self._offered)
        out = settled.refused.keys() | settled.replaced.keys()
        taken = [record for sha16, record in self._offered.items() if sha16 not in out]
        for record in taken:
            self._live.remove(self.known(record.sha16))
        for sha16, successor in settled.replaced.items():
            self._replace(self.known(sha16), successor)
        for record in taken:
            self._begin(record)
        for sha16, successor in settled.replaced.items():
            record = self.known(successor)
            self._changed[successor] = altered(record, replaces=tuple(sorted({*record.replaces, sha16})))
        self._offered = {}
        self._move(record.sha16 for record in taken)
        return settled

    def _move(self, sources: Iterable[str]) -> None:
        """Rewrite the registry for things whose IRIs new readings of `sources` (sha16s) changed."""
        self._moved |= moves.settled(pair for sha16 in sources for pair in self._pairs.pop(sha16, ()))
        found, edited = self._registry()
        text = moves.rewritten(edited.text, self._moved)
        if text != edited.text:
            self._registries = found, registry_file.parsed(edited.path, text, self._iris)

    def withdraw(self, sha16: str, reason: str, by: str | None = None) -> None:
        """Withdraw a source; its record stays, with the `reason` and the steward's name (`by`).

        Raises SourceMissingError unless the source is live.
        """
        old = self.live_source(sha16)
        self._end(altered(old, status="withdrawn", ended=_now(), reason=reason))
        self._remarks[self._iris.source(old.sha256)] = log.Remark(reason, by)

    def decide(self, kind: str, says: Mapping[str, effects.Term], note: str) -> effects.Decision:
        """Add a decision to the registry under the next number, and return it. Raises RegistryError.

        `kind` is the IRI of its class, `says` maps IRIs of properties to values, and `note` is a comment for people.
        """
        found, edited = self._registry()
        used = [each.iri for each in edited.decisions.all]
        used += [] if self._last is None else [entry.subject for entry in log.read(self._last.moment)]
        number = 1 + max(map(registry_file.number_of, used), default=0)
        decision = effects.Decision(self._iris.decision(number), kind, says)
        self._registries = found, registry_file.parsed(edited.path, edited.with_decision(decision, note), self._iris)
        return decision

    def undo(self, number: int, reason: str | None = None, by: str | None = None) -> None:
        """Remove a decision from the registry. Raises DecisionMissingError and RegistryError.

        `reason` and `by`, the steward's name, are written into the log by the commit.
        """
        found, edited = self._registry()
        iri = self._iris.decision(number)
        self._registries = found, registry_file.parsed(edited.path, edited.without_decision(iri), self._iris)
        self._remarks[iri] = log.Remark(reason, by)

    def refuse(self, refusal: Refusal, recognition: bytes | None = None, content: bytes = b"") -> None:
        """Record at once, before any commit, why a document was refused.

        If there is a `recognition`, it is kept with the bytes `content`, so that a steward can transcribe the scan.
        Raises StoreUnusableError if the disk fails.
        """
        with files.writable(self._layout):
            refusals.forget(self._layout, [refusal.sha256], anew=True)
            if recognition is not None:
                files.write(self._layout.recognition(refusal.sha256), recognition)
                if content:
                    files.write(self._layout.refused_original(refusal.sha256), content)
            refusals.keep(self._layout, refusal)

    def commit(self, *, strict: bool = False) -> generations.Generation:
        """Make the next generation and publish it; if nothing changed, return the current one.

        The first commit makes a generation in any case. The registry is read, checked and applied; if `strict`, a new
        decision without effect is refused as well. Changes of decisions in force that somebody made in the file are
        applied only if the commit is `strict` and does not edit the file itself. Raises RegistryError, DepositError,
        and StoreUnusableError if the disk fails; after an error the current generation is still published.
        """
        found, edited = self._registry()
        applied = effects.NONE if self._last is None else self._last.decisions
        if self._registries or not strict:
            registry_file.refuse(found, registry_file.unapplied(found, applied), applied, strict)
        decided = edited.decisions.triples != applied.triples
        self._transcribe(applied, edited, strict)
        with files.writable(self._layout):
            self._tell_apart()
        new_vocabulary = self._last is None or self._last.manifest.vocabulary != vocabulary_digest()
        new_software = new_vocabulary or generations.derived_by_other_rules(self._last)
        changed = {sha16: each for sha16, each in self._changed.items() if each != self._former.get(sha16)}
        complete = self._last is not None and None not in (self._last.index, self._last.tables)
        if self._last is not None and complete and not (changed or new_software or decided):
            with files.writable(self._layout):
                self._rewrite(found, edited)
                sums.update(self._layout.root, *self._layout.listed, *refusals.unlisted(self._layout))
            return self._last
        objections = registry_file.objections(edited, self._check, None if self._last is None else self._last.graph)
        registry_file.refuse(edited, objections, applied, strict)
        states = self._iris, self._last, self._former, changed, self._arrived
        upcoming = Upcoming(*states, new_vocabulary, decided, edited.decisions, self._live)
        with files.writable(self._layout):
            generation = self._publish(upcoming, applied, found, edited)
        self._start_from(generation)
        return generation

    def _tell_apart(self) -> None:
        """Give an evaluation that several live sources state with different figures an IRI of its own in each source.

        One source keeps the plain IRI (see `replacement`). Only evaluations of changed sources are examined. Other
        sources with these evaluations get new triples, too.
        """
        records = (source.get(sha16) for sha16 in self._changed for source in (self._former, self._changed))
        touched = {each for record in records if record is not None for each in record.evaluations}
        for sha16, told_apart in self._live.told_apart(touched):
            record = self.known(sha16)
            if told_apart == record.apart:
                continue
            if sha16 not in self._arrived and self._last is not None:
                self._spool.keep_again(record, self._last.graph, self._iris)
                record = altered(record, revision=record.revision + 1)
            self._begin(self._renamed(altered(record, apart=told_apart)))

    def _renamed(self, record: SourceRecord) -> SourceRecord:
        """Rename the evaluations in `record.apart` in the waiting triples and ledger of a document.

        Return the record with the SHA-256 of the changed ledger.
        """
        ledger = self._spool.rewrite(record.sha256, functools.partial(replacement.renamed, record=record))
        return altered(record, sums={**record.sums, "ledger": hashlib.sha256(ledger).hexdigest()})

    def _transcribe(self, applied: effects.Decisions, edited: registry_file.Registry, strict: bool) -> None:
        """Read each source again whose transcriptions a decision added, changed or removed.

        `applied` are the decisions of the last generation, `edited` is the registry to be applied. Raises
        RegistryError if a source cannot be read with its transcriptions.
        """
        if self._read is None:
            return
        before, after = applied.transcriptions, edited.decisions.transcriptions
        all_objections: list[registry_file.Objection] = []
        for source in sorted(before.keys() | after.keys()):
            record, made = self._source(source.rpartition("/")[2]), after.get(source, ())
            of_reading = self._read_with if record and record.sha16 in self._arrived else before
            if record is not None and record.live and of_reading.get(source, ()) != made:
                original = self._layout.source(record.sha256).read_bytes()
                deposit, objections = self._read(record, original, self.pictured(record.sha256))
                self.reread(deposit)
                all_objections += objections
        registry_file.refuse(edited, all_objections, applied, strict)
        if refused := self.settle().refused:
            raise RegistryError("\n".join(refused.values()))

    def _publish(
        self,
        upcoming: Upcoming,
        applied: effects.Decisions,
        found: registry_file.Registry,
        edited: registry_file.Registry,
    ) -> generations.Generation:
        """Build the next generation and publish it by writing its number to `current`.

        `applied` are the decisions of the last generation; the registry is given as `found` in its file, and as
        `edited`. If the process crashes before the last step, the next writer removes the generation and its rows, and
        the next generation applies the decisions of the registry.
        """
        layout, number, version = self._layout, upcoming.number, upcoming.version
        span = log.Span(self._iris, number, _now(), self._remarks)
        entries = [*span.decisions(applied, edited.decisions), *span.sources(upcoming.former, upcoming.changed)]
        directory, rows = building.build(upcoming, self._spool, self._judge, self._scratch, log.rows(number, entries))
        self._spool.place(upcoming.changed[sha16] for sha16 in self._arrived & upcoming.changed.keys())
        files.move(directory, layout.generation(version))
        self._timeline.write(number, rows, number - generations.KEPT + 1)
        self._rewrite(found, edited)
        if self._moved:
            moves.add(layout.moved, self._moved)
        self._timeline.enlist(*layout.listed, *refusals.unlisted(layout))
        files.write(layout.current, generations.named(version))
        for former in upcoming.reread():
            files.remove(layout.rendition(former.sha256, former.revision))
            files.remove(layout.ledger(former.sha256, former.revision))
        sums.update(layout.root, layout.current)
        refusals.forget(layout, (record.sha256 for record in upcoming.coming()))
        generations.clear(layout, number)
        return self._present()

    def _registry(self) -> tuple[registry_file.Registry, registry_file.Registry]:
        """Return the registry as found in its file, and as edited by this batch. Raises RegistryError."""
        if self._registries is None:
            found = registry_file.read(self._layout.registry, self._iris)
            return found, found
        return self._registries

    def _rewrite(self, found: registry_file.Registry, edited: registry_file.Registry) -> None:
        """Write the `edited` registry to its file. Raises RegistryError if the file is no longer as `found`."""
        if edited.text == found.text:
            return
        if registry_file.read(edited.path, self._iris).text != found.text:
            raise RegistryError(
                f"{edited.path} 刚被别人改过，未作改动，请重试。"
                f" Somebody has just changed {edited.path}; nothing was done, try again."
            )
        # The first registry is listed by the commit: a writer killed before writing it leaves no file that seems lost.
        sha256 = hashlib.sha256(edited.text.encode()).hexdigest() if edited.path.exists() else ""
        sums.update(self._layout.root, stated={edited.path.name: sha256})
        files.write(edited.path, edited.text.encode())

    def _new_record(self, deposit: Deposit) -> SourceRecord:
        """Return the record of a deposited document.

        If the store had the same file before, the record keeps the numbers of the sources that the file replaced then.
        """
        former = self._source(deposit.sha16)
        return SourceRecord(
            sha256=deposit.sha256,
            file_name=deposit.file_name,
            status="live",
            added=_now(),
            replaces=() if former is None else former.replaces,
            revision=0 if former is None else former.revision,
            **_read_from(deposit),
        )

    def _begin(self, record: SourceRecord) -> None:
        """Count a source as live from now on, with the given record.

        Its triples must be in the spool (the deposits that wait for the commit).
        """
        self._changed[record.sha16] = record
        self._arrived.add(record.sha16)
        self._live.add(record)

    def _replace(self, old: SourceRecord, successor: str) -> None:
        self._end(altered(old, status="replaced", ended=_now(), replaced_by=successor))

    def _end(self, ended: SourceRecord) -> None:
        self._changed[ended.sha16] = ended
        self._live.remove(ended)

    def _source(self, sha16: str) -> SourceRecord | None:
        """Return a source's record as changed by this batch, else as in the last generation, else None."""
        return self._changed.get(sha16) or self._former.get(sha16)

    def known(self, sha16: str) -> SourceRecord:
        """Return a source's record, live or not. Raises SourceMissingError if no source has the number."""
        record = self._source(sha16)
        if record is None:
            raise no_source(sha16)
        return record


def _read_from(deposit: Deposit) -> dict[str, Any]:
    """Return the fields of a source's record that depend on the reading of the document."""
    return {
        "size": len(deposit.content),
        "media_type": deposit.media_type,
        **vars(deposit.contents),
        "unsure": replacement.unsure(deposit),
        "reading": deposit.reading,
        "sums": {
            part: hashlib.sha256(as_json(value)).hexdigest()
            for part in ("rendition", "ledger", "recognition")
            if (value := getattr(deposit, part)) is not None
        },
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
