"""The tables of a generation have the rows that their queries have, whatever commits led to it."""

import random
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, QueryResultsFormat, RdfFormat

from bench import filings
from bench.invented import shapes
from bench.measuring import EXAMPLES
from jixiao.ingest.document import read_document
from jixiao.ingest.writing import writing
from jixiao.ontology import terms
from jixiao.store import Store, changes
from jixiao.store.commit.building import readers
from jixiao.store.commit.concerned import concerned
from jixiao.store.errors import TableError
from jixiao.store.index import building, facts
from jixiao.store.tables import filling, reading
from jixiao.store.tables.table import read, tables
from tests.support.writing import ALL, BASE, rules

WHY = {
    terms.DCTERMS_description: Literal("核实"),
    terms.DCTERMS_date: Literal("2024-03-01", datatype=NamedNode(terms.XSD_date)),
}
EVERY = [*tables().values()]
FILES = (0, 1, len(filings.YEARS))
"""The numbers of three files of two bodies, of which one has filings of two years."""
NAMES = [each.name for each in EVERY]
TESTS = Path(__file__).parents[1]
FILED, EVALUATED = (
    TESTS.joinpath(*path).read_bytes() for path in (("ingest", "whole-filing.txt"), ("quality", "evaluated.txt"))
)
RIVAL = EVALUATED.replace(b"10.80", b"9.60")
"""A filing, the self-evaluation of its project, and another one that disagrees."""


@cache
def small():
    """The shapes of the three smallest examples."""
    return shapes(sorted(EXAMPLES.glob("*.txt"), key=lambda path: path.stat().st_size)[:3])


def deposit(number, seed=1):
    """An invented filing; another seed gives other values of the same projects."""
    file = filings.file(small(), number, seed=seed, faulty=0.5)
    return read_document(file.content, file.name, BASE).deposit


@pytest.fixture(scope="module")
def deposits():
    with rules(ALL):
        others = [read_document(each, "a.txt", BASE).deposit for each in (FILED, EVALUATED, RIVAL)]
        return [*map(deposit, FILES), *others]


@pytest.fixture(scope="module")
def made(tmp_path_factory, deposits):
    """A store that took in all files in one commit."""
    store = Store.create(tmp_path_factory.mktemp("tables") / "store", BASE)
    with writing(store) as batch:
        for each in deposits:
            batch.add(each)
        batch.commit()
    return store


@pytest.fixture
def kept_up(monkeypatch):
    """Keep tables up however many units a commit concerns, and count the units of each commit."""
    monkeypatch.setattr(building, "MUCH", 1000)
    counted = []
    keep_up = filling.keep_up
    monkeypatch.setattr(filling, "keep_up", lambda *given: counted.append(given[-1]) or keep_up(*given))
    return counted


def content(file):
    return {each.name: sorted(reading.content(file, each), key=repr) for each in EVERY}


def anew(generation, folder):
    """The content of tables that are filled in bulk from a generation's graph."""
    path = folder / f"{generation.number}.sqlite"
    filling.fill_from_graph(path, EVERY, generation.graph)
    return content(reading.opened(path, EVERY))


def assert_kept_up(store, folder):
    generation = store.current()
    kept, made = content(generation.tables), anew(generation, folder)
    for name in NAMES:
        assert kept[name] == made[name], name
    return kept


@pytest.mark.sampled(4)
@pytest.mark.parametrize("seed", range(4))
def test_commits_in_any_order_keep_what_one_makes(tmp_path, deposits, made, kept_up, seed):
    order = random.Random(seed).sample(deposits, len(deposits))
    store = Store.create(tmp_path / "store", BASE)
    with writing(store) as batch:
        for some in (order[:1], order[1:3], order[3:]):
            for each in some:
                batch.add(each)
            batch.commit()
        batch.withdraw(order[0].sha16, "误传")
        batch.commit()
        assert_kept_up(store, tmp_path)
        batch.add(order[0])
        batch.commit()
    assert len(kept_up) == 4
    kept = assert_kept_up(store, tmp_path)
    assert kept == content(made.current().tables)
    assert kept["results"]
    assert kept["evaluationGaps"]


