"""Rules over the whole store: only queries, and the results that a change affects are found from what changed."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import example, given, strategies as st
from pyoxigraph import RdfFormat, parse
from rdflib import SH, Variable
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from jixiao.ingest.writing import CorpusRules
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.ontology.reference import Facts
from jixiao.shapes import store_check
from jixiao.shapes.engine.compiled import Rule, compile_shapes
from jixiao.shapes.engine.data import UnsupportedShapeError
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.store_check import subjects
from jixiao.shapes.validate import rules
from tests.support.generated import tries
from tests.support.pyshacl_judge import Judge, shapes_graph

RULES = """
@prefix : <https://w3id.org/jixiao/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <e:> .
:query a sh:NodeShape ; sh:targetClass e:T ; sh:sparql [ sh:select "SELECT $this WHERE { $this <e:p> 1 }" ] .
"""
CORE = ":core a sh:PropertyShape ; sh:targetClass e:T ; sh:path e:p ; sh:minCount 1 ."


def _compiled(shapes: str) -> tuple[Rule, ...]:
    return compile_shapes(Facts(ox.parse(shapes, format=ox.RdfFormat.TURTLE)))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    store_check._rules.cache_clear()
    yield
    store_check._rules.cache_clear()


def test_a_core_rule_over_the_whole_store_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = _compiled(RULES)
    monkeypatch.setattr(store_check, "rules", lambda _scope: rules)
    assert store_check.judge(ox.Store()) == {}
    store_check._rules.cache_clear()
    with_core = _compiled(RULES + CORE)
    monkeypatch.setattr(store_check, "rules", lambda _scope: with_core)
    with pytest.raises(UnsupportedShapeError, match="Core constraint"):
        store_check.judge(ox.Store())


JX, DC, RDFS = "https://w3id.org/jixiao/ontology#", "http://purl.org/dc/terms/", "http://www.w3.org/2000/01/rdf-schema#"
RDF_TYPE, DERIVED = f"<{terms.RDF_type}>", f"<{terms.PROV_wasDerivedFrom}>"
TITLES = ("关于实施学生营养改善计划的通知", "实施学生营养改善计划的通知", "公园绿地养护管理办法实施细则")
NUMBERS = ("国办发〔2011〕54号", "国办发〔2012〕54号", "沪府发〔2011〕7号")


def _basis(name: int, number: int, titles: set[int]) -> Iterator[str]:
    code, year, serial = NUMBERS[number][:3], NUMBERS[number][4:8], NUMBERS[number][9:-1]
    yield f"<e:b{name}> {RDF_TYPE} <{JX}LegalBasis> ."
    for predicate, value in (("documentNumber", NUMBERS[number]), ("issuerCode", code), ("serialNumber", serial)):
        yield f'<e:b{name}> <{JX}{predicate}> "{value}" .'
    yield f'<e:b{name}> <{JX}numberYear> "{year}"^^<{terms.XSD}integer> .'
    yield from (f'<e:b{name}> <{DC}title> "{TITLES[title]}"@zh .' for title in sorted(titles))


def _citation(project: int, basis: int, title: int, line: int) -> Iterator[str]:
    node = f"<e:p{project}#c>"
    yield f"<e:p{project}> <{JX}hasCitation> {node} ."
    yield f"{node} {RDF_TYPE} <{JX}Citation> ."
    yield f"{node} <{JX}citedBasis> <e:b{basis}> ."
    yield f'{node} <{JX}printedTitle> "{TITLES[title]}"@zh .'
    yield f'{node} <{JX}printedNumber> "{NUMBERS[basis % 3]}" .'
    yield f'{node} <{JX}sourceLine> "{line}"^^<{terms.XSD}integer> .'


def _project(name: int, source: int, label: int, amount: int, filing: int) -> Iterator[str]:
    yield f"<e:p{name}> {RDF_TYPE} <{JX}Project> ."
    yield f"<e:p{name}> {DERIVED} <e:source/{source:016}> ."
    yield f'<e:source/{source:016}> <{JX}fileName> "{source}.txt" .'
    yield f'<e:p{name}> <{RDFS}label> "{TITLES[label]}"@zh .'
    yield f"<e:p{name}> <{JX}implementingUnit> <e:unit> ."
    yield f"<e:p{name}> <{JX}partOfFiling> <e:filing{filing}> ."
    for predicate, value in (("totalAmount", f'"{amount}"^^<{terms.XSD}decimal>'), ("year", '"2024"')):
        yield f"<e:p{name}> <{JX}{predicate}> {value} ."


SMALL = st.integers(0, 2)
THINGS = st.one_of(
    st.builds(_basis, SMALL, SMALL, st.sets(SMALL, min_size=1)),
    st.builds(_citation, SMALL, SMALL, SMALL, SMALL),
    st.builds(_project, SMALL, SMALL, st.just(0), st.just(5), SMALL),
    st.builds(lambda name, label: [f'<e:filing{name}> <{RDFS}label> "{TITLES[label]}"@zh .'], SMALL, SMALL),
).map(frozenset)
GRAPHS = st.lists(THINGS, max_size=9).map(lambda things: frozenset().union(*things))


def _graph(lines: frozenset[str]) -> ox.Store:
    graph = ox.Store()
    graph.load("\n".join(sorted(lines)).encode(), format=ox.RdfFormat.N_TRIPLES)
    return graph


def _filing(label: int) -> frozenset[str]:
    return frozenset([f'<e:filing1> <{RDFS}label> "{TITLES[label]}"@zh .'])


TWINS = frozenset([*_project(0, 0, 0, 5, 1), *_project(1, 1, 0, 5, 1)])
OTHER_TWINS = frozenset([*_project(3, 0, 1, 7, 2), *_project(4, 1, 1, 7, 2)])


@tries(60)
@given(GRAPHS, GRAPHS, GRAPHS)
@example(TWINS | OTHER_TWINS, _filing(0), _filing(1))
def test_results_of_what_changes_affect_are_all_that_change(
    kept: frozenset[str], removed: frozenset[str], added: frozenset[str]
) -> None:
    lines, changed = kept | removed, (kept - removed) | added
    before, after = _graph(lines), _graph(changed)
    things = {line[1 : line.index(">")] for line in lines ^ changed}
    rules = CorpusRules(Iris("http://localhost:8000/"))
    groups = rules.groups(before, things) | rules.groups(after, things)
    for graph in (before, after):
        every = {source: set(results) for source, results in store_check.judge(graph).items()}
        some = {source: set(results) for source, results in store_check.judge(graph, groups).items()}
        wanted = {source: {each for each in found if each.focus_node in groups} for source, found in every.items()}
        assert some == {source: results for source, results in wanted.items() if results}
    assert _others(rules, before, groups) == _others(rules, after, groups)


def _others(rules: CorpusRules, graph: ox.Store, groups: frozenset[str]) -> set[tuple[str, str]]:
    """Return what the rules state, result by result, about nodes outside the groups."""
    found = set()
    for source, written in rules(graph).items():
        stated = _graph(frozenset(written.decode().splitlines()))
        for focus in stated.quads_for_pattern(None, ox.NamedNode(terms.SH_focusNode), None):
            if focus.object.value not in groups:
                triples = (
                    f"{quad.predicate} {quad.object}" for quad in stated.quads_for_pattern(focus.subject, None, None)
                )
                found.add((source, "\n".join(sorted(triples))))
    return found


def _citing(files: tuple[str, ...]) -> frozenset[str]:
    """Return a graph in which a project of each file cites one number, all but the first under another title."""
    lines = set(_basis(0, 0, {0, 2}))
    for project, file in enumerate(files):
        title = 2 if project else 0
        lines |= {*_project(project, project, 0, project, 1), *_citation(project, 0, title, 7 + project)}
        lines = {line for line in lines if f"<e:source/{project:016}> <{JX}fileName>" not in line}
        lines.add(f'<e:source/{project:016}> <{JX}fileName> "{file}" .')
    return frozenset(lines)


def _cited(files: tuple[str, ...]) -> dict[str, Finding]:
    """Return the findings about such projects by their focus nodes."""
    found = store_check.judge(_graph(_citing(files)))
    return {each.focus_node: each for results in found.values() for each in results}


def test_the_other_title_is_told_with_its_file_and_line() -> None:
    found = _cited(("甲.txt", "丙.txt", "乙.txt"))
    assert {focus: each.message.zh.rpartition("。另一处见")[2] for focus, each in found.items()} == {
        "e:p0#c": "丙.txt第8行。",
        "e:p1#c": "甲.txt第7行。",
        "e:p2#c": "甲.txt第7行。",
    }
    assert found["e:p0#c"].message.en.endswith(" The other stands in 丙.txt, line 8.")


def test_another_title_in_the_line_of_the_finding_is_said_to_stand_there() -> None:
    """A project cites one number twice in line 8, under two titles."""
    other = (line.replace("<e:p0#c>", "<e:p0#d>") for line in _citation(0, 0, 2, 8))
    graph = frozenset({*_basis(0, 0, {0, 2}), *_project(0, 0, 0, 0, 1), *_citation(0, 0, 0, 8), *other})
    messages = [each.message for results in store_check.judge(_graph(graph)).values() for each in results]
    assert messages
    assert all(each.zh.endswith("两处在同一行。") for each in messages)
    assert all(each.en.endswith(" Both stand in this line.") for each in messages)


def test_a_file_changes_findings_of_others_only_if_it_is_the_first_place() -> None:
    """Findings name the first place by source, so that the name of a new file does not decide."""
    files = ("丁.txt", "丙.txt", "乙.txt")
    earlier, later = _cited(files), _cited((*files, "00.txt"))
    assert {focus: later[focus] for focus in earlier} == earlier
    added = {"e:p3", "e:p3#c", f"e:source/{3:016}"}
    assert store_check.affected(_graph(_citing((*files, "00.txt"))), added) == {"e:p3#c"}
    first = {"e:p1", "e:p1#c", f"e:source/{1:016}"}
    assert store_check.affected(_graph(_citing(files)), first) >= {"e:p0#c", "e:p1#c"}


def test_a_finding_is_the_same_if_the_other_file_has_another_name() -> None:
    found, moved = _cited(("甲.txt", "丙.txt", "乙.txt")), _cited(("丁.txt", "丙.txt", "乙.txt"))
    assert found["e:p1#c"].message != moved["e:p1#c"].message
    assert found["e:p1#c"].key == moved["e:p1#c"].key


RULE = """
@prefix : <https://w3id.org/jixiao/shapes#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
:rule a sh:NodeShape ; sh:targetClass <e:T> ; sh:sparql [ sh:select "SELECT $this WHERE { %s }" ] .
"""


def test_a_parser_finds_the_same_in_the_rules_over_the_whole_store() -> None:
    graph = shapes_graph("corpus")
    for rule in rules("corpus"):
        (query,) = rule.queries
        (constraint,) = (each for shape, each in graph.subject_objects(SH.sparql) if str(shape) == rule.iri)
        parts = list(
            _parts(prepareQuery(str(graph.value(constraint, SH.select)), initNs=Judge(graph).prefixes).algebra)
        )
        found = subjects(rule.iri, query)
        triples = [triple for part in parts if part.name == "BGP" for triple in part.triples]
        assert {each.variable for each in found} == {str(subject) for subject, _, _ in triples}
        assert all(isinstance(subject, Variable) for subject, _, _ in triples)
        for subject in found:
            stated = {str(p) for s, p, _ in triples if str(s) == subject.variable} | {f"{RDF}type"}
            assert {each.value for each in subject.needed} <= stated
            assert {each.value for each in subject.referring} <= {
                str(p) for _, p, o in triples if str(o) == subject.variable
            }


RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def _parts(part: object) -> Iterator[CompValue]:
    """Yield every part of a query's algebra."""
    if isinstance(part, CompValue):
        yield part
    if isinstance(part, dict | list):
        for child in part.values() if isinstance(part, dict) else part:
            yield from _parts(child)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("$this <e:p> 1", {"this": ("ap", "")}),
        ("$this <e:p> ?o . ?o <e:q> 1", {"this": ("ap", ""), "o": ("q", "p")}),
        ("$this <e:p> ?o OPTIONAL { ?o <e:q> ?x }", {"this": ("ap", ""), "o": ("", "p")}),
        ("$this <e:p> 1 . ?t <e:p> 1 FILTER(?t != $this)", {"this": ("ap", ""), "t": ("p", "")}),
    ],
)
def test_variables_with_what_their_things_have(where: str, found: dict[str, tuple[str, str]]) -> None:
    (rule,) = compile_shapes(Facts(parse(RULE % where, format=RdfFormat.TURTLE)))
    names = {
        each.variable: tuple(
            "".join(sorted("a" if node.value == f"{RDF}type" else node.value[-1] for node in nodes))
            for nodes in (each.needed, each.referring)
        )
        for each in subjects(rule.iri, rule.queries[0])
    }
    assert names == found


@pytest.mark.parametrize(
    "where",
    [
        "$this <e:p> 1 FILTER NOT EXISTS { $this <e:q> ?x }",
        "$this <e:p> 1 FILTER EXISTS { $this <e:q> ?x }",
        "$this <e:p> 1 OPTIONAL { ?x <e:q> $this }",
        "$this <e:p>/<e:q> 1",
        "$this ?p 1",
        "$this <e:p> [ <e:q> 1 ]",
        "<e:a> <e:p> $this",
        "{ $this <e:p> 1 } UNION { $this <e:q> 1 }",
        "{ SELECT $this WHERE { $this <e:p> ?o } LIMIT 1 }",
        "$this <e:p> ?o } GROUP BY $this HAVING (COUNT(?o) > 1) #",
    ],
)
def test_a_query_that_hides_what_it_depends_on_is_refused(where: str) -> None:
    shapes = Facts(parse(RULE % where, format=RdfFormat.TURTLE))
    with pytest.raises(UnsupportedShapeError):
        subjects("rule", compile_shapes(shapes)[0].queries[0])
