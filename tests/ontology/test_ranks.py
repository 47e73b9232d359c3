"""The order in which a project's amount and department are chosen stands in the ontology, and nowhere else."""

import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from jixiao.ontology import properties, terms
from jixiao.ontology.reference import reference

ROOT = Path(__file__).parents[2]
DERIVED = {terms.amount: properties.amount_sources(), terms.department: properties.department_sources()}
NAMES = {iri: [source.removeprefix(terms.JX) for source in sources] for iri, sources in DERIVED.items()}

# The tests' copy of the order, which a change of the Turtle must change, too.
EXPECTED = {
    terms.amount: ["annualRequest", "totalAmount", "narrativeAmount"],
    terms.department: ["competentDepartment", "filedBy", "implementingUnit"],
}


def test_the_order_of_the_design() -> None:
    assert NAMES == EXPECTED
    assert properties.bodies() == (terms.competentDepartment, terms.implementingUnit)


PAGES = {"zh": "ontology.zh.md", "en": "ontology.md"}


def places(words: list[str], text: str) -> list[int]:
    """Return where each word stands first; -1 for a word that is missing."""
    return [text.lower().find(word.lower()) for word in words]


def is_in_order(words: list[str], text: str) -> bool:
    found = places(words, text)
    return -1 not in found and found == sorted(found)


@pytest.mark.parametrize("derived", DERIVED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_texts_name_the_sources_in_their_order(derived: str, language: str) -> None:
    labels = [getattr(reference()[source].label, language) for source in DERIVED[derived]]
    if language == "en":
        labels = [{"filed by": "body that filed"}.get(label, label) for label in labels]
    assert is_in_order(labels, getattr(reference()[derived].definition, language))
    document = (ROOT / "docs" / PAGES[language]).read_text(encoding="utf-8")
    paragraphs = [each for each in re.split(r"\n(?=- )", document) if f"`jx:{derived.removeprefix(terms.JX)}`" in each]
    rank = f"`jx:{derived.removeprefix(terms.JX)}Rank`"
    assert any(is_in_order(labels, each) and rank in each for each in paragraphs)


def lists_in_order(names: list[str], text: str) -> bool:
    """Tell if a text lists names of properties in a row, with nothing but punctuation and prefixes between them."""
    between = r"(?:[\s,\"'*(){}]|terms\.|jx:|NamedNode)+"
    return re.search(between.join(rf"\b{name}\b" for name in names), text) is not None


@pytest.mark.parametrize("names", [EXPECTED[terms.amount], ["competentDepartment", "implementingUnit"]])
def test_no_other_file_lists_the_sources_in_their_order(names: list[str]) -> None:
    rooms = ("jixiao", "ingest", "ontology", "store", "server")
    files = chain.from_iterable((ROOT / room).rglob("*.py") for room in rooms)
    listing = {str(path.relative_to(ROOT)) for path in files if lists_in_order(names, path.read_text(encoding="utf-8"))}
    assert not listing
    assert lists_in_order(names, ", ".join(f"terms.{name}" for name in names))


FOURTH = """
import json
from decimal import Decimal

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import reference, terms

EXTRA, BODY = NamedNode(terms.JX + "declaredShare"), NamedNode(terms.JX + "owner")
XSD = NamedNode(terms.XSD_integer)
known = reference.triples()
reference.triples = lambda: (
    *known,
    Triple(EXTRA, NamedNode(terms.amountRank), Literal("4", datatype=XSD)),
    Triple(BODY, NamedNode(terms.departmentRank), Literal("4", datatype=XSD)),
    Triple(BODY, NamedNode(terms.RDFS_domain), NamedNode(terms.Project)),
)

from jixiao.ingest import ledger
from jixiao.ingest.facts import Facts
from jixiao.ingest.model import BODIES
from jixiao.store.commit import derive
from jixiao.store.changes import Editor
from jixiao.store.index import entries

node, owner = NamedNode("http://x.example/p"), NamedNode("http://x.example/o")
value = Literal("7", datatype=NamedNode(terms.XSD_decimal))
graph = Store()
graph.add(Quad(node, NamedNode(terms.RDF_type), NamedNode(terms.Project)))
graph.add(Quad(node, EXTRA, value))
graph.add(Quad(node, BODY, owner))
derive.projects(Editor(graph), [node])
derived = {
    quad.predicate.value.rpartition("#")[2]: quad.object.value
    for quad in graph.quads_for_pattern(node, None, None, DefaultGraph())
    if quad.predicate in derive.FACTS
}
facts = Facts()
facts.add(node.value, EXTRA.value, value)
taken = ledger._money(facts.stated)
print(json.dumps([derived, taken.term, str(taken.value), BODIES, list(entries.to_bodies())]))
"""


@pytest.mark.judge
def test_a_fourth_source_is_added_in_one_place() -> None:
    script = FOURTH
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    derived, term, value, fields, indexed = json.loads(done.stdout)
    assert derived == {
        "amount": "7",
        "amountSource": terms.JX + "declaredShare",
        "department": "http://x.example/o",
    }
    assert (term, value) == (terms.JX + "declaredShare", "7")
    assert fields == ["competentDepartment", "implementingUnit", "owner"]
    assert terms.JX + "owner" in indexed
