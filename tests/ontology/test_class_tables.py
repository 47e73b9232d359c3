"""The classes of docs/ontology-reference.md are those of the ontology, and each of their examples is in a store."""

import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store as Graph

from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.store import Origin, Store
from tests.support import class_tables
from tests.support.shared import made_once
from tests.support.writing import ALL, rules, whole_vocabulary

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "ontology-reference.md"
CASES = (
    "bars-on-lines-of-their-own",
    "levels-with-weights-and-instructions",
    "list-with-functions-of-expenditure",
    "list-with-goals-and-bases-in-its-columns",
    "malformed-document-numbers",
    "many-projects-in-one-table",
    "self-evaluation-with-a-bar-behind-each-cell",
    "cut-off-within-a-row-between-bars",
)
OF_OTHERS = (terms.PROJECT_HOME, "http://www.w3.org/", "https://schema.org/")
OF_REPORTS = {f"{terms.SH}conforms", f"{terms.SH}result"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Graph:
    """Examples, a filing, its self-evaluation and a draft of it, forms of other layouts, an address and a decision."""

    def make(place: Path) -> None:
        store = Store.open(shutil.copytree(examples, place / "store"))
        files = [ROOT / "tests/ingest/whole-filing.txt", ROOT / "tests/quality/evaluated.txt"]
        files += [ROOT / f"tests/ingest/cases/{case}/filing.txt" for case in CASES]
        draft = place / "draft.txt"  # of the self-evaluation in evaluated.txt, with other figures
        evaluated = (ROOT / "tests/quality/evaluated.txt").read_text(encoding="utf-8")
        draft.write_text(evaluated.replace("10.80", "11.20"), encoding="utf-8")
        files.append(draft)
        with whole_vocabulary(), rules(ALL):
            refused = [outcome.notes for outcome in ingest(files, store) if outcome.status != "added"]
        assert refused == []
        with store.writing() as batch:
            batch.locate(
                next(source.sha16 for source in store.sources() if source.file_name == "whole-filing.txt"),
                [Origin("https://www.example.gov.cn/2023/t1.html", "2024-03-01T08:00:00+08:00", "临江市图书馆")],
            )
            project = NamedNode("http://localhost:8000/id/project/zmh4ezra6qas2/2023/zlezubkrr4a5y")
            why = {
                terms.DCTERMS_description: Literal("原件留空", language="zh"),
                terms.DCTERMS_date: Literal("2024-03-02", datatype=NamedNode(terms.XSD_date)),
            }
            corrected = {
                terms.correctedProperty: NamedNode(terms.endDate),
                terms.correctedValue: Literal("2023-12-31", datatype=NamedNode(terms.XSD_date)),
            }
            batch.decide(terms.Correction, {terms.concerns: project, **corrected, **why}, "更正")
            batch.commit()

    generations = made_once(tmp_path_factory, "classes", make) / "store" / "generations"
    return Graph.read_only(str(max(generations.glob("*/graph"))))


def test_page(graph: Graph, pytestconfig: pytest.Config) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(class_tables.START)
    listing = before + class_tables.section(graph) + rest.partition(class_tables.END)[2]
    if pytestconfig.getoption("--regenerate"):
        PAGE.write_text(listing, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == listing


def test_every_property_has_a_definition(graph: Graph) -> None:
    before, _, tables = PAGE.read_text(encoding="utf-8").partition(class_tables.START)
    assert "`jx:sourcePage`" in before, "every table leaves it out"
    rows = re.findall(r"^\|`(\w+:\w+)`\|([^|]*)\|", tables, re.MULTILINE)
    assert len(rows) > 200
    assert [name for name, definition in rows if not all(definition.partition("<br>")[::2])] == []
    ours = (quad for quad in graph.quads_for_pattern(None, None, None, DefaultGraph()))
    stated = {quad.predicate.value for quad in ours if not str(quad.subject.value).startswith(OF_OTHERS)}
    assert len(stated) > 80
    assert {class_tables.curie(name) for name in stated - OF_REPORTS} - {name for name, _ in rows} == {"rdf:type"}


@pytest.mark.parametrize("name", class_tables.classes())
def test_examples_answer(name: str, graph: Graph) -> None:
    """A query for a property of a class has rows wherever the page gives an example."""
    shown = [row.name for row in class_tables.rows(graph, name) if row.example]
    assert shown
    listed = " ".join(str(NamedNode(each)) for each in class_tables.members(name))
    for each in shown:
        query = f"ASK {{ VALUES ?class {{ {listed} }} ?thing a ?class ; {NamedNode(each)} ?value }}"
        assert graph.query(query)


@pytest.mark.parametrize("name", class_tables.classes())
def test_what_is_single_has_one_value(name: str, graph: Graph) -> None:
    """A query for a property that the page calls single has one row for each thing."""
    listed = " ".join(str(NamedNode(each)) for each in class_tables.members(name))
    single = " ".join(str(NamedNode(row.name)) for row in class_tables.rows(graph, name) if row.single)
    given = f"VALUES ?class {{ {listed} }} VALUES ?property {{ {single} }}"
    assert not graph.query(f"ASK {{ {given} ?thing a ?class ; ?property ?one, ?other FILTER(?one != ?other) }}")


@pytest.mark.parametrize("name", class_tables.classes())
def test_things_are_found_by_the_class_of_their_table(name: str, graph: Graph) -> None:
    classes = class_tables.members(name)[1:] if name in class_tables.BY_SUBCLASS else (name,)
    assert any(graph.query(f"ASK {{ ?thing a {NamedNode(each)} }}") for each in classes)
