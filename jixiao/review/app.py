"""Answer the pages of `jixiao review`: sources with open questions, what is open in a source, and its forms."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from jixiao import server, stewarding
from jixiao.ontology.text.bilingual import Bilingual, halves
from jixiao.review.answering import UNITS, Form, decide, transcribe
from jixiao.review.desk import Called, Desk
from jixiao.review.passages import Passage
from jixiao.review.questions import Question
from jixiao.server.errors import RequestTooLargeError, ServerError
from jixiao.server.http import clients, language
from jixiao.server.runtime.rendering import Pages
from jixiao.server.sources.pictures import Patience, Pictures
from jixiao.store import Decision, Generation, SourceMissingError, SourceRecord, Store, StoreError, number_of

_HERE = Path(__file__).parent
_STATIC = Path(server.__file__).parent / "static"
_PATIENCE = Patience(painting=60, queue=120.0, waiting=100)  # one person waits, for the pictures of a whole page
_MOST, _SECONDS = 512 << 10, 30.0  # limits of a form: its bytes, and the seconds in which all of it must arrive


Thing = TypeVar("Thing")


class Kind(NamedTuple, Generic[Thing]):
    """One of the two kinds of things that a steward decides: passages of a scan, and questions about facts.

    The address of a thing is `/source/{sha16}/{folder}{key}`. `keys` lists the keys of a source's open things. `find`
    returns a thing by its key, or None if the thing is settled or has changed. `decide` stores the answer that a form
    gives to a thing, found anew in the generation to change, and returns the decisions. `context` returns the values
    that the template needs of a thing, besides the next and previous things.
    """

    folder: str
    template: str
    keys: Callable[[Generation, SourceRecord], list[str]]
    find: Callable[[Generation, SourceRecord, str], Thing | None]
    decide: Callable[[SourceRecord, Callable[[Generation], Thing | None], Form], list[Decision]]
    context: Callable[[Generation, SourceRecord, Thing, Form | None], dict[str, Any]]


class Review:
    """The handlers of the pages over a store; `by` is recorded as the author of decisions."""

    def __init__(self, store: Store, by: str | None = None) -> None:
        self._store = store
        self._desk = Desk(store)
        self._pictures = Pictures(_PATIENCE)
        self._pages = Pages(store.base_iri, templates=_HERE)
        self._passage = Kind[Passage](
            "line/",
            "passage.html",
            lambda now, record: [each.key for each in self._desk.passages(now, record)],
            self._desk.passage,
            lambda record, find, form: transcribe(store, record, find, form, by),
            self._of_passage,
        )
        self._question = Kind[Sequence[Question]](
            "",
            "question.html",
            lambda now, record: [each.key for each in self._desk.left(now, record) if each.leads],
            self._desk.find,
            lambda record, find, form: decide(store, find, form, by),
            self._of_question,
        )

    def application(self) -> ASGIApp:
        """Return the ASGI application."""
        routes = [
            Route("/", self.sources),
            Route("/source/{sha16:str}", self.source),
            Route("/source/{sha16:str}/lines", self.lines),
            Route("/picture/{sha16:str}/{page:int}.png", self.picture),
            Route("/review.css", lambda _: FileResponse(_HERE / "review.css")),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
        kinds: tuple[Kind[Any], ...] = (self._passage, self._question)
        for kind in kinds:
            path = f"/source/{{sha16:str}}/{kind.folder}{{key:str}}"
            routes.append(Route(path, partial(self.show, kind)))
            routes.append(Route(path, partial(self.answer, kind), methods=["POST"]))
        handlers: dict[Any, Any] = {
            **dict.fromkeys((ServerError, StoreError, stewarding.UnclearWordError, HTTPException), self._problem),
            language.MovedError: lambda request, moved: moved.args[0],
        }
        return _with_language(Starlette(routes=routes, exception_handlers=handlers))

    def sources(self, request: Request) -> Response:
        """Answer with the page that lists the sources with open questions."""
        now = self._store.present()
        start = request.query_params.get("from", "0")
        listed, further = self._desk.sources(now, int(start) if start.isdecimal() and len(start) < 9 else 0)
        refused = [each for each in self._store.refusals() if self._store.refused_scan(each.sha256)]
        return self._pages.html(
            "list.html", listed=listed, refused=refused, further=further, start=start, version=now.version
        )

    def source(self, request: Request) -> Response:
        """Answer with the page that lists the open questions of a source. Raises SourceMissingError."""
        now, record = self._store.present(), self._record(request)
        scan, passages = self._desk.scan(record), self._desk.passages(now, record)
        asked = self._desk.left(now, record)
        return self._pages.html(
            "source.html",
            record=record,
            passages=[(each, self._desk.cuts(record, each.lines)) for each in passages],
            blank=[(each, self._desk.cuts(record, each.lines)) for each in scan.blank()] if scan else [],
            recognised=scan is not None,
            asked=[(each, Called(now, each)) for each in asked if each.leads],
            lost=[
                (name, questions, Called(now, questions[0]), self._desk.cuts(record, questions[0].doubt.lines))
                for name, questions in self._desk.lost(now, asked)
            ],
            done=_decided(now, request.query_params.get("done", "")),
        )

    def lines(self, request: Request) -> Response:
        """Answer with the page that lists all lines of a scan, each of which can be read. Raises SourceMissingError."""
        record = self._record(request)
        scan = self._desk.scan(record)
        if scan is None:
            raise HTTPException(404)
        passages = [each for each in scan.passages.values() if not each.is_blank]
        return self._pages.html("lines.html", record=record, passages=passages)

    def show(self, kind: Kind[Any], request: Request) -> Response:
        """Answer with the page of a thing and its form. Raises SourceMissingError.

        If the thing is settled, redirect to the page of its source.
        """
        now, record = self._store.present(), self._record(request)
        thing = kind.find(now, record, request.path_params["key"])
        return self._page(kind, request, thing, None) if thing else _redirect(record)

    async def answer(self, kind: Kind[Any], request: Request) -> Response:
        """Decide a thing by the form that was sent, and redirect to the next one. Raises SourceMissingError."""
        too_long = RequestTooLargeError(f"表单超过 {_MOST:,} 字节。", f"The form is longer than {_MOST:,} bytes.")
        body = await clients.read_body(request.receive, _MOST, _SECONDS, too_long)
        return await run_in_threadpool(self._answer, kind, request, dict(clients.decoded(body)))

    def _answer(self, kind: Kind[Any], request: Request, form: Form) -> Response:
        record, key = self._record(request), request.path_params["key"]
        before = kind.keys(self._store.present(), record)
        try:
            made = kind.decide(record, lambda now: kind.find(now, record, key), form)
        except (stewarding.UnclearWordError, StoreError) as error:
            thing = kind.find(self._store.present(), record, key)
            if not thing:
                raise
            return self._page(kind, request, thing, form, _worded(error))
        if not made:
            raise stewarding.UnclearWordError(
                "这一项已经决定，或者读数变了；什么也没有记入。"
                " · It was decided before, or has changed; nothing was stored."
            )
        record = self._record(request)  # a scan that was refused may be in the store now
        following = _following(before, kind.keys(self._store.present(), record), key)
        path = f"/{kind.folder}{following}" if following else ""
        return _redirect(record, f"{path}?done={number_of(made[0].iri)}-{number_of(made[-1].iri)}")

    def _page(
        self, kind: Kind[Any], request: Request, thing: Any, form: Form | None, problem: Bilingual | None = None
    ) -> Response:
        """Return the page of a thing to decide, with its form.

        The form is filled in as it was sent or, if `form` is None, with a draft. With a `problem`, the page says that
        nothing was stored, and why.
        """
        now, record = self._store.present(), self._record(request)
        keys, key = kind.keys(now, record), request.path_params["key"]
        at = keys.index(key) if key in keys else None
        return self._pages.html(
            kind.template,
            status_code=200 if problem is None else 400,
            record=record,
            before=keys[at - 1] if at else None,
            after=keys[at + 1] if at is not None and at + 1 < len(keys) else None,
            place=None if at is None else at + 1,
            count=len(keys),
            done=_decided(now, request.query_params.get("done", "")),
            problem=problem,
            **kind.context(now, record, thing, form),
        )

    def _of_passage(self, now: Generation, record: SourceRecord, passage: Passage, form: Form | None) -> dict[str, Any]:
        """Return the values that the template of a passage needs."""
        given = _grounds(passage.places[0].page) if form is None else form
        return {
            "passage": passage,
            "texts": [given.get(f"text{n}", place.draft) for n, place in enumerate(passage.places)],
            "asked": [Called(now, each) for each in passage.questions],
            "cuts": self._desk.cuts(record, passage.lines),
            "answer": given,
        }

    def _of_question(
        self, now: Generation, record: SourceRecord, questions: Sequence[Question], form: Form | None
    ) -> dict[str, Any]:
        """Return the values that the template of a question needs; questions[0] is the question itself."""
        question, called = questions[0], Called(now, questions[0])
        cuts = self._desk.cuts(record, question.doubt.lines)
        if form is None:
            # A long text is corrected by a few characters: it need not be typed anew.
            value = called.readings[0] if called.is_long and len(called.readings) == 1 else ""
            form = {"value": str(value), **_grounds(cuts[0].page if cuts else None)}
        return {
            "question": question,
            "called": called,
            "others": [Called(now, each) for each in questions[1:]],
            "texts": self._desk.texts(record, question),
            "cuts": cuts,
            "units": tuple(UNITS),
            "answer": {"value": "", "unit": "yuan", "reason": "", "date": "", **form},
        }

    def picture(self, request: Request) -> Response:
        """Answer with the picture of a page, upright. Raises SourceMissingError, PoolBusyError, LimitError."""
        sheet = self._desk.sheet(self._record(request), request.path_params["page"])
        if sheet is None:
            raise HTTPException(404)
        return Response(self._pictures.of(*sheet), media_type="image/png")

    def _problem(self, request: Request, error: Exception) -> Response:
        """Return the page that states an error, with the error's HTTP status."""
        by_kind = ((SourceMissingError, 404), (StoreError, 503), (stewarding.UnclearWordError, 409))
        known = next((status for kind, status in by_kind if isinstance(error, kind)), 400)
        status = getattr(error, "status_code", known)
        return self._pages.html("problem.html", status_code=status, problem=_worded(error))

    def _record(self, request: Request) -> SourceRecord:
        return self._desk.record(request.path_params["sha16"])


