"""What a query cannot do without: read off its algebra, never more than is true."""

import pytest

from jixiao.shapes.required import predicates

E = "http://localhost:8000/e#"


@pytest.mark.parametrize(
    ("where", "needed"),
    [
        ("?s e:p ?o ; e:q 1 .", "pq"),
        ("?s e:p ?o OPTIONAL { ?s e:q ?x }", "p"),
        ("{ ?s e:p ?o } UNION { ?s e:q ?o }", ""),
        ("{ ?s e:p ?o ; e:r 1 } UNION { ?s e:q ?o ; e:r 2 }", "r"),
        ("?s e:p|e:q ?o", ""),
        ("?s e:p/e:q ?o", "pq"),
        ("?s ^e:p ?o ; e:q* ?z", "p"),
        ("?s e:p ?o FILTER NOT EXISTS { ?s e:q ?x }", "p"),
        ("?s e:p ?o FILTER (?o > 1) BIND (1 AS ?y)", "p"),
        ("?s e:p ?o { SELECT ?s (COUNT(?x) AS ?n) WHERE { ?s e:q ?x } GROUP BY ?s }", "pq"),
        ("?s e:p ?o { SELECT (COUNT(?x) AS ?n) WHERE { ?t e:q ?x } }", "p"),
    ],
)
def test_needed(where: str, needed: str) -> None:
    found = predicates(f"SELECT * WHERE {{ {where} }}", {"e": E})
    assert found == {E + name for name in needed}