def test_decisions_reach_every_row_that_tells_of_a_thing(tmp_path, copied, kept_up):
    before = content(copied.current().tables)
    column = {name: [each.name for each in tables()[name].columns] for name in NAMES}

    def some(table, name):
        return sorted({row[column[table].index(name)] for row in before[table]} - {None})

    body, other, *_ = map(NamedNode, some("projects", "body"))
    document, alike, *_ = map(NamedNode, some("citations", "document"))
    project = NamedNode(some("projects", "project")[0])
    finding = next(copied.current().graph.quads_for_pattern(None, NamedNode(terms.SH_focusNode), project)).subject
    [fault] = facts.values(copied.current().graph, finding.value, terms.SH_sourceShape)

    def correction(of, name, value):
        return terms.Correction, {
            terms.concerns: of,
            terms.correctedProperty: NamedNode(name),
            terms.correctedValue: value,
        }

    decided = [
        (terms.Identification, {terms.keeps: body, terms.merges: other}),
        (terms.Identification, {terms.keeps: document, terms.merges: alike}),
        correction(project, terms.annualRequest, Literal("12345", datatype=NamedNode(terms.XSD_decimal))),
        (terms.Acceptance, {terms.concerns: project, terms.acceptedFault: NamedNode(fault)}),
    ]
    made = []
    with writing(copied) as batch:
        for some in (decided[:1], decided[1:2], decided[2:]):
            made += [batch.decide(kind, {**says, **WHY}, "") for kind, says in some]
            batch.commit()
            assert assert_kept_up(copied, tmp_path) != before
        for each in made:
            batch.undo(int(each.iri.rpartition("/")[2]))
        batch.commit()
    assert assert_kept_up(copied, tmp_path) == before
    assert len(kept_up) == 4


def test_a_new_reading_replaces_the_rows_of_the_former_one(tmp_path, copied, deposits, kept_up):
    with rules(ALL):
        other = deposit(FILES[2], seed=3)
    known = deposits[2]
    stated, found = (
        triples.replace(other.sha16.encode(), known.sha16.encode())
        for triples in (other.source_triples, other.report_triples)
    )
    again = replace(known, source_triples=stated, report_triples=found, reading=known.reading + 1)
    with writing(copied) as batch:
        batch.reread(again)
        batch.settle()
        batch.commit()
    assert len(kept_up) == 1
    assert_kept_up(copied, tmp_path)


def test_a_change_of_no_row_shares_the_file(tmp_path, made):
    path = made.current().tables.path
    filling.keep_up(tmp_path / "tables.sqlite", path, EVERY, pyoxigraph.Store(), {})
    assert (tmp_path / "tables.sqlite").stat().st_ino == path.stat().st_ino


def test_what_is_no_longer_described_is_removed_without_a_query(tmp_path, made, monkeypatch):
    path = made.current().tables.path
    named = {row[0]: NAMES for row in content(made.current().tables)["projects"]}
    monkeypatch.setattr(filling, "of_graph", lambda *_: lambda _: pytest.fail("a query"))
    filling.keep_up(tmp_path / "tables.sqlite", path, EVERY, pyoxigraph.Store(), named)
    kept = content(reading.opened(tmp_path / "tables.sqlite", EVERY))
    assert not kept["projects"] + kept["indicators"]
    assert kept["bodies"]


def test_a_commit_concerns_few_units(tmp_path, copied, kept_up):
    """Bodies and documents of a new file concern no project of another file."""
    new = deposit(2)
    with writing(copied) as batch:
        batch.add(new)
        batch.commit()
    [units] = kept_up
    assert {iri for iri in units if "/id/project/" in iri} == {*new.contents.projects}


def test_a_changed_message_concerns_no_table_without_messages(made):
    graph = made.current().graph
    message = next(graph.quads_for_pattern(None, NamedNode(terms.SH_resultMessage), None, DefaultGraph()))
    units = concerned(graph, changes.Changes(frozenset({message}), frozenset()), readers())
    assert frozenset().union(*units.values()) == {each.name for each in EVERY if "sh:resultMessage" in each.sparql}


