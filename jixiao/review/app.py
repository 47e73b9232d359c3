"""Answer the pages of `jixiao review`: sources with open questions, a source's questions, and a question's form."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from jixiao import server
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.review.answering import UNITS, Answer, decide
from jixiao.review.desk import Called, Desk
from jixiao.review.passages import Passage
from jixiao.review.questions import Question
from jixiao.review.transcribing import transcribe
from jixiao.server.errors import NothingPublishedError, RequestTooLargeError, ServerError
from jixiao.server.http import language
from jixiao.server.http.clients import decoded, read_body
from jixiao.server.runtime.rendering import Pages
from jixiao.server.sources.pictures import Patience, Pictures
from jixiao.stewarding import UnclearWordError
from jixiao.store import Generation, SourceMissingError, SourceRecord, Store, StoreError
from jixiao.store.decisions.registry_file import number_of

_HERE = Path(__file__).parent
_STATIC = Path(server.__file__).parent / "static"
_PATIENCE = Patience(painting=60, queue=120.0, waiting=100)  # one person waits, for the pictures of a whole page
_MOST, _SECONDS = 512 << 10, 30.0  # of a form: bytes, and seconds until all of it is there


class Asked(NamedTuple):
    """A question of a source as a generation has it, with those about the same reading."""

    now: Generation
    record: SourceRecord
    questions: tuple[Question, ...]

    @property
    def question(self) -> Question:
        """The question itself; the others are about the same reading."""
        return self.questions[0]


class Review:
    """The handlers of the pages over a store; `by` is recorded as the author of decisions."""

    def __init__(self, store: Store, by: str | None = None) -> None:
        self._store = store
        self._by = by
        self._desk = Desk(store)
        self._pictures = Pictures(_PATIENCE)
        self._pages = Pages(store.base_iri, templates=_HERE)

    def application(self) -> ASGIApp:
        """Return the ASGI application."""
        question, passage = "/source/{sha16:str}/{key:str}", "/source/{sha16:str}/line/{key:str}"
        routes = [
            Route("/", self.sources),
            Route("/source/{sha16:str}", self.source),
            Route("/source/{sha16:str}/lines", self.lines),
            Route(passage, self.passage),
            Route(passage, self.read, methods=["POST"]),
            Route(question, self.question),
            Route(question, self.answer, methods=["POST"]),
            Route("/picture/{sha16:str}/{page:int}.png", self.picture),
            Route("/review.css", lambda _: FileResponse(_HERE / "review.css")),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
        errors = (ServerError, StoreError, SourceMissingError, UnclearWordError, HTTPException)
        handlers = dict.fromkeys(errors, self._problem)
        return _Spoken(Starlette(routes=routes, exception_handlers=handlers))

    def sources(self, request: Request) -> Response:
        """Answer with the sources that have open questions."""
        now = self._now()
        start = request.query_params.get("from", "0")
        listed, further = self._desk.sources(now, int(start) if start.isdecimal() and len(start) < 9 else 0)
        refused = [each for each in self._store.refusals() if self._store.refused_scan(each.sha256)]
        return self._pages.html(
            "list.html", listed=listed, refused=refused, further=further, start=start, version=now.version
        )

    def source(self, request: Request) -> Response:
        """Answer with the questions of a source. Raises SourceMissingError."""
        now, record = self._now(), self._record(request)
        scan, passages = self._desk.scan(now, record), self._desk.passages(now, record)
        asked = self._desk.left(now, record)
        return self._pages.html(
            "source.html",
            record=record,
            passages=[(each, self._desk.cuts(record, each.lines)) for each in passages],
            blank=[(each, self._desk.cuts(record, each.lines)) for each in scan.blank()] if scan else [],
            recognised=scan is not None,
            asked=[(each, Called(now, each)) for each in asked if each.leads],
            lost=[
                (each, Called(now, each.questions[0]), self._desk.cuts(record, each.questions[0].doubt.lines))
                for each in self._desk.lost(now, asked)
            ],
            done=_decided(now, request.query_params.get("done", "")),
        )

    def lines(self, request: Request) -> Response:
        """Answer with all lines of a scan, any of which can be read. Raises SourceMissingError."""
        now, record = self._now(), self._record(request)
        scan = self._desk.scan(now, record)
        if scan is None:
            raise HTTPException(404)
        passages = [each for each in scan.passages.values() if not each.is_blank]
        return self._pages.html("lines.html", record=record, passages=passages)

    def passage(self, request: Request) -> Response:
        """Answer with a passage of a scan and the form to read it. Raises SourceMissingError."""
        now, record = self._now(), self._record(request)
        found = self._desk.passage(now, record, request.path_params["key"])
        if found is None:
            return RedirectResponse(language.address(f"/source/{record.sha16}", language.wish().language), 303)
        return self._passage(request, found, self._grounds(found.places[0].page))

    async def read(self, request: Request) -> Response:
        """Read a passage as the form says, and lead to the next one. Raises SourceMissingError."""
        body = await read_body(request.receive, _MOST, _SECONDS, _too_long)
        return await run_in_threadpool(self._read, request, dict(decoded(body)))

    def _read(self, request: Request, given: dict[str, str]) -> Response:
        record, key = self._record(request), request.path_params["key"]
        before = [each.key for each in self._desk.passages(self._now(), record)]
        try:
            decided = transcribe(self._store, record, lambda now: self._desk.passage(now, record, key), given, self._by)
        except (UnclearWordError, StoreError) as error:
            found = self._desk.passage(self._now(), record, key)
            if found is None:
                raise
            return self._passage(request, found, given, problem=_worded(error))
        if decided is None:
            raise _gone()
        record = self._record(request)
        after = [each.key for each in self._desk.passages(self._now(), record)]
        to = _following(before, after, key)
        path = f"/source/{record.sha16}{f'/line/{to}' if to else ''}?done={decided.first}-{decided.last}"
        return RedirectResponse(language.address(path, language.wish().language), 303)

    def _passage(
        self, request: Request, passage: Passage, given: Mapping[str, str], *, problem: Bilingual | None = None
    ) -> Response:
        now, record = self._now(), self._record(request)
        listed = [each.key for each in self._desk.passages(now, record)]
        at = listed.index(passage.key) if passage.key in listed else None
        return self._pages.html(
            "passage.html",
            status_code=200 if problem is None else 400,
            record=record,
            passage=passage,
            texts=[given.get(f"text{n}", place.draft) for n, place in enumerate(passage.places)],
            asked=[Called(now, each) for each in passage.questions],
            cuts=self._desk.cuts(record, passage.lines),
            before=listed[at - 1] if at else None,
            after=listed[at + 1] if at is not None and at + 1 < len(listed) else None,
            place=None if at is None else at + 1,
            count=len(listed),
            answer=given,
            done=_decided(now, request.query_params.get("done", "")),
            problem=problem,
        )

    def question(self, request: Request) -> Response:
        """Answer with a question and its form; a settled one leads back to its source. Raises SourceMissingError."""
        now, record = self._now(), self._record(request)
        found = self._desk.find(now, record, request.path_params["key"])
        if not found:
            return RedirectResponse(language.address(f"/source/{record.sha16}", language.wish().language), 303)
        done = request.query_params.get("done", "")
        return self._form(Asked(now, record, found), self._blank(record, found[0]), done=done)

    async def answer(self, request: Request) -> Response:
        """Decide a question by the form that was sent, and lead to the next one. Raises SourceMissingError."""
        body = await read_body(request.receive, _MOST, _SECONDS, _too_long)
        return await run_in_threadpool(self._answer, request, dict(decoded(body)))

    def _answer(self, request: Request, given: dict[str, str]) -> Response:
        record, key = self._record(request), request.path_params["key"]
        fields = {name: given[name] for name in ("act", "value", "unit", "reason", "date") if name in given}
        answer = Answer(**{"act": "", **fields})
        before = [each.key for each in self._desk.left(self._now(), record) if each.leads]
        try:
            decided = decide(self._store, lambda now: self._desk.find(now, record, key), answer, self._by)
        except (UnclearWordError, StoreError) as error:
            now = self._now()
            found = self._desk.find(now, record, key)
            if not found:
                raise
            return self._form(Asked(now, record, found), answer, problem=_worded(error))
        if decided is None:
            raise _gone()
        to = f"/source/{record.sha16}{self._next(record, before, key)}?done={decided.first}-{decided.last}"
        return RedirectResponse(language.address(to, language.wish().language), 303)

    def picture(self, request: Request) -> Response:
        """Answer with the picture of a page, upright. Raises SourceMissingError, PoolBusyError, LimitError."""
        record = self._record(request)
        found = self._desk.sheet(record, request.path_params["page"])
        if found is None:
            raise HTTPException(404)
        painted = self._pictures.of(*found)
        return Response(painted, media_type="image/png")

    def _next(self, record: SourceRecord, before: list[str], key: str) -> str:
        """Return the path of the question after one, among those still open; empty if it was the last."""
        left = [each.key for each in self._desk.left(self._now(), record) if each.leads]
        found = _following(before, left, key)
        return f"/{found}" if found else ""

    def _form(self, asked: Asked, answer: Answer, *, done: str = "", problem: Bilingual | None = None) -> Response:
        listed = [each for each in self._desk.left(asked.now, asked.record) if each.leads]
        keys = [each.key for each in listed]
        at = keys.index(asked.question.key) if asked.question.key in keys else None
        return self._pages.html(
            "question.html",
            status_code=200 if problem is None else 400,
            record=asked.record,
            question=asked.question,
            called=Called(asked.now, asked.question),
            others=[Called(asked.now, each) for each in asked.questions[1:]],
            texts=self._desk.texts(asked.record, asked.question),
            cuts=self._desk.cuts(asked.record, asked.question.doubt.lines),
            before=keys[at - 1] if at else None,
            after=keys[at + 1] if at is not None and at + 1 < len(keys) else None,
            place=None if at is None else at + 1,
            count=len(keys),
            units=tuple(UNITS),
            answer=asdict(answer),
            done=_decided(asked.now, done),
            problem=problem,
        )

    def _blank(self, record: SourceRecord, question: Question) -> Answer:
        """Return the form before anything was typed."""
        page = next((cut.page for cut in self._desk.cuts(record, question.doubt.lines)), None)
        called = Called(self._now(), question)
        # A long text is corrected by a few characters: it need not be typed anew.
        value = called.readings[0] if called.is_long and len(called.readings) == 1 else ""
        return Answer("", str(value), **self._grounds(page))

    def _grounds(self, page: int | None) -> dict[str, str]:
        """Return reason and date of a decision by today: a picture was looked at."""
        where = Bilingual(f"第 {page} 页", f"page {page} of ") if page else Bilingual("", "")
        reason = Bilingual(f"对照原件{where.zh}的图像", f"compared with the picture of {where.en}the original")
        today = datetime.datetime.now().astimezone().date().isoformat()
        return {"reason": getattr(reason, language.wish().language), "date": today}

    def _problem(self, request: Request, error: Exception) -> Response:
        status = 404 if isinstance(error, SourceMissingError) else getattr(error, "status_code", 0)
        if not status:
            status = 503 if isinstance(error, StoreError) else 409 if isinstance(error, UnclearWordError) else 400
        return self._pages.html("problem.html", status_code=status, problem=_worded(error))

    def _now(self) -> Generation:
        now = self._store.current()
        if now is None:
            raise NothingPublishedError("库中还没有数据。", "The store holds nothing yet.")
        return now

    def _record(self, request: Request) -> SourceRecord:
        return self._desk.record(request.path_params["sha16"])


class _Spoken:
    """Note the language of each request before it is handled."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            scope = language.begin(scope)
        except ServerError:
            scope = {**scope, "query_string": b""}
        await self._inner(scope, receive, send)


