"""Keep the refusals of documents until these are accepted; they are never published."""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from jixiao.store import errors, files, lock, sums
from jixiao.store.records import Refusal

AGAIN = (
    "请从备份恢复该文件，或再次读入被退回的文件；jixiao rebuild 不再记它",
    "restore the file from a backup, or ingest the refused document again; jixiao rebuild forgets it",
)


def keep(layout: files.Layout, refusal: Refusal) -> None:
    """Write the refusal of a document to a store that has no refusal of this document. May raise OSError.

    The report is written before the entry by which the refusal is found, so that no entry lacks its report.
    """
    path = layout.refusal(refusal.sha256)
    recognition = layout.recognition(refusal.sha256)
    entry = asdict(refusal) | {"recognition": sums.of(recognition) if recognition.exists() else None}
    report = entry.pop("report_turtle")
    entry["sum"] = sums.of_value([entry, report])
    files.write(path.with_suffix(".ttl"), report.encode())
    files.write(path, json.dumps(entry, ensure_ascii=False).encode())


def forget(layout: files.Layout, accepted: Iterable[str], *, anew: bool = False) -> None:
    """Remove the refusals of documents, given by SHA-256, that are accepted, or refused `anew`. May raise OSError.

    A scan that is refused anew keeps its bytes, beside its recognition.
    """
    records = [layout.refusal(sha256) for sha256 in accepted]
    sums.update(layout.root, stated={str(path.relative_to(layout.root)): "" for path in records})
    for record in records:
        for path in (record, record.with_suffix(".ttl"), *([] if anew else [record.with_suffix(".original")])):
            files.remove(path)


def unlisted(layout: files.Layout) -> set[Path]:
    """Return the paths of refusals that the root's list of checksums does not have."""
    return {*filter(Path.is_file, layout.refused.glob("*.json"))} - {
        layout.root / name for name in sums.read(layout.root)
    }


def lost(layout: files.Layout) -> list[Path]:
    """Return the paths of refusals that are gone, although the root's list of checksums has them."""
    listed = (layout.root / name for name in sums.read(layout.root))
    return sorted(path for path in listed if path.parent == layout.refused and not path.exists())


def damaged(layout: files.Layout) -> list[Path]:
    """Return the paths of refusals that are gone or damaged; those that the system forbids to read are left out."""
    found = lost(layout)
    for path in layout.refused.glob("*.json"):
        try:
            read(path)
        except errors.StoreUnusableError as error:
            found += [] if isinstance(error.__cause__, PermissionError) else [path]
    return found


def read_all(layout: files.Layout) -> tuple[Refusal, ...]:
    """Read all refusals, sorted by file name. Raises StoreUnusableError if one cannot be read or has been lost."""
    try:
        paths = [path for path in layout.refused.iterdir() if re.fullmatch(r"[^.].*\.json", path.name)]
    except FileNotFoundError:
        paths = []
    except OSError as cause:
        raise errors.damaged(layout.refused, *errors.BACKUP, cause) from cause
    for path in () if lock.taken(layout.lock) else lost(layout):  # a writer may be about to write it
        raise errors.damaged(path, *AGAIN)
    return tuple(sorted(filter(None, map(read, paths)), key=lambda refusal: (refusal.file_name, refusal.sha256)))


def read(path: Path) -> Refusal | None:
    """Read a refusal; None if there is none. Raises StoreUnusableError if it cannot be read."""
    try:
        entry = json.loads(path.read_bytes())
        report = path.with_suffix(".ttl").read_text("utf-8")
        if entry.pop("sum", None) not in {None, sums.of_value([entry, report])} or entry["sha256"] != path.stem:
            raise ValueError("SHA-256")  # noqa: TRY301 - handled as other damage
        listed = {name: tuple(entry.get(name, ())) for name in ("reasons", "bodies")}
        return Refusal(**entry | listed, report_turtle=report)
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as cause:
        if not path.exists():
            return None  # it was just removed
        raise errors.damaged(path, *AGAIN, cause) from cause
