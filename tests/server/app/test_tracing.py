"""Spans of OpenTelemetry, if a program has set it up: one for each stage of an ingestion and of an answer."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from jixiao.ingest import load
from jixiao.ontology import tracing
from jixiao.server.app.app import client_of
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.settings import Settings
from jixiao.store import Store

FILING = Path(__file__).parents[3] / "tests/ingest/cases/notice-above-the-only-form/filing.txt"


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans that are over, of a provider that is in place for one test."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    yield exporter
    provider.shutdown()


def test_nothing_is_spent_on_spans_while_no_provider_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace.ProxyTracerProvider, "get_tracer", None)  # a tracer would call it
    with tracing.span("request") as found:
        found["http.response.status_code"] = 200
    tracing.past([("read", 0, 1)])


def test_each_stage_of_an_ingestion_is_traced(exported: InMemorySpanExporter, tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store", "http://localhost:8000/")
    with ThreadPoolExecutor(1) as executor:
        load.ingest([FILING], store, executor=executor)
    spans = {span.name: span for span in exported.get_finished_spans()}
    assert Counter(span.name for span in exported.get_finished_spans()) == Counter(
        ["open", "render", "read", "resolve", "validate", "commit", "ingest"]
    )
    whole = spans.pop("ingest")
    for span in spans.values():
        assert span.parent.span_id == whole.context.span_id
        assert (whole.start_time or 0) <= (span.start_time or 0) <= (span.end_time or 0) <= (whole.end_time or 0)


async def _answer(store: Path, path: str = "/sparql", **asked: str) -> httpx.Response:
    settings = Settings(store=store, access_log="", cache_bytes=0)
    async with client_of(settings, "http://localhost", engine=InProcessEngine()) as client:
        return await client.get(path, params=asked)


def test_a_request_and_its_query_are_traced(exported: InMemorySpanExporter, examples: Path) -> None:
    assert asyncio.run(_answer(examples, query="ASK { ?secret ?is ?asked }")).status_code == httpx.codes.OK
    query, request = exported.get_finished_spans()[-2:]  # before them, the server's own queries at its start
    assert (query.name, request.name) == ("query", "request")
    assert query.parent.span_id == request.context.span_id
    assert dict(request.attributes or {}) == {
        "http.request.method": "GET",
        "url.path": "/sparql",
        "http.response.status_code": 200,
    }
    assert dict(query.attributes or {}) == {"jixiao.lane": "quick"}


@pytest.mark.parametrize(("path", "asked"), [("/ask", {"q": "政协会议多少钱"}), ("/views/projects", {"text": "政协"})])
def test_spans_of_a_page_hold_no_parameter(
    exported: InMemorySpanExporter, examples: Path, path: str, asked: dict[str, str]
) -> None:
    assert asyncio.run(_answer(examples, path, **asked)).status_code == httpx.codes.OK
    spans = exported.get_finished_spans()
    [request] = [span for span in spans if span.name == "request"]
    assert {span.name for span in spans} == {"request", "query"}
    assert (request.attributes or {})["url.path"] == path
    assert all("政协" not in unquote(str(dict(span.attributes or {}))) for span in spans)
    below = [span for span in spans if span.context.trace_id == request.context.trace_id and span is not request]
    assert below
    assert {span.parent.span_id for span in below if span.parent} == {request.context.span_id}


def test_nothing_is_imported_or_traced_by_default() -> None:
    code = "from jixiao.ontology import tracing; import sys\nwith tracing.span('x') as found: found['y'] = 1"
    code += "\ntracing.past([('x', 1, 2)])"
    code += "\nassert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    environment = {name: value for name, value in os.environ.items() if name != tracing.ENDPOINT}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    assert not tracing.export()