def test_tables_of_other_definitions_are_none(made):
    assert reading.opened(made.current().tables.path, EVERY[1:]) is None


def test_a_large_store_gets_the_same_tables(tmp_path, made, deposits, monkeypatch):
    monkeypatch.setattr(building, "LARGE", 0)
    monkeypatch.setattr(filling, "_AT_ONCE", 2)
    monkeypatch.setattr(changes, "_AT_ONCE", 1000)
    monkeypatch.setattr(changes, "_UNWRITTEN", 100)
    store = Store.create(tmp_path / "store", BASE)
    with writing(store) as batch:
        for each in deposits:
            batch.add(each)
        generation = batch.commit()
    assert content(generation.tables) == content(made.current().tables)
    assert sorted(path.name for path in (generation.path / "index").iterdir()) == [
        "index.json",
        "index.sqlite",
        "tables.sqlite",
    ]


def test_queries_select_the_columns_of_their_headers():
    filling.check()


@pytest.mark.parametrize(
    ("said", "wrong", "told"),
    [
        ("# units\n", "# units\n ?thing\n", "things.rq:14: the query is wrong: .*expected"),
        ("?thing ?part", "?part ?thing", "things.rq:11: .*SELECT: part, thing, name"),
        ("SELECT ?thing ?part ?name ?amount ?rate ?year ?text WHERE", "ASK", "things.rq: "),
    ],
)
def test_a_faulty_query_is_named(said, wrong, told, tmp_path):
    (tmp_path / "things.rq").write_text(HEADER.replace(said, wrong), encoding="utf-8")
    with pytest.raises(TableError, match=told):
        filling.check(tmp_path)


@pytest.fixture(scope="module")
def graphs(made):
    """The default graph of a store, and one with the projects, evaluations, sources and findings of forty such."""
    triples = pyoxigraph.serialize(
        (each.triple for each in made.current().graph.quads_for_pattern(None, None, None, DefaultGraph())),
        format=RdfFormat.N_TRIPLES,
    )
    one, many = pyoxigraph.Store(), pyoxigraph.Store()
    one.bulk_load(triples, RdfFormat.N_TRIPLES)
    for number in range(40):
        other = triples
        for kind in (b"id/project/", b"id/evaluation/", b"id/source/", b"id/filing/", b"id/series/", b"graph/report/"):
            other = other.replace(kind, kind + (b"%d-" % number if number else b""))
        many.bulk_load(other, RdfFormat.N_TRIPLES)
    return one, many


def seconds(graph, sparql):
    """The least seconds of processor time of some tries of a query."""

    def once():
        begun = time.thread_time()
        graph.query(sparql).serialize(format=QueryResultsFormat.CSV)
        return time.thread_time() - begun

    return min(once() for _ in range(5))


def assert_reads_its_units_alone(table, made, graphs):
    known = reading.content(made.current().tables, tables()[table.name])
    found = {row[table.columns.index(table.unit)] for row in known}
    some = sorted(found or {f"{BASE}id/{table.unit.names}/a"})[:12]  # for more, the engine may read in another order
    one, many = (seconds(graph, table.of(some)) for graph in graphs)
    assert many < 2 * one + 0.0005


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", NAMES)
def test_a_query_reads_nothing_beyond_its_units(name, made, graphs):
    assert_reads_its_units_alone(tables()[name], made, graphs)


def test_a_sub_select_that_lacks_the_units_is_found_out(made, graphs):
    counting = """
      SELECT ?project ?number WHERE {
        # units
        { SELECT ?project (COUNT(?part) AS ?number) WHERE { ?project <%s> ?part } GROUP BY ?project }
      }"""
    table = replace(tables()["projects"], sparql=counting % terms.hasIndicator)
    with pytest.raises(AssertionError):
        assert_reads_its_units_alone(table, made, graphs)


