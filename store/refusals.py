"""Keep the refusals of documents until these are accepted; they are never published."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from jixiao.store import errors, files, lock, sums
from jixiao.store.records import Refusal


def keep(layout: files.Layout, refusal: Refusal) -> None:
    """Write a refusal to the store. May raise OSError.

    The report is written before the entry by which the refusal is found, so that no entry lacks its report.
    """
    path, recognition = layout.refusal(refusal.sha256), layout.recognition(refusal.sha256)
    entry = asdict(refusal) | {"recognition": sums.of(recognition) if recognition.exists() else None}
    report = entry.pop("report_turtle")
    entry["sum"] = sums.of_value([entry, report])
    files.remove(path)
    files.write(path.with_suffix(".ttl"), report.encode())
    files.write(path, json.dumps(entry, ensure_ascii=False).encode())


def forget(layout: files.Layout, sha256: str) -> None:
    """Remove the refusal of a document that was accepted since, if there is one. May raise OSError."""
    record = layout.refusal(sha256)
    for path in (record, record.with_suffix(".ttl"), layout.refused_original(sha256)):
        files.remove(path)


def read_all(layout: files.Layout) -> tuple[Refusal, ...]:
    """Read all refusals, sorted by file name. Raises StoreUnusableError if one cannot be read."""
    try:
        stems = {path.stem for path in layout.refused.iterdir() if re.fullmatch(r"[^.].*\.(json|ttl)", path.name)}
    except FileNotFoundError:
        return ()
    except OSError as cause:
        raise errors.damaged(layout.refused, *errors.BACKUP, cause) from cause
    paths = [layout.refusal(stem) for stem in stems]
    for path in paths:  # a writer writes the report first, and may be about to write the record
        if not path.exists() and not lock.taken(layout.lock) and not path.exists():
            report = path.with_suffix(".ttl")
            raise errors.damaged(path, f"从备份恢复，或删除 {report}", f"restore it from a backup, or delete {report}")
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
        raise errors.StoreUnusableError(
            f"无法读取退回记录 {path}（{cause}）；可删除该文件。"
            f" The record of a refused document cannot be read: {path} ({cause}); it may be deleted."
        ) from cause
