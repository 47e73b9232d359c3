"""The page for query authors: its queries run and answer, its prefixes are the vocabulary's."""

import re
from pathlib import Path

import pyoxigraph
import pytest

from jixiao.ontology import terms, turtle_files
from jixiao.ontology.reference import reference

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "ontology-reference.md").read_text("utf-8")
BLOCKS = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
PREFIXES, QUERIES = BLOCKS[0], BLOCKS[1:]


def test_prefixes() -> None:
    declared = dict(re.findall(r"PREFIX (\w+): <([^>]+)>", PREFIXES))
    assert declared
    assert declared.items() <= terms.PREFIXES.items()


def test_every_prefix_that_the_page_uses_is_declared() -> None:
    texts = [
        PAGE,
        *((HERE.parents[1] / "docs" / name).read_text("utf-8") for name in ("ontology.md", "ontology.zh.md")),
    ]
    written = set(re.findall(rf"[` /|、]({'|'.join(terms.PREFIXES)}):\w", "\n".join(texts)))
    assert {"org", "schema"} <= written
    assert [prefix for prefix in sorted(written) if f"PREFIX {prefix}: <" not in PREFIXES] == []


def test_the_page_explains_every_setting() -> None:
    table = PAGE.partition("### 语境 · Settings")[2].partition("<!-- classes -->")[0]
    concepts = {iri.rpartition("/")[2] for iri in reference() if iri.startswith(f"{terms.VOCAB}setting/")}
    assert set(re.findall(r"`jxm:(\w+)`", table)) == concepts


@pytest.mark.parametrize(
    "query",
    QUERIES,
    ids=["citing", "satisfaction", "differences", "mentions", "issuers", "funds", "evaluations"],
)
def test_queries_answer(query: str) -> None:
    store = pyoxigraph.Store()
    for path in [*turtle_files(), HERE / "sample.ttl"]:
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    [row] = answer
    # Money that is requested, and not handed down, has no decision.
    assert [name for name in answer.variables if row[name] is None and name.value != "decision"] == []


def _rows(query: str, stated: str) -> list[list[str | None]]:
    """Return the answer of an example in a graph of the vocabulary and what is stated."""
    store = pyoxigraph.Store()
    for path in turtle_files():
        store.load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    store.update(PREFIXES + f"INSERT DATA {{ {stated} }}")
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    return [[value.value if isinstance(value, pyoxigraph.Literal) else None for value in row] for row in answer]


def test_a_difference_is_one_row_with_several_lines_and_with_none() -> None:
    finding = 'sh:resultMessage "相差"@zh, "differ"@en ; prov:wasDerivedFrom <x:s> ; jx:difference'
    stated = f'<x:s> jx:fileName "a.txt" . <x:f> {finding} 30 ; jx:sourceLine 4, 5, 9 . <x:g> {finding} 20 .'
    rows = _rows(QUERIES[2], stated)
    assert [(difference, len((lines or "").split())) for _, _, difference, lines in rows] == [("30", 3), ("20", 0)]


def test_a_mention_counts_once_by_its_narrowest_class() -> None:
    stated = "<x:a> a jx:Mention . <x:b> a jx:StatedSum , jx:Calculation , jx:Mention ."
    assert [number for _, number in _rows(QUERIES[3], stated)] == ["1", "1"]


def test_a_joint_document_counts_for_each_issuer_and_one_without_an_issuer_has_a_row() -> None:
    stated = (
        "<x:a> jx:documentKind jxk:party-document ; jx:issuer <x:i>, <x:j> . <x:b> jx:documentKind jxk:law ."
        ' <x:i> rdfs:label "中共中央"@zh . <x:j> rdfs:label "国务院"@zh .'
        " <x:c> jx:citedBasis <x:a> . <x:d> jx:citedBasis <x:a> . <x:e> jx:citedBasis <x:b> ."
    )
    assert _rows(QUERIES[4], stated) == [
        ["中共中央", "党的文件", "1", "2"],
        ["国务院", "党的文件", "1", "2"],
        [None, "法律", "1", "1"],
    ]


def test_a_citation_is_one_row_though_its_project_has_two_sources() -> None:
    stated = (
        '<x:b> jx:documentNumber "松委发〔2009〕97号" . <x:p> prov:wasDerivedFrom <x:s>, <x:t> ; rdfs:label "甲"@zh ;'
        " jx:hasCitation <x:c>, <x:d> . <x:c> jx:citedBasis <x:b> ; jx:sourceLine 3 . <x:d> jx:citedBasis <x:b> ."
    )
    rows = _rows(QUERIES[0], stated)
    assert sorted((line or "", sorted((sources or "").split())) for *_, line, sources in rows) == [
        ("", ["x:s", "x:t"]),
        ("3", ["x:s", "x:t"]),
    ]


FORMS = (
    (
        "jx:totalAmount 9 ; jx:annualRequest 5 ; jx:currentYearAppropriation 4 ; jx:carriedOver 1 ;"
        " jx:yearFiscalFunds 4",
        "5 4 1 0 0",
    ),
    ("jx:totalAmount 90 ; jx:fiscalFunds 90 ; jx:annualRequest 50", "50 0 0 0 50"),  # of the whole term, not divided
    (
        "jx:totalAmount 60 ; jx:fiscalFunds 50 ; jx:otherFunds 10 ; jx:annualRequest 60 ; jx:yearFiscalFunds 50",
        "60 50 0 10 0",
    ),  # all in a year
    ("jx:totalAmount 60 ; jx:fiscalFunds 60 ; jx:annualRequest 60 ; jx:carriedOver 20", "60 0 20 0 40"),
    (
        "jx:annualRequest 30 ; jx:fiscalFunds 20 ; jx:annualOtherFunds 10 ; jx:yearFiscalFunds 20",
        "30 20 0 10 0",
    ),  # one column
    ("jx:totalAmount 7 ; jx:fiscalFunds 7", ""),  # without a total of the year
    ("jx:narrativeAmount 5", ""),
)


@pytest.mark.parametrize(("form", "sums"), FORMS)
def test_the_funds_of_a_year_count_every_form_with_a_total_of_the_year(form: str, sums: str) -> None:
    rows = _rows(QUERIES[5], f"<x:a> a jx:Project ; jx:year 2022 ; jx:amountPhase jxd:planned ; {form} .")
    assert rows == [["2022", None, "1", *sums.split()] for _ in sums[:1]]


def test_findings_of_a_self_evaluation_include_those_of_its_parts() -> None:
    stated = (
        "<x:a> a jx:Evaluation ; rdfs:label '甲' ; jx:executed 5 ; jx:hasResult <x:a#e1>, <x:a#e2> ."
        " <x:b> a jx:Evaluation ; rdfs:label '乙' . <x:f> sh:focusNode <x:a> . <x:g> sh:focusNode <x:a#e2> ;"
        " jx:acceptedBy <x:h> . <x:p> jx:hasIndicator <x:p#i1> . <x:i> sh:focusNode <x:p#i1> ."
    )
    assert _rows(QUERIES[6], stated) == [["乙", None, None, "0", "0"], ["甲", None, "5", "2", "1"]]
