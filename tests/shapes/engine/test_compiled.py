"""The compiled engine against the judge: the same findings on any graph, construct by construct; the rest refused."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import RdfFormat, parse
from rdflib import Graph

from jixiao.ingest.document import read_document
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.reference import Facts
from jixiao.shapes import catalogue
from jixiao.shapes.engine.compiled import Rule, compile_shapes
from jixiao.shapes.engine.data import Data, Match, UnsupportedShapeError
from jixiao.shapes.locating import shown
from jixiao.shapes.validate import validate
from tests.support.generated import tries
from tests.support.pyshacl_judge import Judge, JudgedValidation

SHEET = Path(__file__).with_name("every-component.ttl")
SHAPES = Graph().parse(SHEET)
RULES = compile_shapes(Facts(parse(path=SHEET, format=RdfFormat.TURTLE)))
JUDGE = Judge(SHAPES)
E = "http://localhost:8000/e#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NODES = [f"<{E}{name}>" for name in "abc"]
NUMBERS = [f'"1"^^<{XSD}integer>', f'"1.5"^^<{XSD}decimal>', f'"2"^^<{XSD}decimal>']
TEXTS = ['"a1"', '"A-1"', '"文"@zh', '"text"@en']
DATES = [f'"{day}"^^<{XSD}date>' for day in ("2022-12-31", "2022-02-30")]
VALUES = [*NODES, *NUMBERS, *TEXTS, *DATES, f'"x"^^<{XSD}decimal>']


def _triples(predicates: str, values: list[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from([RDF_TYPE] if predicates == "a" else [f"{E}{name}" for name in predicates])
    return st.builds(lambda s, p, o: f"{s} <{p}> {o} .", st.sampled_from(NODES), names, st.sampled_from(values))


TRIPLES = st.one_of(_triples("a", [f"<{E}T>", f"<{E}U>"]), _triples("nm", NUMBERS), _triples("pqr", VALUES))
HEAD = "@prefix : <https://w3id.org/jixiao/shapes#> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <e:> ."


def _compiled(shapes: str) -> tuple[Rule, ...]:
    return compile_shapes(Facts(parse(shapes, format=RdfFormat.TURTLE)))


def _told(findings: Iterable[Match]) -> set[tuple[str, ...]]:
    """Return what engines must agree on: shape, focus node, path, value and what a query selected."""
    return {
        (
            each.shape,
            str(each.focus),
            each.path or "",
            shown(each.value) if each.value is not None and each.value != each.focus else "",
            *(f"{name}={shown(value)}" for name, value in sorted(each.bindings.items())),
        )
        for each in findings
    }


@tries(40)
@given(st.lists(TRIPLES, max_size=24))
def test_both_engines_find_the_same(lines: list[str]) -> None:
    triples = "\n".join(lines).encode()
    data = Data(triples)
    compiled = (match for rule in RULES for match in rule.findings(data))
    assert _told(compiled) == _told(JUDGE.findings(triples))


def test_a_quoted_backslash_stops_neither_engine() -> None:
    """pySHACL fills a message by re.sub, to which a backslash is a command."""
    select = 'sh:sparql [ sh:message "{?v}" ; sh:select "SELECT $this ?v WHERE { $this <e:p> ?v }" ]'
    shapes = f"{HEAD} :a a sh:NodeShape ; sh:targetClass e:T ; {select} ."
    triples = rf'<e:x> <{RDF_TYPE}> <e:T> .{chr(10)}<e:x> <e:p> "\\quad" .'.encode()
    (rule,) = _compiled(shapes)
    found = _told(rule.findings(Data(triples)))
    assert len(found) == 1
    assert found == _told(Judge(Graph().parse(data=shapes, format="turtle")).findings(triples))


def test_every_shape_of_the_sheet_is_compiled() -> None:
    assert {rule.iri for rule in RULES} == {
        str(shape) for shape in set(SHAPES.subjects()) if str(shape).startswith(catalogue.SHAPES)
    }


@pytest.mark.parametrize(
    ("shape", "what"),
    [
        ("sh:path e:p ; sh:minCounts 1", "minCounts"),
        ("sh:path e:p ; sh:closed true", "closed"),
        ("sh:path [ sh:zeroOrMorePath e:p ] ; sh:minCount 1", "zeroOrMorePath"),
        ("sh:path e:p ; sh:deactivated true", "deactivated"),
        ("sh:path e:p ; sh:uniqueLang true", "uniqueLang"),
        ("sh:path e:p ; sh:minLength 3", "minLength"),
        ("sh:path e:p ; sh:lessThan e:q", "lessThan"),
        ('sh:path e:p ; sh:pattern "a" ; sh:flags "i"', "flags"),
        ("sh:xone ( [ sh:path e:p ; sh:minCount 1 ] )", "xone"),
        ("sh:targetNode e:a ; sh:path e:p ; sh:minCount 1", "targetNode"),
        ("sh:targetObjectsOf e:q ; sh:path e:p ; sh:minCount 1", "targetObjectsOf"),
        ('sh:path e:p ; sh:sparql [ sh:select "SELECT $this WHERE { $this e:p 1 }" ]', "property shape"),
        ('sh:sparql [ sh:select "SELECT $this WHERE { $this e:p 1 MINUS { $this e:q 1 } }" ]', "MINUS"),
        ('sh:sparql [ sh:select "SELECT $this WHERE { VALUES $this { e:a } }" ]', "VALUES"),
        ('sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <e:s> { $this e:p 1 } }" ]', "SERVICE"),
        ('sh:sparql [ sh:ask "ASK { $this e:p 1 }" ]', "ask"),
        ('sh:sparql [ sh:select "SELECT ?x WHERE { ?x e:p 1 }" ]', "SELECT of"),
        ('sh:js [ ]', "js"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused(shape: str, what: str) -> None:
    kind = "sh:PropertyShape" if "sh:path" in shape else "sh:NodeShape"
    with pytest.raises(UnsupportedShapeError, match=what):
        _compiled(f"{HEAD} :a a {kind} ; sh:targetClass e:T ; {shape} .")


@pytest.mark.parametrize("target", ["", "sh:targetNode e:a ;", "sh:target [] ;"])
def test_targets_that_a_query_cannot_have_are_refused(target: str) -> None:
    select = 'sh:sparql [ sh:select "SELECT $this WHERE { $this e:p 1 }" ]'
    with pytest.raises(UnsupportedShapeError, match="target"):
        _compiled(f"{HEAD} :a a sh:NodeShape ; {target} {select} .")


ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
CASES = sorted((ROOT / "tests" / "ingest" / "cases").glob("*/expected.ttl"), key=lambda path: path.stat().st_size)


@pytest.mark.judge
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_filing(path: Path) -> None:
    reading = read_document(path.read_bytes(), path.name, DEFAULT_BASE)
    _agree(reading.deposit.source_triples)


@pytest.mark.judge
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_case(path: Path) -> None:
    _agree(Graph().parse(path).serialize(format="nt", encoding="utf-8"))


def _agree(triples: bytes) -> None:
    assert validate(triples) == JudgedValidation(triples).report()
