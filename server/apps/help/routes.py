"""Answer /help (the list of guides), /help/{name} (a guide), /help/glossary, and /docs (the HTTP interface)."""

from fastapi import APIRouter, Request, Response

from jixiao.server.apps.help import interface
from jixiao.server.apps.help.documents import GLOSSARY, documents, glossary
from jixiao.server.http import requests
from jixiao.server.runtime.service import ServiceDep

router = APIRouter()


@router.get("/help", summary="帮助 · help")
def index(service: ServiceDep) -> Response:
    """Answer with the guides and what each is about."""
    return service.pages.html("help.html", documents=documents(service.settings.root_path))


@router.get("/help/{name}", summary="一页帮助 · a page of help")
def show(name: str, service: ServiceDep) -> Response:
    """Answer with a guide, or with the glossary. Raises NotInStoreError."""
    if name == GLOSSARY:
        return service.pages.html("glossary.html", groups=glossary())
    known = documents(service.settings.root_path)
    if name not in known:
        raise requests.missing(f"/help/{name}")
    names = list(known)
    at = names.index(name)
    beside = {"prev": names[at - 1] if at else None, "next": names[at + 1] if at + 1 < len(names) else None}
    return service.pages.html("guide.html", document=known[name], documents=known, beside=beside)


@router.get("/docs", summary="接口说明 · the interface")
def docs(request: Request, service: ServiceDep) -> Response:
    """Answer with the operations of /openapi.json, by groups."""
    return service.pages.html("api.html", groups=interface.groups(request.app.openapi()))
