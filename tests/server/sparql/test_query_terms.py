"""Names that nothing defines are told, with the nearest that is defined, and legal queries stay as they are."""

from pathlib import Path

import httpx
import pytest

from jixiao.ontology import terms
from jixiao.server.query import unknown_terms

PREFIXES = "PREFIX jx: <https://w3id.org/jixiao/ontology#>\nPREFIX jxs: <https://w3id.org/jixiao/shapes#>\n"
SERVER = Path(unknown_terms.__file__).parents[1]


def told(pattern: str) -> list[tuple[str, str | None]]:
    found = unknown_terms.find(f"{PREFIXES}SELECT * WHERE {{ {pattern} }}")
    return [(each.written, each.nearest and each.nearest.name) for each in found]


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("jx:yaer", "jx:year"),
        ("jx:Projct", "jx:Project"),
        ("jx:deparment", "jx:department"),
        ("jx:indicator", "jx:hasIndicator"),
        ("jx:年度", "jx:year"),
        ("jx:Year", "jx:year"),
        ("jxs:AmountNotNumber", "jxs:AmountNotANumber"),
        ("jx:zzqqxx", None),
        ("jx:" + "a" * 4000, None),
    ],
)
def test_a_slip_has_the_nearest_name(written: str, nearest: str | None) -> None:
    assert told(f"?s {written} ?o .") == [(written, nearest)]


def test_an_iri_in_full_has_one_too() -> None:
    query = f"SELECT * {{ ?s <{terms.JX}yaer> ?o }}"
    assert unknown_terms.corrected(query) == f"SELECT * {{ ?s <{terms.JX}year> ?o }}"


@pytest.mark.parametrize(
    "pattern",
    [
        "?s jx:year 2022",
        "?s a jx:Project ; jx:department/jx:cites|^jx:filedBy ?o .",
        '?s ?p \'jx:yaer\', """jx:yaer""" # jx:yaer\n',
        "?s other:yaer ?o",
        "?s <https://w3id.org/jixiao/ontology> ?o",
        "?s <https://example.org/ontology#yaer> ?o",
        "?s ?jx ?yaer",
    ],
)
def test_what_is_right_or_of_others_is_not_told(pattern: str) -> None:
    assert told(pattern) == []


def test_prefixes_are_those_of_the_query() -> None:
    declared = "# PREFIX x: <http://x/>\nprefix x: <https://w3id.org/jixiao/ontology#> "
    assert unknown_terms.corrected(f"{declared}ASK {{ ?s x:yaer ?o . FILTER EXISTS {{ ?s x:yaer 1 }} }}") == (
        f"{declared}ASK {{ ?s jx:year ?o . FILTER EXISTS {{ ?s jx:year 1 }} }}"
    )


@pytest.mark.parametrize("path", sorted(SERVER.rglob("*.rq")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_own_queries_name_nothing_unknown(path: Path) -> None:
    assert unknown_terms.find(path.read_text(encoding="utf-8")) == ()


def test_no_more_than_ten_are_told() -> None:
    assert len(told(" ; ".join(f"jx:slip{n}" for n in range(8000)))) == 10


def test_the_answer_names_slips_in_a_header_and_is_what_it_was(client: httpx.Client) -> None:
    query = PREFIXES + "SELECT ?o { ?s jx:yaer ?o }"
    for form in ("application/sparql-results+json", "text/csv", "text/html"):
        answer = client.get("/sparql", params={"query": query, "lang": "en"}, headers={"Accept": form})
        assert answer.status_code == 200
        assert answer.headers["X-Unknown-Terms"] == f'<{terms.JX}yaer>; nearest="{terms.JX}year"'
        assert "X-Unknown-Terms" in answer.headers["Access-Control-Expose-Headers"]
    plain = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert plain.json() == {"head": {"vars": ["o"]}, "results": {"bindings": []}}
    right = client.get("/sparql", params={"query": query.replace("yaer", "year")})
    assert "X-Unknown-Terms" not in right.headers


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("SELECT (GROUP_CONCAT(?s) AS ?x) { ?s ?p ?o }", "GROUP_CONCAT(STR(?s))"),
        ("SELECT (group_concat ( distinct ?s ; separator='|') AS ?x) { ?s ?p ?o }", "GROUP_CONCAT(STR(?s))"),
        ("SELECT (GROUP_CONCAT(STR(?s)) AS ?x) { ?s ?p ?o }", ""),
        ("SELECT ('GROUP_CONCAT(?s)' AS ?x) {} # GROUP_CONCAT(?s)", ""),
    ],
)
def test_values_that_are_not_joined_are_told(query: str, note: str, client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": query, "format": "csv"})
    assert answer.status_code == 200
    assert answer.headers.get("X-Query-Note", "").endswith(note)
    assert ("X-Query-Note" in answer.headers) == bool(note)
    if note:
        assert answer.text.split() == ["x"], "the engine joins them now: the note is needless"


def test_a_name_of_any_script_fits_a_header(client: httpx.Client) -> None:
    answer = client.get("/sparql", params={"query": PREFIXES + "ASK { ?s jx:没有的 ?o }"})
    assert answer.headers["X-Unknown-Terms"] == f"<{terms.JX}%E6%B2%A1%E6%9C%89%E7%9A%84>"
