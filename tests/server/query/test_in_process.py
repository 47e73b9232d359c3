"""Jobs evaluated in the caller's own process, as the export of a site, commands and the access from Python do it."""

import asyncio
import sys

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store

from jixiao.server.errors import GenerationClearedError, NotAcceptableError
from jixiao.server.http.clients import Client
from jixiao.server.query.evaluation import evaluate
from jixiao.server.query.jobs import Job, Memory
from jixiao.server.query.pool import InProcessEngine

BASE = "http://localhost:8000/"


def test_a_graph_that_was_deleted_is_named_so(tmp_path):
    job = Job(str(tmp_path / "gone"), BASE, "ASK { ?s ?p ?o }")
    with pytest.raises(GenerationClearedError):
        asyncio.run(InProcessEngine().run(job, Client("own queries")))


def test_an_error_that_is_kept_holds_no_results_of_the_engine():
    store = Store()
    store.add(Quad(NamedNode(f"{BASE}a"), NamedNode(f"{BASE}b"), Literal("\x01")))
    job = Job("", BASE, "CONSTRUCT WHERE { ?s ?p ?o }", wanted="rdf", max_bytes=sys.maxsize)
    with pytest.raises(NotAcceptableError) as kept:
        evaluate(store, job, Memory())
    held = []
    at = kept.value.__traceback__
    while at is not None:
        frame = at.tb_frame
        if "/server/query/" in frame.f_code.co_filename and not frame.f_code.co_filename.endswith("test_in_process.py"):
            held += frame.f_locals.values()
        at = at.tb_next
    assert not [value for value in held if isinstance(value, QueryTriples)]
