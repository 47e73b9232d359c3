"""Trace the stages of work with OpenTelemetry: by default nothing is traced, and nothing of it is imported.

Spans go to the collector that the environment names (`export`), or to the provider of a program that uses this package
and has set up OpenTelemetry itself. Processes that read documents have no network: they note the times of their stages
(`Stages`), which the process that collects the readings turns into spans (`past`).
"""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The environment variable with the address of the collector; without it, no command traces."""
Stages = Sequence[tuple[str, int, int]]
"""Stages that are over: the name of each, and the nanoseconds since 1970 at which it began and ended."""


def export() -> bool:
    """Send the spans of this process to the collector; return False if the extra `jixiao[otel]` is not installed."""
    try:
        from opentelemetry import trace  # noqa: PLC0415 - an optional extra
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        return False
    os.environ.setdefault("OTEL_SERVICE_NAME", "jixiao")
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


def _tracer() -> Any:
    """Return the tracer, or None in a program that has not set up OpenTelemetry, though a library may import it."""
    trace: Any = sys.modules.get("opentelemetry.trace")
    provider = trace and trace.get_tracer_provider()
    if provider is None or isinstance(provider, trace.ProxyTracerProvider):
        return None
    return provider.get_tracer("jixiao")


def span(name: str, **attributes: str) -> AbstractContextManager[dict[str, str | int]]:
    """Trace a `with` block as a span; without a tracer, do nothing.

    The block gets a dictionary, whose entries become attributes of the span when the block ends.
    """
    tracer = _tracer()
    return nullcontext({}) if tracer is None else _traced(tracer, name, attributes)


@contextmanager
def _traced(tracer: Any, name: str, attributes: Mapping[str, str]) -> Iterator[dict[str, str | int]]:
    with tracer.start_as_current_span(name, attributes=attributes) as traced:
        found = dict[str, str | int]()
        try:
            yield found
        finally:
            traced.set_attributes(found)


@contextmanager
def stage(stages: list[tuple[str, int, int]], name: str) -> Iterator[None]:
    """Append the name, begin and end (in nanoseconds) of a `with` block to `stages`, even if the block fails."""
    began = time.time_ns()
    try:
        yield
    finally:
        stages.append((name, began, time.time_ns()))


def past(stages: Stages, **attributes: str) -> None:
    """Trace stages that are over, as children of the current span; each of them gets the attributes."""
    if (tracer := _tracer()) is not None:
        for name, began, ended in stages:
            tracer.start_span(name, start_time=began, attributes=attributes).end(ended)
