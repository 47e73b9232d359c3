"""Each folder of `cases` is a small filing named by what goes wrong in it, with the graph or the reasons it ends in.

`filing.txt` is read whole; `expected.ttl` is its graph and `unread.txt` the lines that stay unread, or `refused.txt`
the reasons; `case.md` says where the fault was met. `pytest --regenerate` rewrites what is expected, to be reviewed.
"""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from jixiao.ingest.document import Reading
from jixiao.ingest.ledger import PART
from jixiao.ontology import terms
from jixiao.ontology.reasons import BLANK
from tests.support.defined import undefined

N_TRIPLES = RdfFormat.N_TRIPLES
BASE = "http://localhost:8000/"
DIVISION = f"<{BASE}id/place/"
CASES = sorted(Path(__file__).parent.glob("cases/*/filing.txt"))
OUTCOMES = ("expected.ttl", "refused.txt", "unread.txt")


def outcome(reading: Reading) -> dict[str, str]:
    """Return the outcome of a reading as the files of its case."""
    if reading.refusal:
        return {"refused.txt": "".join(f"{reason}\n" for reason in reading.refusal.reasons)}
    files = {"expected.ttl": turtle(reading.deposit.source_triples)}
    if reading.account and reading.account.unread:
        files["unread.txt"] = "".join(f"{each.line}: {each.text}\n" for each in reading.account.unread)
    return files


def turtle(triples: bytes) -> str:
    """N-Triples as Turtle for people, without divisions; pyoxigraph writes prefixes in another order each time."""
    stated = [quad.triple for quad in parse(triples, N_TRIPLES) if not str(quad.subject).startswith(DIVISION)]
    words = "".join(map(str, stated))
    used = {prefix: iri for prefix, iri in sorted(terms.PREFIXES.items()) if iri in words}
    written = serialize(stated, format=RdfFormat.TURTLE, prefixes=used, base_iri=BASE)
    head = [f"@base <{BASE}> .\n", *(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in used.items())]
    lines = (written or b"").decode().splitlines(keepends=True)
    return "".join(head + [line for line in lines if not line.startswith("@")])


def triples(text: str) -> set[Triple]:
    return {quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)}


def unstated(reading: Reading) -> list[str]:
    """Return the projects in the graph whose amount the account calls withheld and the graph does not."""
    graph = {quad.triple for quad in parse(reading.deposit.source_triples if reading.deposit else b"", N_TRIPLES)}
    projects = {triple.subject for triple in graph if triple.predicate.value == terms.partOfFiling}
    return [
        project.name
        for project in (reading.account.projects if reading.account else ())
        for node in projects & {NamedNode(project.iri)}
        if project.amount.value is None and project.amount.why and project.amount.why not in {*BLANK, PART}
        if Triple(node, NamedNode(terms.withheld), NamedNode(project.amount.term or "")) not in graph
    ]


@pytest.mark.parametrize("path", CASES, ids=[path.parent.name for path in CASES])
def test_case_ends_as_expected(path: Path, readings: dict[Path, Reading], request: pytest.FixtureRequest) -> None:
    case, found = path.parent, outcome(readings[path])
    if request.config.getoption("--regenerate"):
        for name in OUTCOMES:
            (case / name).unlink(missing_ok=True)
        for name, text in found.items():
            (case / name).write_text(text, encoding="utf-8")
    wanted = {name: (case / name).read_text(encoding="utf-8") for name in OUTCOMES if (case / name).exists()}
    advice = f"for a new case: --regenerate -k {case.name}, then correct by hand"
    assert found.keys() == wanted.keys(), found.get("refused.txt", advice)
    if "expected.ttl" in wanted:
        found_graph, wanted_graph = triples(found.pop("expected.ttl")), triples(wanted.pop("expected.ttl"))
        missing, extra = wanted_graph - found_graph, found_graph - wanted_graph
        assert not missing | extra, "\n".join(
            ["missing:", *sorted(map(str, missing)), "too much:", *sorted(map(str, extra))]
        )
    assert found == wanted
    assert not unstated(readings[path])
    assert not undefined(readings[path])


def test_every_case_says_where_it_comes_from() -> None:
    folders = {path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir()}
    assert folders == {path.parent for path in CASES}
    assert not [case.name for case in folders if not (case / "case.md").read_text(encoding="utf-8").strip()]


def test_expectations_are_compared_and_not_rewritten(pytestconfig: pytest.Config) -> None:
    assert not pytestconfig.getoption("--regenerate"), "this run rewrote what the cases expect: look at the diff"
