"""Answer /ask: a question in Chinese or plain English, with its reading, as the page of the view that answers it.

Questions are read, and their reading written as JSON, in server/views/questions.
"""

from functools import partial

from fastapi import APIRouter, Request, Response

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.errors import LimitError, ParameterError
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, JSON, choose
from jixiao.server.runtime import work
from jixiao.server.runtime.service import Service, ServiceDep
from jixiao.server.views import chips
from jixiao.server.views.evidence import with_caveat
from jixiao.server.views.parameters import Given
from jixiao.server.views.published import answer, caveats, show
from jixiao.server.views.questions import PLAIN, published
from jixiao.server.views.view_files import View
from jixiao.store import SearchTooLongError

router = APIRouter()

_WORDED = {
    "region": Bilingual("{value}", "{value}"),
    "department": Bilingual("{value}", "{value}"),
    "year": Bilingual("{value}年", "{value}"),
    "category": Bilingual("{value}类", "{value}"),
    "yuan": Bilingual("{label}{value}元", "{label} {value} yuan"),
}
"""How a question says a condition, by the parameter's name or kind; others are said with their labels."""
_LABELLED = Bilingual("{label}{value}", "{label} {value}")


@router.get("/ask", summary="提问 · a question")
@work.seated
def ask(request: Request, service: ServiceDep) -> Response:
    """Answer with the reading of a question and the rows of its view, or with the questions nearest to it.

    The page of a question that was not understood also shows the things that the question surely names. The parameter
    `after` is the question that this one follows, as “and in 2023?” does.

    Raises ParameterError for a question that is too long, or for none unless a page is wanted; NotAcceptableError.
    """
    q = requests.only(request, "q")
    form = choose(request.headers.get("accept"), requests.only(request, "format"), (JSON, HTML))
    if form == HTML and not q.strip():
        return service.pages.html("ask.html", examples=published.examples(service))
    reading = published.read(service, q, requests.only(request, "after"))
    fit, read_as = reading.shown, {"q": q, "reading": reading, "search": requests.address("/search", {"q": q, **PLAIN})}
    if fit is None:
        return service.pages.html("ask.html", read_as=read_as) if form == HTML else _json(reading.to_json(None))
    if form != HTML:
        return _json(
            reading.to_json(with_caveat(answer(service, fit.pattern.view, fit.given), partial(caveats, service)))
        )
    return show(service, fit.pattern.view, fit.given, lambda _: {"read_as": {**read_as, "address": fit.address}})


def of_conditions(service: Service, view: View, given: Given) -> str:
    """Return the question that asks for the rows of a view under conditions, in the page's language, to be followed.

    The text is "" if there are no conditions, if the question made from them is read otherwise, or if a limit stops the
    check of that.
    """
    spoken, stated = language.wish().language, chips.conditions(service, view, given)
    said = [
        in_language(_WORDED.get(each.name) or _WORDED.get(each.kind, _LABELLED), spoken).format(
            label=in_language(each.label, spoken).lower(), value=in_language(value, spoken)
        )
        for each, _, value in stated
    ]
    text = {"zh": f"{'、'.join(said)}的{view.title.zh}", "en": f"{view.title.en}, {', '.join(said)}"}[spoken]
    if not said or not view.ask:
        return ""
    try:
        reading = published.understand(service, text)
        fit = None if reading is None else reading.fit
        if fit is None or fit.pattern.view is not view:
            return ""
        own = {each.name: given[each.name] for each, _, _ in stated}
        if fit.given == own:
            return text
        rows, meant = (answer(service, view, {**asked, "limit": "20"}) for asked in (own, fit.given))
    except (ParameterError, LimitError, SearchTooLongError):
        return ""
    return text if (rows.rows, rows.whole) == (meant.rows, meant.whole) else ""


def _json(text: str) -> Response:
    return Response(text, headers={"Content-Type": JSON.content_type, "Vary": "Accept"})
