"""Evaluation of a job in the caller's own process, as commands and the access from Python do it."""

import sys
from types import FrameType

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryTriples, Store

from jixiao.server.query.evaluation import evaluate
from jixiao.server.query.jobs import Job, Memory
from jixiao.server.rdf.rdf_xml import NotXmlError

BASE = "http://localhost:8000/"


def test_an_error_that_is_kept_holds_no_results_of_the_engine() -> None:
    store = Store()
    store.add(Quad(NamedNode(f"{BASE}a"), NamedNode(f"{BASE}b"), Literal("\x01")))
    job = Job("", BASE, "CONSTRUCT WHERE { ?s ?p ?o }", wanted="rdf", max_bytes=sys.maxsize)
    with pytest.raises(NotXmlError) as kept:
        evaluate(store, job, Memory())
    held: list[object] = []
    at = kept.value.__traceback__
    while at is not None:
        frame: FrameType = at.tb_frame
        if "/server/query/" in frame.f_code.co_filename and not frame.f_code.co_filename.endswith("test_evaluation.py"):
            held += frame.f_locals.values()
        at = at.tb_next
    assert not [value for value in held if isinstance(value, QueryTriples)]
