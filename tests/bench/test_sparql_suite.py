"""The W3C's suite, as a command of bench: one test that holds, one refused by design, and one of the engine's."""

from pathlib import Path

import pytest

from bench import sparql_suite

PREFIXES = """
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
"""
TESTS = {
    "holds": "SELECT ?o { ?s <p> ?o }",
    "called": "SELECT ?o { ?s <p> ?o SERVICE <http://127.0.0.1:9/> { ?s <p> ?o } }",
    "function": "SELECT (<urn:f>(1) AS ?o) { ?s <p> 1 }",
}


@pytest.mark.judge
def test_failing_tests_are_listed_with_whose_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sparql" / "sparql11" / "some"
    folder.mkdir(parents=True)
    (folder / "data.ttl").write_text("<s> <p> 1.0 .")
    (folder / "o.srj").write_text(
        '{"head": {"vars": ["o"]}, "results": {"bindings": [{"o": {"type": "literal", "value": "1",'
        ' "datatype": "http://www.w3.org/2001/XMLSchema#decimal"}}]}}'
    )
    manifest = PREFIXES
    for name, query in TESTS.items():
        (folder / f"{name}.rq").write_text(query)
        manifest += f"<#{name}> a mf:QueryEvaluationTest ; mf:result <o.srj> ;\n"
        manifest += f"  mf:action [ qt:query <{name}.rq> ; qt:data <data.ttl> ] .\n"
    (folder / "manifest.ttl").write_text(manifest)
    with pytest.raises(SystemExit) as end:
        sparql_suite.main(tmp_path)
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert "1 / 3" in said
    assert [line.split()[0].rpartition("/")[2] for line in said.splitlines() if "sparql11/" in line] == [
        "called",
        "function",
    ]
    assert "设计 design" in said
    assert "引擎 engine" in said
