"""/source/{sha16}: a source line by line, with what became of each; …/file the original where the publisher allows."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from jixiao.server import findings, rules
from jixiao.server.errors import FileNotServedError, GoneError
from jixiao.server.findings import Finding
from jixiao.server.renditions import lines
from jixiao.server.service import Service, ServiceDep
from jixiao.shapes import catalogue
from jixiao.store import SourceRecord

router = APIRouter()


@router.get("/source/{sha16}", summary="来源文件逐行 · a source line by line")
def source(sha16: str, service: ServiceDep) -> Response:
    """The rendition; anchors are #L12. A replaced source is shown with what replaced it, a withdrawn one is gone."""
    record = _record(service, sha16)
    found = findings.spared(partial(findings.of_source, service, sha16)) if record.live else ()
    return service.pages.html(
        "source.html",
        record=record,
        lines=lines(service.store, sha16),
        share=service.store.ledger(sha16)["share"],
        found=found,
        at_fault=_by_line(found),
        labels={finding.fault: rules.label(finding.fault) for finding in found},
        levels=catalogue.LEVELS,
        original=service.settings.serve_originals,
    )


@router.get("/source/{sha16}/file", summary="原始文件 · the original file")
def original(sha16: str, service: ServiceDep) -> Response:
    """The bytes as received, as a download."""
    record = _record(service, sha16)
    if not service.settings.serve_originals:
        raise FileNotServedError(
            "发布者不提供原始文件（其中可能有联系人信息）；各行内容见来源页。",
            "The publisher does not give out original files, which may name persons; the source's page has its lines.",
        )
    return FileResponse(service.store.original(sha16), media_type=record.media_type, filename=record.file_name)


def _by_line(found: tuple[Finding, ...]) -> dict[int, list[Finding]]:
    by_line: dict[int, list[Finding]] = {}
    for finding in found:
        for line in finding.lines:
            by_line.setdefault(line, []).append(finding)
    return by_line


def _record(service: Service, sha16: str) -> SourceRecord:
    record = service.store.source(sha16)
    if record.status == "withdrawn":
        raise GoneError(
            f"来源 {sha16} 已撤回：{record.reason or ''}", f"Source {sha16} was withdrawn: {record.reason or ''}"
        )
    return record