HEADER = """#+ label: {zh: 事物, en: Things}
#+ key: [thing]
#+ columns:
#+   - {name: thing, type: iri, names: thing}
#+   - {name: part, type: part}
#+   - {name: name, type: text}
#+   - {name: amount, type: yuan}
#+   - {name: rate, type: decimal}
#+   - {name: year, type: year}
#+   - {name: text, type: prose}
SELECT ?thing ?part ?name ?amount ?rate ?year ?text WHERE {
  # units
}
"""
THING = read("things", HEADER)


def written(path, *rows):
    writer = filling.Writer(path, [THING])
    writer.add(THING, rows)
    writer.finish()
    return reading.opened(path, [THING])


def test_small_letters_of_a_word_are_searched_for(tmp_path):
    file = written(tmp_path / "a.sqlite", ("x:a", None, "Àb", *[None] * 4))
    with file.reader() as reader:
        assert reader.all("SELECT small FROM word WHERE text = ?", "Àb") == [("àb",)]


LONG = "长" * 100


@pytest.mark.parametrize(
    ("given", "held", "odd"),
    [
        (
            [("x:a", "x:a#i1", "Àb", "12.5", "-3", "2022", "长 文"), ("x:b", "y:b", *[None] * 5)],
            [("x:a", "#i1", "Àb", 125000, "-99986.~", 2022, "长 文"), ("x:b", "y:b", *[None] * 5)],
            0,
        ),
        # A long text that recurs is held once.
        ([(f"x:{n}", *[None] * 5, LONG) for n in range(3)], [(f"x:{n}", *[None] * 5, LONG) for n in range(3)], 0),
        # A value that does not fit is none, and counted.
        (
            [("x:a", None, "甲", "0.00001", "1", "2022", None), ("x:b", None, "乙", "1", "x", "y", None)],
            [("x:a", None, "甲", None, "00011.", 2022, None), ("x:b", None, "乙", 10000, None, None, None)],
            3,
        ),
    ],
    ids=["types", "long", "odd"],
)
def test_values_are_held_as_their_types_say(tmp_path, given, held, odd):
    file = written(tmp_path / "a.sqlite", *given)
    assert sorted(reading.content(file, THING)) == held
    assert file.odd == ({"things": odd} if odd else {})
    with file.reader() as reader:
        assert reader.all("SELECT count(*) FROM things WHERE text = ?", LONG)[0][0] <= 1
    writer = filling.Writer(file.path, [THING])
    writer.remove(THING, [row[0] for row in given])
    writer.finish()
    assert reading.opened(file.path, [THING]).odd == {}


def test_a_part_may_be_of_the_thing_in_another_column(tmp_path):
    table = read("things", HEADER.replace("{name: part, type: part}", "{name: part, type: part, of: name}"))
    writer = filling.Writer(tmp_path / "a.sqlite", [table])
    writer.add(table, [("x:a", "y:b#i1", "y:b", *[None] * 4), ("x:b", "y:b", "y:b", *[None] * 4)])
    writer.finish()
    rows = reading.content(reading.opened(tmp_path / "a.sqlite", [table]), table)
    assert sorted(row[:3] for row in rows) == [("x:a", "#i1", "y:b"), ("x:b", "", "y:b")]


def test_of_several_values_the_least_stays_whatever_comes_first(tmp_path):
    rows = [
        ("x:a", "x:a#i2", "乙", "9", "10", None, "b"),
        ("x:a", "x:a#i1", "甲", None, "9", "2023", "a"),
        ("x:a", None, None, "10", None, "2022", ""),
    ]
    found = set()
    for number, order in enumerate((rows, rows[::-1], rows[1:] + rows[:1])):
        found |= set(reading.content(written(tmp_path / f"{number}.sqlite", *order), THING))
    assert found == {("x:a", "#i1", "乙", 90000, "00019.", 2022, "a")}


def test_properties_are_found_however_a_query_writes_them():
    query = "PREFIX a: <x:>\nSELECT ?thing WHERE { ?thing a:p ?o ; <y:q> ?o }"
    assert {"x:p", "y:q", terms.RDF_type} <= replace(THING, sparql=query).properties


