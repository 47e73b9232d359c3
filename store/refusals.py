"""Refused documents: their reasons and reports, kept beside the generations and never in a published graph."""

import json

from jixiao.store import files
from jixiao.store.errors import StoreUnusableError
from jixiao.store.files import Layout
from jixiao.store.records import Refusal


def keep(layout: Layout, refusal: Refusal) -> None:
    """Write a refusal to the store. May raise OSError.

    The report is written before the entry by which the refusal is found, so that no entry lacks its report.
    """
    entry = {
        "sha256": refusal.sha256,
        "file_name": refusal.file_name,
        "reasons": refusal.reasons,
        "bodies": refusal.bodies,
    }
    files.write(layout.refused / f"{refusal.sha256}.ttl", refusal.report_turtle.encode())
    files.write(layout.refused / f"{refusal.sha256}.json", json.dumps(entry, ensure_ascii=False).encode())


def forget(layout: Layout, sha256: str) -> None:
    """Remove the refusal of a document that was accepted since, if there is one. May raise OSError."""
    (layout.refused / f"{sha256}.json").unlink(missing_ok=True)
    (layout.refused / f"{sha256}.ttl").unlink(missing_ok=True)
    layout.refused_original(sha256).unlink(missing_ok=True)


def read(layout: Layout) -> tuple[Refusal, ...]:
    """Read all refusals, sorted by file name. Raises StoreUnusableError if one cannot be read."""
    found = []
    for path in layout.refused.glob("[!.]*.json"):
        try:
            entry = json.loads(path.read_bytes())
            report = path.with_suffix(".ttl").read_text("utf-8")
            reasons, bodies = tuple(entry["reasons"]), tuple(entry.get("bodies", ()))
            found.append(Refusal(entry["sha256"], entry["file_name"], reasons, report, bodies))
        except (OSError, ValueError, KeyError) as cause:
            raise StoreUnusableError(
                f"无法读取退回记录 {path}（{cause}）；可删除该文件。"
                f" The record of a refused document cannot be read: {path} ({cause}); it may be deleted."
            ) from cause
    return tuple(sorted(found, key=lambda refusal: (refusal.file_name, refusal.sha256)))
