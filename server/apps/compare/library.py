"""Answer /indicators, the library of indicators: by name, sign and unit, who uses one and with which targets."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from jixiao.server.apps.compare.verdicts import DIRECTORY
from jixiao.server.http import language, requests
from jixiao.server.http.negotiation import HTML, VIEWS
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views import published, view_files

router = APIRouter()


@router.get("/indicators", summary="指标库 · the library of indicators")
def indicators(request: Request, service: ServiceDep) -> Response:
    """Answer with the names of indicators and their targets. Raises ParameterError.

    The old parameter `name` redirects to the names that contain its text.
    """
    given, how, form = requests.taken(request, VIEWS)
    if name := given.pop("name", ""):
        return RedirectResponse(requests.address("/indicators", {**given, "text": name, **how}), status_code=301)
    cited = published.cited(service, given)
    language.settle(form)
    view = replace(view_files.load(service.store.base_iri, DIRECTORY)["indicator-library"], path="/indicators")
    if form == HTML:
        return published.show(service, view, given, lambda _: {"cited": cited})
    return published.file(service, view, given, form, how)