def test_texts_of_any_length_and_kind_are_read(tmp_path):
    graph, texts = pyoxigraph.Store(), ["长" * 200_000, 'a\r\n"b",c\n', "d\re", " f "]
    for number, text in enumerate(texts):
        graph.add(pyoxigraph.Quad(NamedNode(f"x:{number}"), NamedNode("x:p"), Literal(text)))
    run = filling.of_graph(graph, tmp_path)
    assert sorted(run("SELECT ?s ?o ?n WHERE { ?s <x:p> ?o }")) == [
        [f"x:{n}", text, ""] for n, text in enumerate(texts)
    ]


def test_lists_of_codes_are_in_order(tmp_path):
    graph, project = pyoxigraph.Store(), NamedNode(f"{BASE}id/project/one")
    lost = [NamedNode(each) for each in (terms.hasIndicator, terms.amount, terms.hasGoal)]
    graph.extend(pyoxigraph.Quad(project, NamedNode(terms.withheld), each) for each in lost)
    graph.add(pyoxigraph.Quad(project, NamedNode(terms.RDF_type), NamedNode(terms.Project)))
    graph.add(pyoxigraph.Quad(project, NamedNode(terms.readingStatus), NamedNode(terms.readPartial)))
    filling.fill_from_graph(tmp_path / "tables", EVERY, graph)
    absences = content(reading.opened(tmp_path / "tables", EVERY))["absences"]
    unknown = {part.rpartition("#")[2]: codes for _, part, *_, codes in absences}
    assert unknown["year"] == "amount hasGoal hasIndicator year"
    assert unknown["hasGoal"] == "amount hasGoal hasIndicator"


@pytest.mark.parametrize(
    ("said", "wrong", "told"),
    [
        ("key: [thing]", "key: [thing, thong]", "2: there is no column thong; there are thing, part"),
        ("type: yuan", "type: yen", "7: there is no type yen; .*yuan"),
        ("name: rate, type: decimal", "name: rate, type: decimal, sum: true", "8: rate: only yuan"),
        ("name: name, type: text", "name: name, type: text, link: thong", "6: there is no column thong"),
        ("name: name, type: text", "name: name, type: text, lines: year", "6: there is no key lines; .*period, of"),
        ("name: name, type: text", "name: name", "6: it lacks type"),
        ("#+ key: [thing]\n", "", "1: it lacks key"),
        ("#+ key", "#+ keys", "2: there is no key keys; there are label, key"),
        (", en: Things", "", "1: it lacks en"),
        ("columns:", "columns: [", "[0-9]+: this is not YAML"),
        ("  # units\n", "", "11: the query lacks the line # units"),
    ],
)
def test_a_faulty_header_is_named(said, wrong, told):
    assert said in HEADER
    with pytest.raises(TableError, match=rf"things\.rq:?({told})"):
        read("things", HEADER.replace(said, wrong), kept_up=True)


def test_look_ups_that_share_variables_stay_in_one_pattern():
    """A look-up that uses the value of another one is not planned apart from it."""
    text = """
#+ label: {zh: 表, en: Table}
#+ key: [project]
#+ columns: [{name: project, type: iri, names: project}, {name: body, type: iri}, {name: name, type: text}]
SELECT ?project ?body ?name
WHERE {
  # units
  ?project a <a:Project> .
  OPTIONAL { ?project <a:body> ?body }
  OPTIONAL { ?body <a:name> ?name }
}
""".lstrip()
    project, body = NamedNode("a:/id/project/1"), NamedNode("a:body/1")
    graph = pyoxigraph.Store()
    graph.add(pyoxigraph.Quad(project, NamedNode(terms.RDF_type), NamedNode("a:Project")))
    graph.add(pyoxigraph.Quad(project, NamedNode("a:body"), body))
    graph.add(pyoxigraph.Quad(body, NamedNode("a:name"), Literal("一中")))
    sparql = read("x", text, kept_up=True).planned([project.value])
    assert [[cell.value for cell in row] for row in graph.query(sparql)] == [[project.value, body.value, "一中"]]
    assert sparql.count("SELECT") == 2
