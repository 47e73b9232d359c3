"""Answer /ask: a question in Chinese or plain English, with its reading, as the page of the view that answers it.

Questions are read, and their reading written as JSON, in server/views/questions.
"""

from functools import partial

from fastapi import APIRouter, Request, Response

from jixiao.server.http import requests
from jixiao.server.http.negotiation import HTML, JSON, choose
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views.evidence import with_caveat
from jixiao.server.views.published import answer, caveats, show
from jixiao.server.views.questions import published
from jixiao.server.views.questions.reading import Reading

router = APIRouter()


@router.get("/ask", summary="提问 · a question")
@work.seated
def ask(request: Request, service: ServiceDep) -> Response:
    """Answer with the reading of a question and the rows of its view, or with the questions nearest to it.

    Beside these stands what a question names that was not understood. The parameter `after` is the question that this
    one follows (and in 2023?).

    Raises ParameterError for a question that is too long, or for none unless a page is wanted; NotAcceptableError.
    """
    q = requests.only(request, "q")
    form = choose(request.headers.get("accept"), requests.only(request, "format"), (JSON, HTML))
    if form == HTML and not q.strip():
        return _page(service, "", None)
    reading = published.read(service, q, requests.only(request, "after"))
    fit = reading.shown
    if fit is None:
        return _page(service, q, reading) if form == HTML else _json(reading.to_json(None))
    if form != HTML:
        return _json(
            reading.to_json(with_caveat(answer(service, fit.pattern.view, fit.given), partial(caveats, service)))
        )
    read_as = {"q": q, "address": fit.address, "reading": reading, "search": published.search_address(q)}
    return show(service, fit.pattern.view, fit.given, lambda _: {"read_as": read_as})


def _page(service: Service, q: str, reading: Reading | None) -> Response:
    """Return the page of a question that was not understood, or the page to type one."""
    return service.pages.html(
        "ask.html",
        q=q,
        reading=reading,
        search=published.search_address(q),
        examples=published.examples(service) if reading is None else (),
    )


def _json(text: str) -> Response:
    return Response(text, headers={"Content-Type": JSON.content_type, "Vary": "Accept"})
