"""Answer /search as a page or JSON, and /search/suggest as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from jixiao.ontology import numbers
from jixiao.server.apps.search import answers
from jixiao.server.errors import LimitError, ParameterError
from jixiao.server.http import negotiation, requests
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import published as views
from jixiao.server.views.questions import PLAIN, lexicon, published
from jixiao.server.views.questions.reading import Reading
from jixiao.store import SearchTooLongError
from jixiao.store.index.found import Found

router = APIRouter()


@router.get("/search", summary="搜索 · search")
@work.seated
def search(request: Request, service: ServiceDep) -> Response:
    """Answer with the hits by kind; redirect a page to /ask if the text is a question.

    A text that is the whole name of a source's file redirects to the source. A search without hits also takes a text
    for a question that has a word that asks, or the name of a place, if it is understood as one (“targets below 90%”,
    “Songjiang”). With `ask=no` every text is searched for.

    Raises ParameterError, NoIndexError and QueryTimeoutError.
    """
    given = requests.parameters(request)
    form = negotiation.choose(request.headers.get("accept"), given.get("format"), negotiation.SEARCHES)
    asked = answers.Asked.of(given)
    if not asked.text and form == negotiation.JSON:
        raise ParameterError("缺少参数 q，即要找的字。", "The parameter q, the text to search for, is missing.")
    if not asked.text:
        return service.pages.html("search.html", asked=asked, found=None, kinds=answers.KINDS)
    generation = service.generation()
    hits = service.own(answers.QuotedLines, lambda: answers.QuotedLines(service.store)).exact(
        answers.find(generation, asked)
    )
    if form == negotiation.JSON:
        return JSONResponse(answers.to_json(hits, generation.version), headers={"Vary": "Accept"})
    may_ask = asked.is_whole and not asked.plain
    for sha16, source in generation.sources.items() if may_ask else ():
        if asked.text in (source.file_name, source.file_name.rpartition(".")[0]):
            return RedirectResponse(f"/source/{sha16}", headers={"Vary": "Accept"}, status_code=303)
    reading = published.understand(service, asked.text) if asked.is_whole else None
    asks = reading is not None and (reading.asks or "region" in reading.params) and not hits.total
    if may_ask and (asks or lexicon.is_question(asked.text, found=bool(hits.total))):
        return RedirectResponse(
            requests.address("/ask", {"q": asked.text}), headers={"Vary": "Accept"}, status_code=303
        )
    return service.pages.html(
        "search.html",
        kinds=answers.KINDS,
        suggested=answers.SUGGESTED,
        meant=_meant(service, reading) if reading is not None and not hits.total else (),
        **_page(asked, hits, reading),
    )


@router.get("/search/suggest", summary="输入时的建议 · suggestions while typing")
@work.seated
def suggest(request: Request, service: ServiceDep) -> Response:
    """Answer with names to complete the typed text. Raises ParameterError, NoIndexError and QueryTimeoutError."""
    typed = answers.text(requests.parameters(request))
    names = answers.suggest(service.generation(), typed) if typed else []
    return JSONResponse({"q": typed, "suggestions": answers.names(names)}, headers={"Cache-Control": "max-age=60"})


def _meant(service: Service, reading: Reading) -> Sequence[tuple[str, str]]:
    """Return the things that a text means if it is read as a question, as pairs of name and IRI.

    Things that the text names come first, but no places; then those in the answer's first column with links, of at
    most OVERVIEW rows. Empty if the question was not understood, or cannot be answered now.
    """
    if reading.fit is None:
        return ()
    view = reading.fit.pattern.view
    try:
        answer = views.answer(service, view, reading.fit.given, answers.OVERVIEW)
    except (ParameterError, LimitError, SearchTooLongError):
        return ()
    named = {each.iri: each.label for each in answer.resolved if "/id/place/" not in each.iri}
    linked = [(each.name, each.link) for each in answer.columns if each.link][:1]
    for name, iri in ((row[name], row[iri]) for row in answer.rows for name, iri in linked):
        if name is not None and iri is not None:
            named.setdefault(str(iri), str(name))
    return [(name, iri) for iri, name in named.items()][: answers.OVERVIEW]


def _page(asked: answers.Asked, found: Found, reading: Reading | None) -> dict[str, Any]:
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
        "reading": reading,
        "ask": requests.address("/ask", {"q": asked.text}),
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
        "again": {name.label: requests.address("/search", {"q": name.label, **PLAIN}) for name in found.near},
    }


def _kept(asked: answers.Asked) -> Mapping[str, str]:
    """Return the parameter by which searches linked from a page are never taken for questions, or no parameter.

    The parameter is kept if this search has it, or shows only a kind, a region or a later page of the hits.
    """
    return PLAIN if asked.plain or not asked.is_whole else {}


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
