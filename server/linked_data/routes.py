"""Answer /id/…, the name of a thing, by a redirect to /doc/…, which describes the thing or lists all things of a kind.

See Cool URIs for the Semantic Web, section 4.4 (303 and content negotiation). Redirects lead to paths without a host.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, Quad, Triple
from starlette.responses import RedirectResponse, Response

from jixiao.server.editions.page_metadata import Document, last_modified, linkset
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.withdrawals import source_of, withdrawn
from jixiao.server.errors import GoneError, NotAcceptableError, NotInStoreError, ServerError
from jixiao.server.http import language, requests
from jixiao.server.http.conditional import Validator
from jixiao.server.http.negotiation import HTML, JSON, LINKSET, THINGS, TRIG, Form
from jixiao.server.http.signposting import Link, header
from jixiao.server.linked_data import kinds, members, pages, things
from jixiao.server.linked_data.merges import Merges
from jixiao.server.query.binding import query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.views.ordering import count

router = APIRouter()

LONGEST = 500
"""Most characters of a path; a longer one is answered as unknown."""
_LAST_PAGE = 10**6


@router.get("/id/{path:path}", summary="一个事物的名称 · the name of a thing")
def name(path: str, service: ServiceDep) -> Response:
    """Redirect (303) to the thing's description, or (301), if it was merged into another thing, to that one's name."""
    kept = (
        service.on_current(lambda now: _merged_into(service, now, path))
        if service.store.current() is not None
        else None
    )
    if kept is not None:
        return RedirectResponse(f"/id/{quote(kept)}", status_code=301)
    to = f"/doc/{quote(path)}"
    return RedirectResponse(to, status_code=303, headers={"Vary": "Accept", **header([Link(to, "describedby")])})


@router.get("/doc/{path:path}", summary="一个事物的描述 · the description of a thing")
def description(path: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a description as HTML, JSON, Turtle, N-Triples, JSON-LD, RDF/XML or TriG, by suffix or Accept.

    Errors are answered in the same form.
    """
    stem, named = graph_response.split_suffix(path, THINGS)
    if path.endswith(f".{LINKSET.name}"):
        stem, form = path.removesuffix(f".{LINKSET.name}"), LINKSET
    else:
        form = graph_response.requested_form(request, named, THINGS)
    suffix = path.removeprefix(stem)
    try:
        return service.on_current(lambda now: _answer(_DocumentRequest(service, now, request, stem, suffix, form)))
    except ServerError as error:
        if form in (HTML, JSON, LINKSET) or isinstance(error, NotAcceptableError):
            raise
        return graph_response.problem(error, form, f"{service.store.base_iri}doc/{quote(stem)}")


@dataclass(frozen=True)
class _DocumentRequest:
    """A request for a document, and the state of the dataset that answers it."""

    service: Service
    now: Edition
    request: Request
    stem: str
    suffix: str
    form: Form


@dataclass(frozen=True)
class _Content:
    """The content of a document: metadata of the page, and functions that make its body."""

    document: Document
    triples: Callable[[], list[Triple]]
    page: Callable[[list[Link]], Response]
    sources: list[str]
    stated: Callable[[], list[Quad]] = list
    more: Sequence[str] = ()


def _answer(asked: _DocumentRequest) -> Response:
    service, now = asked.service, asked.now
    # Parts (#i1) are described in the document of their thing, so a path with an encoded # or ? names no document.
    odd = set("#?") & set(asked.stem) or b"%2f" in asked.request.scope["raw_path"].lower()
    if not asked.stem or len(asked.stem) > LONGEST or odd:
        raise _missing(asked)
    kept = _merged_into(service, now, asked.stem)
    if kept is not None:
        return RedirectResponse(f"/doc/{quote(kept)}{asked.suffix}", status_code=301, headers={"Vary": "Accept"})
    if asked.form == HTML and (moved := language.redirect()) is not None:
        return moved
    page = count(requests.parameters(asked.request), "page", 1, 1, _LAST_PAGE)
    publisher = service.store.publisher()
    state = (version(now), publisher, service.settings.root_path, asked.stem, page)
    validator = Validator.of(language.form(asked.form), *state, modified=last_modified(now.manifest, publisher))
    vary = {"Vary": "Accept"} | language.header(asked.form)
    given = asked.request.headers
    # A client that sends this very ETag has got the document before, so it exists: a 304 needs no query.
    named = validator.tag in given.get("if-none-match", "") and "if-match" not in given
    if named and (unchanged := validator.unchanged(asked.request, vary)) is not None:
        return unchanged
    content = _read_content(asked, page)
    links = content.document.links(asked.form, publisher)
    headers = {"Content-Type": asked.form.content_type, **vary, **header(links)}
    unchanged = validator.unchanged(asked.request, headers)
    if unchanged is not None:
        return unchanged
    response = _response(asked, content, links)
    response.headers.update(headers | validator.headers())
    return response