def _decided(now: Generation, numbers: str) -> tuple[list[int], str] | None:
    """Return the numbers of decisions in force, and the version of the data, for a page that tells of them."""
    first, _, last = numbers.partition("-")
    if not (first.isdecimal() and last.isdecimal()):
        return None
    known = sorted(number_of(each.iri) for each in now.decisions.all)
    found = [number for number in known if int(first[:9]) <= number <= int(last[:9])]
    return (found, now.version) if found else None


def _following(before: Sequence[str], left: Sequence[str], key: str) -> str | None:
    """Return the key after one, among those that are left; otherwise the first."""
    after = before[before.index(key) + 1 :] if key in before else []
    return next((each for each in (*after, *before, *left) if each in left), None)


def _gone() -> UnclearWordError:
    zh, en = (
        "这一项已经决定，或者读数变了；什么也没有记入。",
        "It was decided before, or has changed; nothing was stored.",
    )
    return UnclearWordError(f"{zh} · {en}")


def _worded(error: Exception) -> Bilingual:
    """Return an error's sentence in both languages; sentences of the store have both in one."""
    if isinstance(error, ServerError):
        return Bilingual(error.zh, error.en)
    if isinstance(error, HTTPException):
        return Bilingual("没有这个地址。", "There is nothing at this address.")
    zh, _, en = str(error).partition(" · ")
    return Bilingual(zh, en or zh)


def _too_long() -> ServerError:
    return RequestTooLargeError(f"表单超过 {_MOST:,} 字节。", f"The form is longer than {_MOST:,} bytes.")
