"""Public files of any format state what a reader of them sees; public_cases.toml beside this test has the values."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ingest.document import read_document
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Rendition
from jixiao.ingest.result import Reading
from jixiao.ontology import terms

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("JIXIAO_SHARED", HERE.parents[3] / "shared")) / "public-cases"
CASES: Mapping[str, Mapping[str, Any]] = tomllib.loads((HERE / "public_cases.toml").read_text(encoding="utf-8"))
KINDS = (terms.category, terms.printedCategory, terms.nature, terms.printedNature)
TARGET = (terms.targetOperator, terms.targetValue, terms.targetUnit)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", CASES)
def test_public_file_states_what_its_reader_sees(name: str) -> None:
    path, wanted = FOLDER / name, CASES[name]
    if not path.is_file():
        pytest.skip(f"the public file is not there: {path}")
    content = path.read_bytes()
    reading = read_document(content, path.name, "http://localhost:8000/")
    reasons = "\n".join(reading.refusal.reasons) if reading.refusal else ""
    assert bool(reasons) == ("refused" in wanted), reasons
    assert [words for words in wanted.get("refused", ()) if words not in reasons] == []
    found: dict[str, object] = {"cells": "cells" in wanted and beside(read(content), wanted["cells"])}
    if not reasons:
        found |= stated(reading, wanted.get("targets", {}))
        found["left_out"] = [str(kind) for kind in reading.account.left_out] if reading.account else []
    assert {key: found[key] for key in wanted if key != "refused"} == {
        k: v for k, v in wanted.items() if k != "refused"
    }


def beside(rendition: Rendition, labels: Mapping[str, str]) -> dict[str, str]:
    """The text of the cell to the right of each label."""
    texts = [[cell.text for cell in row.cells] for row in rendition.rows]
    return {label: row[row.index(label) + 1] for label in labels for row in texts if label in row[:-1]}


def stated(reading: Reading, names: Mapping[str, str]) -> dict[str, object]:
    """The facts that the file states, and the parts of the targets of indicators with these names."""
    nodes: dict[str, dict[str, str]] = {}
    withheld = set()
    for quad in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES):
        value = getattr(quad.object, "value", "")
        nodes.setdefault(str(quad.subject), {})[quad.predicate.value] = value.rpartition("#")[2]
        withheld |= {value.rpartition("#")[2]} if quad.predicate.value == terms.withheld else set()
    assert bool(withheld) == bool(reading.deposit.contents.partial)
    annual = [int(node[terms.annualRequest]) for node in nodes.values() if terms.annualRequest in node]
    targets = {
        node[terms.RDFS_label]: " ".join(node[part] for part in TARGET if part in node)
        for node in nodes.values()
        if node.get(terms.RDFS_label) in names and terms.statedIn not in node
    }
    return {
        "projects": list(reading.deposit.contents.projects.values()),
        "annual": annual[0] if annual else None,
        "targets": targets,
        "kinds": [node[name].rpartition("/")[2] for node in nodes.values() for name in KINDS if name in node],
        "printed": sorted({node[terms.targetText] for node in nodes.values() if terms.targetText in node}),
        "withheld": sorted(withheld),
    }