def _with_language(inner: ASGIApp) -> ASGIApp:
    """Return an application that notes the language of each request before `inner` handles it.

    A request whose query cannot be understood is handed on without its query, and without a language of its own.
    """

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope = language.begin(scope)
        except ServerError:
            scope = {**scope, "query_string": b""}
        await inner(scope, receive, send)

    return handle


def _decided(now: Generation, numbers: str) -> tuple[list[int], str] | None:
    """Return the numbers of the decisions just made, and the version of the data, for the page to show.

    `numbers` is a text from the address with the first and the last number, such as 12-14. None if no such decision is
    in force.
    """
    first, _, last = numbers.partition("-")
    if not (first.isdecimal() and last.isdecimal()):
        return None
    known = sorted(number_of(each.iri) for each in now.decisions.all)
    found = [number for number in known if int(first[:9]) <= number <= int(last[:9])]
    return (found, now.version) if found else None


def _following(before: Sequence[str], left: Sequence[str], key: str) -> str | None:
    """Return the key of the thing to show after `key`: the next open one of the earlier list, else the first open one.

    `before` are all keys of the earlier list, and `left` the keys of things still open. None if nothing is open.
    """
    after = before[before.index(key) + 1 :] if key in before else []
    return next((each for each in (*after, *before, *left) if each in left), None)


def _redirect(record: SourceRecord, path: str = "") -> Response:
    """Return a redirect to a page of a source, in the language of the present page."""
    return RedirectResponse(language.address(f"/source/{record.sha16}{path}", language.wish().language), 303)


def _grounds(page: int | None) -> dict[str, str]:
    """Return a draft of a decision's reason and date: a comparison with the picture, made today.

    `page` is the number of the page that is shown, or None.
    """
    where = Bilingual(f"第 {page} 页", f"page {page} of ") if page else Bilingual("", "")
    reason = Bilingual(f"对照原件{where.zh}的图像", f"compared with the picture of {where.en}the original")
    return {
        "reason": getattr(reason, language.wish().language),
        "date": datetime.datetime.now().astimezone().date().isoformat(),
    }


def _worded(error: Exception) -> Bilingual:
    """Return an error's sentence in both languages.

    The message of an error of the store has both languages in one text, which is split.
    """
    if isinstance(error, ServerError):
        return Bilingual(error.zh, error.en)
    if isinstance(error, HTTPException):
        return Bilingual("没有这个地址。", "There is nothing at this address.")
    return halves(str(error))
