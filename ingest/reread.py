"""Read the kept original files of a store's sources again by the present rules, into one generation."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from jixiao.ingest import version
from jixiao.ingest.load import Outcome, read_files
from jixiao.ingest.result import Reading
from jixiao.ingest.writing import writing
from jixiao.store import Batch, SourceRecord, Store


def reread(
    store: Store,
    numbers: Sequence[str] = (),
    *,
    jobs: int | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> tuple[Outcome, ...]:
    """Read sources again: those named by their sha16, or all that were read by older rules.

    The store is then equal to one into which the same files were loaded by the present rules. The status of an outcome
    is reread; superseded, if another source's new reading has all of its projects; or kept, if the new reading was
    refused, so that the former one stays. Raises SourceMissingError for a number that no live source has, and the
    store's other errors.
    """
    with writing(store) as batch:
        chosen = [batch.live_source(number) for number in dict.fromkeys(numbers)] or version.outdated(store.sources())
        if not chosen:
            return ()
        outcomes: dict[str, Outcome] = {}
        paths, names = [store.original(each.sha16) for each in chosen], [each.file_name for each in chosen]
        anew = read_files(paths, store.base_iri, jobs, names=names, pictured=batch.pictured)
        for record, (_, reading) in zip(chosen, anew, strict=True):
            outcomes[record.sha16] = _outcome(record, reading, batch)
            progress(record.file_name)
        settled = batch.settle()
        for sha16, reason in settled.refused.items():
            outcomes[sha16] = dataclasses.replace(outcomes[sha16], status="kept", notes=(reason,))
        for sha16, successor in settled.replaced.items():
            record = store.source(sha16)
            found = outcomes.get(sha16, Outcome(_shown(record), "superseded"))
            note = f"由 {successor} 取代 · replaced by {successor}"
            outcomes[sha16] = dataclasses.replace(found, status="superseded", notes=(note,))
        batch.commit()
    return tuple(outcomes.values())


def _outcome(record: SourceRecord, read: Reading, batch: Batch) -> Outcome:
    """Add a new reading to the batch, and return the outcome so far."""
    reading = dataclasses.replace(read, deposit=None, rendition=None, ledger=None)
    if read.deposit is None:
        return Outcome(_shown(record), "kept", read.refusal.reasons if read.refusal else (), reading)
    if read.sha256 != record.sha256:
        reason = "保存的原件与其 SHA-256 不符 · the kept original does not have its SHA-256"
        return Outcome(_shown(record), "kept", (reason,), reading)
    batch.reread(read.deposit)
    return Outcome(_shown(record), "reread", (), reading)


def _shown(record: SourceRecord) -> Path:
    """Return the file's name with the source's number, since several sources may have one name."""
    return Path(f"{record.file_name} ({record.sha16})")
