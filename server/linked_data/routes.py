"""Answer /id/…, the name of a thing, by a redirect to /doc/…, which describes the thing or lists all things of a kind.

See Cool URIs for the Semantic Web, section 4.4 (303 and content negotiation). Redirects lead to paths without a host.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, Triple
from starlette.responses import Response

from jixiao.server.editions import metadata, protocols
from jixiao.server.editions.lookups import source_of, withdrawn
from jixiao.server.errors import GoneError, NotInStoreError
from jixiao.server.http import language, requests, signposting
from jixiao.server.http.negotiation import HTML, JSON, TABLES, THINGS, Form
from jixiao.server.linked_data import kinds, pages, things
from jixiao.server.query.binding import query
from jixiao.server.rdf import graph_response
from jixiao.server.runtime.service import Service, ServiceDep, version
from jixiao.server.views import published, view_files
from jixiao.store import SourceRecord

router = APIRouter()

LONGEST = 500
"""Most characters of a path; a longer one is answered as unknown."""


@router.get("/id/{path:path}", summary="一个事物的名称 · the name of a thing")
def name(path: str, request: Request, service: ServiceDep) -> Response:
    """Redirect (303) to the thing's description, or to another name.

    That is the name of the thing that it was merged into (301), or its present name (303). The address keeps its
    parameters.
    """
    kept = (
        service.on_current(lambda now: _leads_to(service, now, path)) if service.store.current() is not None else None
    )
    if kept is not None:
        return graph_response.redirect(request, f"/id/{quote(kept[0])}", kept[1])
    to = f"/doc/{quote(path)}"
    response = graph_response.redirect(request, to)
    response.headers.update(signposting.header([signposting.Link(to, "describedby")]))
    return response


@router.get("/doc/{path:path}", summary="一个事物的描述 · the description of a thing")
def description(path: str, request: Request, service: ServiceDep) -> Response:
    """Answer with a description as HTML, JSON, Turtle, N-Triples, JSON-LD or RDF/XML.

    The suffix or Accept chooses; lists come as CSV and xlsx, too. Raises NotAcceptableError,
    NotInStoreError, GoneError, and the errors of Pool.run.
    """
    kind = kinds.BY_NAME.get(path.partition(".")[0])
    offers = (*THINGS, *(() if kind is None else TABLES))
    stem, named = graph_response.split_suffix(path, offers)
    form = graph_response.requested_form(request, named, offers)
    if kind is not None and stem == kind.name and form in (HTML, *TABLES):
        language.settle(form)
        return pages.listing(service, kind, requests.repeated(request), form)
    suffix = path.removeprefix(stem)
    return service.on_current(lambda now: _answer(_DocumentRequest(service, now, request, stem, suffix, form)))


@dataclass(frozen=True)
class _DocumentRequest:
    """A request for /doc/{stem}{suffix} in a form, and the state of the dataset that answers it."""

    service: Service
    now: protocols.Edition
    request: Request
    stem: str
    suffix: str
    form: Form

    @property
    def source(self) -> SourceRecord | None:
        """The record of the source that the document is about, None if it is about another thing."""
        kind, _, sha16 = self.stem.partition("/")
        return self.now.sources.get(sha16) if kind == "source" else None


_Content = tuple[
    metadata.Document,
    Callable[[], Iterable[Triple]],
    Callable[[list[signposting.Link]], Response],
    things.Thing | None,
    Sequence[str],
]
"""Metadata of a document's page; functions that make its triples and its HTML; the thing described, None for a list and
for a project whose page a view makes; and IRIs for rdfs:seeAlso."""


def _answer(asked: _DocumentRequest) -> Response:
    service, now, form = asked.service, asked.now, asked.form
    # Parts (#i1) are described in the document of their thing, so a path with an encoded # or ? names no document.
    odd = set("#?") & set(asked.stem) or b"%2f" in asked.request.scope["raw_path"].lower()
    if not asked.stem or len(asked.stem) > LONGEST or odd:
        raise _missing(asked)
    kept = _leads_to(service, now, asked.stem)
    if kept is not None:
        to, status = kept
        return graph_response.redirect(asked.request, f"/doc/{quote(to)}{asked.suffix}", status)
    language.settle(form)
    counted = partial(requests.count, requests.parameters(asked.request))
    page, with_evidence = counted("page", 1, 1, requests.LAST_PAGE), counted(view_files.EVIDENCE, 0, 0, 1)
    publisher, root = service.store.publisher(), service.settings.root_path
    state = (version(now), publisher, root, asked.stem, page, with_evidence)
    modified = metadata.last_modified(now.manifest, publisher)
    document, triples, page_of, thing, more = _read_content(asked, page)
    evidence = things.Evidence(published.ledger_lines(service), thing)
    links = document.links(form, publisher)
    return graph_response.answer(
        asked.request,
        form,
        about=state,
        triples=lambda: [
            *triples(),
            *document.triples(now, publisher, thing.sources if thing else (), more),
            *(evidence.statements() if with_evidence and form != JSON else ()),
        ],
        page=lambda: page_of(links),
        modified=modified,
        links=links,
        first=(document.topic, document.iri),
        lines=evidence.lines,
    )


def _read_content(asked: _DocumentRequest, page: int) -> _Content:
    """Return the content of the document; `page` counts from 1. Raises NotInStoreError, GoneError."""
    service, now, base, record = asked.service, asked.now, asked.service.store.base_iri, asked.source
    kind = kinds.BY_NAME.get(asked.stem)
    if kind is not None:
        listing = things.read_list(service, now, kind, page)
        if listing is None:
            raise _missing(asked)
        return listing[0], lambda: listing[1], lambda _: pages.listing(service, kind, {}, HTML), None, ()
    if record is not None and record.status == "withdrawn":
        raise withdrawn(record)
    try:
        node = NamedNode(f"{base}id/{asked.stem}")
    except ValueError:
        raise _missing(asked) from None
    if asked.form == HTML and page == 1 and (own := pages.project(service, now, node)) is not None:
        return (
            metadata.Document(
                base, f"doc/{asked.stem}", node.value, types=kinds.types([kinds.BY_NAME["project"].of_class])
            ),
            tuple,
            own,
            None,
            (),
        )
    thing = things.read(service, now, node, page)
    if thing is None:
        raise _missing(asked)
    # A live source has graphs of the facts read from it and of the report on it.
    of_source = ("source", "report") if record is not None and record.live else ()
    document = metadata.Document(
        base, f"doc/{asked.stem}", node.value, page, thing.further, types=kinds.types(thing.classes)
    )
    return (
        document,
        lambda: thing.triples,
        partial(pages.thing, service, now, thing, document),
        thing,
        [f"{base}graph/{graph}/{asked.stem.partition('/')[2]}" for graph in of_source],
    )


def _missing(asked: _DocumentRequest) -> NotInStoreError:
    """Return the error for a thing that is not in the dataset: GoneError if its source was withdrawn or replaced."""
    replaced = asked.source
    if replaced is not None and not replaced.live:
        # Answer 410, not 404: only earlier versions of the dataset contain a source that was replaced.
        return GoneError(
            f"来源 {replaced.sha16} 已被 {replaced.replaced_by} 取代。",
            f"Source {replaced.sha16} was replaced by {replaced.replaced_by}.",
        )
    record = source_of(asked.now.sources, f"{asked.service.store.base_iri}id/{asked.stem}")
    if record is not None:
        return withdrawn(record)
    return NotInStoreError(f"数据集中没有 /id/{asked.stem}。", f"The dataset has no /id/{asked.stem}.")


def _leads_to(service: Service, now: protocols.Edition, stem: str) -> tuple[str, int] | None:
    """Return the present path, below `id/`, of the thing at the former path `stem`, and the status of the redirect.

    The status is 301 for a thing that a steward merged into another, and 303 for a thing whose name was read anew.
    Raises the errors of queries.
    """

    def read() -> Mapping[str, tuple[str, int]]:
        moved = service.store.moved().items()
        leads = {old.removeprefix("id/"): (new.removeprefix("id/"), 303) for old, new in moved}
        base = f"{service.store.base_iri}id/"
        for row in service.rows(now, query("merged")):
            merged, kept = row["merged"]["value"], row["kept"]["value"]
            if merged.startswith(base) and kept.startswith(base):
                leads[merged.removeprefix(base)] = kept.removeprefix(base), 301
        return leads

    return service.kept("merges", version(now), read).get(stem)
