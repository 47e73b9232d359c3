"""Answer /ask and /search, which are one page for one box, and /search/suggest.

A text that names values or an operation is answered with the rows that its conditions find. What names and texts have
of its words is beside, as the tab "everything", and comes first for other texts.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.ontology import numbers
from jixiao.server.apps.search import answers
from jixiao.server.box import published
from jixiao.server.box.answering import MOST_CHARACTERS, Asked
from jixiao.server.errors import ParameterError
from jixiao.server.http import negotiation, requests
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views.published import ROWS, page
from jixiao.store.index.found import Found

router = APIRouter()

_VARY = {"Vary": "Accept"}


@router.get("/ask", summary="提问 · a question")
@work.seated
def ask(request: Request, service: ServiceDep) -> Response:
    """Answer a text with the rows that its conditions find, as a page or JSON.

    The parameter `after` is the text that this one follows, as “and in 2023?” does; `table` names the table to ask, and
    `without` lists conditions and parts of the answer's shape (group, sort, limit) that are taken away.
    Raises ParameterError for a text that is too long, or for none unless a page is wanted; NotAcceptableError.
    """
    q, after, table, removed = (requests.only(request, name) for name in ("q", "after", "table", "without"))
    without = [name for name in removed.split(",") if name]
    form = negotiation.choose(
        request.headers.get("accept"), requests.only(request, "format"), (negotiation.JSON, negotiation.HTML)
    )
    if form == negotiation.HTML and not q.strip():
        return service.pages.html("ask.html", examples=published.examples(service))
    asked = published.read(service, q, after, table, without)
    if form == negotiation.HTML:
        return (
            _answered(service, asked, without)
            if asked.reading.understood
            else _searched(service, answers.Asked.of({"q": q}), asked)
        )
    answered = published.answered(service, asked) if asked.reading.understood else None
    suggestions = [] if answered is None or answered.rows else published.without(service, asked)
    return Response(
        asked.to_json(answered, suggestions), headers={"Content-Type": negotiation.JSON.content_type, "Vary": "Accept"}
    )


@router.get("/search", summary="搜索 · search")
@work.seated
def search(request: Request, service: ServiceDep) -> Response:
    """Answer with the hits by kind; a page of a text that names values or an operation has the rows of /ask.

    A text that is the whole name of a source's file redirects to the source. With `ask=no`, a kind, a region or an
    offset, every text is only searched for.

    Raises ParameterError, NoIndexError and QueryTimeoutError.
    """
    given = requests.parameters(request)
    form = negotiation.choose(request.headers.get("accept"), given.get("format"), negotiation.SEARCHES)
    asked = answers.Asked.of(given)
    if not asked.text and form == negotiation.JSON:
        raise ParameterError("缺少参数 q，即要找的字。", "The parameter q, the text to search for, is missing.")
    if not asked.text:
        return service.pages.html("search.html", asked=asked, found=None, kinds=answers.KINDS)
    if form == negotiation.JSON:
        credit = service.credit(service.generation())
        return JSONResponse(answers.to_json(_found(service, asked), credit), headers=_VARY)
    may_ask = asked.is_whole and not asked.plain
    for sha16, source in service.generation().sources.items() if may_ask else ():
        if asked.text in (source.file_name, source.file_name.rpartition(".")[0]):
            return RedirectResponse(f"/source/{sha16}", headers=_VARY, status_code=303)
    reading = published.read(service, asked.text) if asked.is_whole and len(asked.text) <= MOST_CHARACTERS else None
    if may_ask and reading is not None and reading.reading.recognised and reading.reading.understood:
        return _answered(service, reading)
    return _searched(service, asked, reading)


def _answered(service: Service, asked: Asked, without: Sequence[str] = ()) -> Response:
    """Return the page of a text with the rows of its conditions; those `without` which it is shown stay away."""
    answered = published.answered(service, asked, ROWS)
    beside = published.beside(service, asked, answered)
    box = {**beside, "removing": published.removing(asked, without), "at": _everything(asked.reading.q)}
    return page(service, asked.view, asked.given, answered, None, box=box)


def _searched(service: Service, asked: answers.Asked, reading: Asked | None) -> Response:
    """Return the page of hits for a text, with the tabs of the question that it was read as (`reading`), if any."""
    found = _page(asked, _found(service, asked))
    if reading is not None:
        found["box"] = {**published.beside(service, reading, None), "at": "", "without": ()}
    return service.pages.html("search.html", kinds=answers.KINDS, suggested=answers.SUGGESTED, **found)


def _found(service: Service, asked: answers.Asked) -> Found:
    quoted = service.own(answers.QuotedLines, lambda: answers.QuotedLines(service.store))
    return quoted.exact(answers.find(service.generation(), asked))


def _everything(text: str) -> str:
    return requests.address("/search", {"q": text, **answers.PLAIN})


@router.get("/search/suggest", summary="输入时的建议 · suggestions while typing")
@work.seated
def suggest(request: Request, service: ServiceDep) -> Response:
    """Answer with names to complete the typed text or, with `kind`, with values of that kind for a field of a form.

    Raises ParameterError, NoIndexError and QueryTimeoutError.
    """
    given = requests.parameters(request)
    typed, kind = answers.text(given), given.get("kind", "")
    found = answers.suggest(service.generation(), typed, kind) if typed else []
    return JSONResponse({"q": typed, "suggestions": found}, headers={"Cache-Control": "max-age=60"})


def _page(asked: answers.Asked, found: Found) -> dict[str, Any]:
    """Return the values for the template search.html.

    Two of them are dicts by the IRI of a hit: `alike` has the address of all indicators with the hit's name, `citing`
    the address of the projects that cite the document. If this search must not be taken for a question, no search
    linked from the page is; searches for similar names never are.
    """
    given = {"q": asked.text, **_kept(asked)}
    there, of_kind = {**given, "region": asked.region}, {**given, "kind": asked.kind or ""}
    hits = [hit for group in found.groups for hit in group.hits]
    repeated = [hit for hit in hits if hit.kind == "indicator" and (hit.projects or 0) > 1]
    numbered = [hit for hit in found.documents if numbers.parse(hit.label)]
    return {
        "asked": asked,
        "found": found,
        "everything": requests.address("/search", there),
        "of_kind": {kind: requests.address("/search", there, kind=kind) for kind in answers.KINDS},
        "everywhere": requests.address("/search", of_kind),
        "region": answers.region_name(asked.region) if asked.region else None,
        "regions": [
            (answers.region_name(code), number, requests.address("/search", of_kind, region=code))
            for code, number in found.regions.items()
            if code != asked.region
        ],
        "alike": {hit.iri: requests.address("/views/indicators", {"text": hit.label}) for hit in repeated},
        "citing": {hit.iri: requests.address("/views/projects-citing", {"number": hit.label}) for hit in numbered},
        "steps": _steps(asked, found),
        "again": {name.label: _everything(name.label) for name in found.near},
    }


def _kept(asked: answers.Asked) -> Mapping[str, str]:
    """Return the parameter by which searches linked from a page are never taken for questions, or no parameter.

    The parameter is kept if this search has it, or shows only a kind, a region or a later page of the hits.
    """
    return answers.PLAIN if asked.plain or not asked.is_whole else {}


def _steps(asked: answers.Asked, found: Found) -> dict[str, str]:
    """Return the addresses of the previous (`prev`) and next (`next`) page of hits; empty for several kinds."""
    steps: dict[str, str] = {}
    if asked.kind is None or not found.groups:
        return steps
    given = {"q": asked.text, "kind": asked.kind, "region": asked.region, **_kept(asked)}
    if asked.offset:
        steps["prev"] = requests.address("/search", {**given, "offset": str(max(0, asked.offset - asked.limit) or "")})
    after = asked.offset + asked.limit
    if after < found.groups[0].count and after <= answers.LAST:
        steps["next"] = requests.address("/search", given, offset=str(after))
    return steps