def _read_content(asked: _DocumentRequest, page: int) -> _Content:
    """Read the content of the document. Raises NotInStoreError, GoneError."""
    service, now, base = asked.service, asked.now, asked.service.store.base_iri
    kind = kinds.BY_NAME.get(asked.stem)
    if kind is not None:
        listing = members.read(service, now, kind, page)
        if listing is None:
            raise _missing(asked)
        document = listing.document(base)
        shown = partial(pages.listing, service, now, listing)
        return _Content(document, lambda: listing.triples(base), shown, [])
    node = _node(asked)
    if asked.form == HTML and page == 1 and (own := pages.project(service, now, node)) is not None:
        document = Document(
            base, f"doc/{asked.stem}", node.value, types=kinds.types([kinds.BY_NAME["project"].of_class])
        )
        return _Content(document, list, own, [])
    thing = things.read(service, now, node, page)
    if thing is None:
        raise _missing(asked)
    document = Document(base, f"doc/{asked.stem}", node.value, page, thing.further, types=kinds.types(thing.classes))
    shown = partial(pages.thing, service, now, thing, document)
    stated = partial(things.stated, service, now, thing)
    return _Content(document, lambda: list(thing.triples), shown, thing.sources, stated, _graphs(asked))


def _graphs(asked: _DocumentRequest) -> list[str]:
    """Return the IRIs of a live source's graphs, the facts read from it and the report on it; [] for other things."""
    kind, _, sha16 = asked.stem.partition("/")
    record = asked.now.sources.get(sha16) if kind == "source" else None
    if record is None or not record.live:
        return []
    return [f"{asked.service.store.base_iri}graph/{kind}/{sha16}" for kind in ("source", "report")]


def _response(asked: _DocumentRequest, content: _Content, links: list[Link]) -> Response:
    if asked.form == HTML:
        return content.page(links)
    if asked.form == LINKSET:
        anchor = f"/{content.document.at(content.document.page)}"
        of_page = content.document.links(HTML, asked.service.store.publisher())
        return Response(linkset(anchor, of_page, asked.service.settings.root_path))
    publisher = asked.service.store.publisher()
    triples = content.triples() + content.document.triples(asked.now, publisher, content.sources, content.more)
    first = (content.document.topic, content.document.iri)
    stated = content.stated() if asked.form == TRIG else ()
    return Response(graph_response.written(triples, asked.form, first=first, stated=stated))


def _node(asked: _DocumentRequest) -> NamedNode:
    """Return the thing's IRI. Raises NotInStoreError if the path makes no IRI, GoneError for a withdrawn source."""
    kind, _, sha16 = asked.stem.partition("/")
    record = asked.now.sources.get(sha16) if kind == "source" else None
    if record is not None and record.status == "withdrawn":
        raise withdrawn(record)
    try:
        return NamedNode(f"{asked.service.store.base_iri}id/{asked.stem}")
    except ValueError:
        raise _missing(asked) from None


def _missing(asked: _DocumentRequest) -> NotInStoreError:
    """Return the error for a thing that is not in the dataset: GoneError if its source was withdrawn or replaced."""
    iri = f"{asked.service.store.base_iri}id/{asked.stem}"
    kind, _, sha16 = asked.stem.partition("/")
    replaced = asked.now.sources.get(sha16) if kind == "source" else None
    if replaced is not None and not replaced.live:
        # Answer 410, not 404: only earlier versions of the dataset contain a source that was replaced.
        return GoneError(
            f"来源 {sha16} 已被 {replaced.replaced_by} 取代。",
            f"Source {sha16} was replaced by {replaced.replaced_by}.",
        )
    record = source_of(asked.now.sources, iri)
    if record is not None:
        return withdrawn(record)
    return NotInStoreError(f"数据集中没有 /id/{asked.stem}。", f"The dataset has no /id/{asked.stem}.")


def _merged_into(service: Service, now: Edition, stem: str) -> str | None:
    """Return the path below `id/` of the thing that the thing at `stem` was merged into, None if it was not merged."""
    base = f"{service.store.base_iri}id/"
    kept = service.own(Merges).of(version(now), lambda: service.run(now, query("merged"))).get(base + stem)
    return kept.removeprefix(base) if kept is not None and kept.startswith(base) else None
