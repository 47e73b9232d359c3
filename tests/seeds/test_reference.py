"""The reference of the vocabulary names every property that the filings' data have."""

import re
from pathlib import Path

from pyoxigraph import DefaultGraph

from jixiao.ontology import terms
from tests.support.class_tables import curie

PAGE = (Path(__file__).parents[2] / "docs/ontology-reference.md").read_text(encoding="utf-8")
OF_REPORTS = {f"{terms.SH}conforms", f"{terms.SH}result"}


def test_the_reference_names_every_property_of_the_data(graph):
    listed = set(re.findall(r"^\|`(\w+:\w+)`\|", PAGE, re.MULTILINE)) | {"jx:sourcePage", "rdf:type"}
    assert "`jx:sourcePage`" in PAGE
    ours = (quad for quad in graph.quads_for_pattern(None, None, None, DefaultGraph()))
    named = {
        quad.predicate.value
        for quad in ours
        if not str(quad.subject.value).startswith((terms.PROJECT_HOME, "http://www.w3.org/", "https://schema.org/"))
    }
    assert len(named) > 80
    assert {curie(name) for name in named - OF_REPORTS} - listed == set()
