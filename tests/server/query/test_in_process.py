"""The engine that evaluates jobs in the application's own process, as the export of a site uses it."""

import asyncio
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from jixiao.server.errors import GenerationClearedError
from jixiao.server.http.clients import Client
from jixiao.server.query.in_process import InProcessEngine
from jixiao.server.query.jobs import Job

BASE = "http://localhost:8000/"


@pytest.mark.parametrize("accept", ["application/rdf+xml, text/turtle;q=0.5", "text/turtle"])
def test_a_graph_that_xml_cannot_express_comes_in_another_form(accept: str, tmp_path: Path) -> None:
    path = str(tmp_path / "graph")
    Store(path).add(Quad(NamedNode(f"{BASE}a"), NamedNode(f"{BASE}b"), Literal("\x01")))
    job = Job(path, BASE, "CONSTRUCT WHERE { ?s ?p ?o }", accept)
    result = asyncio.run(InProcessEngine().run(job, Client("own queries")))
    assert result.head.content_type.startswith("text/turtle")
    assert b"\x01" in result.read() or b"\\u0001" in result.read()


def test_a_graph_that_was_deleted_is_named_so(tmp_path: Path) -> None:
    job = Job(str(tmp_path / "gone"), BASE, "ASK { ?s ?p ?o }")
    with pytest.raises(GenerationClearedError):
        asyncio.run(InProcessEngine().run(job, Client("own queries")))
