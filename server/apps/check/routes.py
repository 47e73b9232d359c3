"""Answer /check: the form to send a file, and the report on the file; neither file nor report is kept."""

import json
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from operator import attrgetter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.check import desk
from jixiao.server.errors import ClientGoneError, NotInStoreError, ServerError
from jixiao.server.http import clients, problems, requests
from jixiao.server.http.negotiation import CSV, HTML, JSON, Form, choose
from jixiao.server.pages import rules
from jixiao.server.pages.findings import ReportPage
from jixiao.server.runtime.rendering import LARGEST_PAGE
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.shapes import catalogue
from jixiao.shapes.findings import finding

router = APIRouter(tags=["check"])

FILE = Form("text/html", "file")
"""The report as one HTML file to save, which needs no other file."""
FORMS = (JSON, HTML, CSV, FILE)

_UNSTORED = {"Cache-Control": "no-store"}
_NO_STORE = {**_UNSTORED, "Vary": "Accept, Accept-Language, Cookie"}


@router.get("/check", summary="检查文件的表单 · the form to check a file")
def form(request: Request, service: ServiceDep) -> Response:
    """Answer with the form. Raises NotInStoreError on a server that checks no files."""
    _desk(service)
    choose(request.headers.get("accept"), requests.only(request, "format"), (HTML,))
    return _form(service)


@router.post("/check", summary="检查一个文件 · check a file")
async def check(request: Request, service: ServiceDep) -> Response:
    """Answer with the report on the file that the request sends, as a page, JSON, CSV or a file to keep.

    Raises NotInStoreError, NotAcceptableError, ParameterError, and the errors for a request that is too long, too slow,
    or more than the client may send at a time. Browsers get these errors on the page with the form.
    """
    own, settings = _desk(service), service.settings
    given = requests.parameters(request)
    accept = request.headers.get("accept")
    wanted = choose(accept, given.get("format"), FORMS)
    client = clients.Client.of(request.scope, request.receive)
    try:
        with own.place(client.address):
            upload, fields = await desk.read_upload(request, settings.check_max_bytes, settings.body_timeout)
            wanted = choose(accept, given.get("format") or fields.get("format"), FORMS)
            named = desk.Upload(upload.name or desk.shown_name(given.get("name", "")) or "—", upload.content)
            checked = await own.check(named, client)
        return await run_in_threadpool(_answer, service, named.name, checked, wanted)
    except ServerError as error:
        if wanted != HTML or isinstance(error, ClientGoneError):
            raise
        return _form(service, error)


def _answer(service: Service, name: str, checked: desk.Checked, wanted: Form) -> Response:
    """Return the response with the report on the file `name` in the form `wanted`, such as a page or an HTML file.

    A file whose child process failed has no HTML file to keep, so the response is the ordinary page instead.
    """
    files = {CSV: checked.csv, FILE: checked.html, JSON: json.dumps(checked.report, ensure_ascii=False, indent=1)}
    if files.get(wanted):
        return _file(files[wanted], wanted)
    kept = _kept(files)
    for most in _MOST_FINDINGS:
        page = service.pages.html(
            "checked.html",
            headers=_UNSTORED,
            name=name,
            documents=_documents(checked.report, most),
            kept=kept,
        )
        if len(page.body) <= LARGEST_PAGE:
            break
    return page


def _file(text: str, saved_as: Form) -> Response:
    return Response(
        text,
        headers={
            "Content-Type": saved_as.content_type,
            "Content-Disposition": f'attachment; filename="{_saved(saved_as)}"',
            **_NO_STORE,
        },
    )


def _form(service: Service, error: ServerError | None = None) -> Response:
    """Return the page with the form; `error` is the error of the last file sent, None for a new form."""
    headers = _UNSTORED if error is None else problems.headers(error) | _NO_STORE
    return service.pages.html("check.html", error=error, headers=headers, settings=service.settings)


def _desk(service: Service) -> desk.Desk:
    """Return the desk. Raises NotInStoreError if the settings say that files are not checked."""
    if not service.settings.offers_checks:
        raise NotInStoreError(
            "本站不检查文件：管理者没有开放（设置 check）。可以在自己的机器上用 jixiao validate 检查。",
            "This site does not check files: its operator has not turned this on (setting check). "
            "Use jixiao validate on your own machine.",
        )
    return service.own(desk.Desk)


_LARGEST_LINK = 50_000
"""Most characters of the link in a page that holds the report's files."""
_MOST_FINDINGS = (500, 100, 30, 0)
"""Numbers of findings that the page shows, the most severe first, if it is not too large with them."""


def _documents(report: Mapping[str, Any], left: int) -> list[tuple[Mapping[str, Any], ReportPage, int]]:
    """Return, for each document of a report (a zip has several), what the page shows of the document.

    Each item is a triple: the document as JSON values, the page's part on its findings, and the number of findings left
    out. The page shows at most `left` findings of all documents together, first those of the first document.
    """
    pages = []
    for number, document in enumerate(report["documents"], start=1):
        found = [*document["findings"], *document["notes"]]
        findings = sorted(found, key=lambda each: list(catalogue.LEVELS).index(each["severity"]))
        prefix = f"d{number}-" if len(report["documents"]) > 1 else ""
        page = ReportPage(
            [_finding(each, prefix) for each in findings[:left]],
            {each["project"]["iri"]: each["project"]["name"] for each in findings[:left] if each["project"]},
            attrgetter("excerpt"),
            prefix=prefix,
            longest=300,  # characters of a line that the page shows, around its first mark
            cells={int(line): cell for line, cell in document["sheetCells"].items()},
        )
        pages.append((document, page, max(0, len(findings) - left)))
        left = max(0, left - len(findings))
    return pages


def _kept(files: Mapping[Form, str]) -> str:
    """Return a zip of the report's files as a data: URL (RFC 2397), so that nothing is stored; "" if too long."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        for saved_as in filter(files.get, files):
            archive.writestr(_saved(saved_as), f"\ufeff{files[saved_as]}" if saved_as == CSV else files[saved_as])
    link = f"data:application/zip;base64,{b64encode(held.getvalue()).decode()}"
    return link if len(link) <= _LARGEST_LINK else ""


def _saved(saved_as: Form) -> str:
    return f"check-report.{saved_as.media_type.rpartition('/')[2]}"


def _finding(said: Mapping[str, Any], prefix: str) -> finding.Finding:
    """Return a finding from its JSON values (`said`); `prefix` makes its anchor unique among the page's documents."""
    return finding.Finding(
        iri=f"#{prefix}{said['node']}",
        fault=rules.stated(catalogue.SHAPES + said["fault"], terms.SH + said["severity"]),
        focus_node=said["focusNode"],
        project=said["focusNode"].partition("#")[0],
        about=said["project"] and said["project"]["name"],
        part=said["part"],
        path=said["path"],
        value=said["value"],
        message=Bilingual(**said["message"]),
        lines=tuple(said["lines"]),
        stated_group=said["group"],
        difference=None if said["difference"] is None else Decimal(said["difference"]),
        excerpt=tuple(
            finding.Shown(
                line["line"], line["place"] or "", line["text"], line["atFault"], tuple(map(tuple, line["marks"]))
            )
            for line in said["excerpt"]
        ),
    )
