"""Small commits of any kind and order leave what a fresh build makes: merged graph, counts, lists, index and tables."""

import random
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ingest.document import read_document
from jixiao.ingest.writing import writing
from jixiao.ontology import terms
from jixiao.store import Store, errors
from jixiao.store.index import building
from jixiao.store.maintenance.checking import check_store
from tests.support.writing import ALL, BASE, rules

TESTS = Path(__file__).parents[1]
WHY = {
    terms.DCTERMS_description: Literal("核实"),
    terms.DCTERMS_date: Literal("2024-03-01", datatype=NamedNode(terms.XSD_date)),
}
DECISIONS = ("merge bodies", "merge documents", "department", "amount")


def drawn(seed):
    """Steps in a drawn order, each with the number of a file, and with True if a commit follows."""
    draw = random.Random(seed)
    steps = [("toggle", number) for number in (*range(6), *draw.sample(range(6), 2))]
    steps += [(step, 0) for step in draw.sample([*DECISIONS, "undo"], 3)]
    return [(*step, draw.random() < 0.8) for step in draw.sample(steps, len(steps))]


@cache
def deposits():
    """Filings by a body, by its own level, by the body in traditional characters, and by another body; two evaluations.

    The evaluations disagree.
    """
    filed, evaluated = (
        TESTS.joinpath(*path).read_bytes() for path in (("ingest", "whole-filing.txt"), ("quality", "evaluated.txt"))
    )
    texts = [
        filed,
        filed.replace("临江市图书馆".encode(), "临江市图书馆（本级）".encode()),
        filed.replace("2023年度".encode(), "2024年度".encode()).replace("临江".encode(), "臨江".encode()),
        filed.replace("临江市图书馆".encode(), "松江区图书馆".encode()),
        evaluated,
        evaluated.replace(b"10.80", b"9.60"),
    ]
    with rules(ALL):
        return [read_document(text, f"{number}.txt", BASE).deposit for number, text in enumerate(texts)]


def decision(store, step):
    """The class and the statements of a decision on things of the last version, None if it has too few of them."""
    generation = store.current()
    kind = {"merge bodies": terms.Department, "merge documents": terms.LegalBasis}.get(step, terms.Project)
    typed = NamedNode(terms.RDF_type), NamedNode(kind)
    quads = generation.graph.quads_for_pattern(None, *typed, DefaultGraph()) if generation else ()
    things = sorted((quad.subject for quad in quads), key=str)
    if len(things) < 2:
        return None
    if step.startswith("merge"):
        return terms.Identification, {terms.keeps: things[0], terms.merges: things[1]}
    name, value = {
        "department": (terms.competentDepartment, Literal("松江区文化局", language="zh")),
        "amount": (terms.annualRequest, Literal("12345", datatype=NamedNode(terms.XSD_decimal))),
    }[step]
    return terms.Correction, {
        terms.concerns: things[0],
        terms.correctedProperty: NamedNode(name),
        terms.correctedValue: value,
    }


def commits(store, steps):
    """Take steps in a store; a step that changes nothing, such as a second decision of a kind, is passed over."""
    live, decided = set(), dict[str, int]()
    with writing(store) as batch:
        for step, number, commits_now in steps:
            deposit = deposits()[number]
            if step == "toggle" and number in live:
                live.discard(number)
                with suppress(errors.SourceMissingError):  # another one of these files may have replaced it
                    batch.withdraw(deposit.sha16, "误传")
            elif step == "toggle":
                batch.add(deposit)
                live.add(number)
            elif step == "undo" and decided:
                batch.undo(decided.popitem()[1])
            elif step in DECISIONS and step not in decided and (stated := decision(store, step)):
                made = batch.decide(stated[0], {**stated[1], **WHY}, "")
                decided[step] = int(made.iri.rpartition("/")[2])
            if commits_now:
                batch.commit()
        batch.commit()


@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.judge) for seed in range(6, 60))])
def test_small_commits_leave_what_a_fresh_build_makes(tmp_path, monkeypatch, seed):
    monkeypatch.setattr(building, "MUCH", 1000)  # keep all up, however many units a commit concerns
    store = Store.create(tmp_path / "store", BASE)
    commits(store, drawn(seed))
    assert [str(problem) for problem in check_store(Store.open(store.path), None, lambda _: None)] == []
