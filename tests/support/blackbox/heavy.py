"""Short queries that take very long to answer: products, joins, paths, strings that double."""

from collections.abc import Iterator

JX = "PREFIX jx: <https://w3id.org/jixiao/ontology#> "
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"


def product(patterns: int) -> str:
    """Write triple patterns without common variables."""
    return " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(patterns))


def doubled(function: str, times: int) -> str:
    """Write BINDs of strings, each made from the one before by `function`, in which `x` stands for that one."""
    binds = (f"BIND({function.replace('x', f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'BIND("{"松" * 64}" AS ?x0) {" ".join(binds)}'


def products() -> Iterator[tuple[str, str]]:
    """List Cartesian products whose rows are counted, sorted, grouped and so on."""
    yield "product of 2, counted", f"SELECT (COUNT(*) AS ?n) {{ {product(2)} }}"
    yield "product of 5, counted", f"SELECT (COUNT(*) AS ?n) {{ {product(5)} }}"
    yield "product of 30, counted", f"SELECT (COUNT(*) AS ?n) {{ {product(30)} }}"
    yield "product of 200, asked", f"ASK {{ {product(200)} FILTER(?o0 = ?nothing) }}"
    yield "product of 3, sent", f"SELECT * {{ {product(3)} }}"
    yield "product of 3, ordered", f"SELECT * {{ {product(3)} }} ORDER BY ?o0 ?o1 ?o2 LIMIT 10"
    yield "product of 3, distinct", f"SELECT DISTINCT * {{ {product(3)} }}"
    yield "product of 3, grouped", f"SELECT ?o0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {product(3)} }} GROUP BY ?o0 ?o1 ?o2"
    yield "product of 3, joined to text", f"SELECT (GROUP_CONCAT(?o0) AS ?x) {{ {product(3)} }}"
    yield (
        "product of 3, each once",
        f"SELECT (COUNT(DISTINCT CONCAT(STR(?o0), STR(?o1), STR(?o2))) AS ?n) {{ {product(3)} }}",
    )
    yield "product far down", f"SELECT * {{ {product(3)} }} OFFSET 1000000000000 LIMIT 1"
    yield "product, constructed", f"CONSTRUCT {{ ?s0 ?p1 ?o2 . ?s1 ?p2 ?o0 }} {{ {product(3)} }}"
    yield "product, described", f"DESCRIBE ?s0 ?s1 ?s2 {{ {product(3)} }}"
    yield "everything described", "DESCRIBE * { ?s ?p ?o }"
    yield (
        "product of groups",
        "SELECT (COUNT(*) AS ?n) { " + "{ ?a ?b ?c } " + "{ SELECT * { ?d ?e ?f } } { ?g ?h ?i } }",
    )
    yield (
        "product of graphs",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?s ?p ?o } GRAPH ?b { ?t ?q ?r } GRAPH ?c { ?u ?v ?w } }",
    )
    yield "product of OPTIONAL", "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }"
    yield "product of UNION", "SELECT (COUNT(*) AS ?n) { " + "{ ?a ?b ?c } UNION { ?c ?b ?a } ?d ?e ?f . ?g ?h ?i }"
    yield "product under EXISTS", f"SELECT * {{ ?x ?y ?z FILTER EXISTS {{ {product(3)} FILTER(?o0 = ?o1 + ?o2) }} }}"
    yield "product under MINUS", f"SELECT * {{ ?x ?y ?z MINUS {{ ?x ?q ?w . {product(3)} }} }}"
    yield (
        "product of VALUES",
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(12))
        + " }",
    )


def joins() -> Iterator[tuple[str, str]]:
    """List joins that keep an optimiser busy or mislead it."""
    star = " ; ".join(f"?p{n} ?o{n}" for n in range(60))
    chain = " . ".join(f"?x{n} ?p{n} ?x{n + 1}" for n in range(60))
    clique = " . ".join(f"?x{a} ?p{a}_{b} ?x{b}" for a in range(14) for b in range(a))
    yield "star of 60", f"SELECT (COUNT(*) AS ?n) {{ ?s {star} }}"
    yield "chain of 60", f"SELECT (COUNT(*) AS ?n) {{ {chain} }}"
    yield "clique of 14", f"SELECT (COUNT(*) AS ?n) {{ {clique} }}"
    yield "star of 400", f"SELECT * {{ ?s {' ; '.join(f'?p{n} ?o{n}' for n in range(400))} }}"
    yield (
        "300 patterns and filters",
        "SELECT * { "
        + " ".join(f"?x{n} ?p{n} ?x{(n * 7) % 300} FILTER(?x{n} != ?x{(n * 11) % 300})" for n in range(300))
        + " }",
    )
    yield "inequality", "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x < ?y && ?y < ?z) }"
    yield (
        "filter over pairs of texts",
        "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(CONTAINS(STR(?x), STR(?y))) }",
    )
    yield "30 OPTIONALs", "SELECT * { ?s ?p ?o " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }} " for n in range(30)) + "}"
    yield (
        "20 UNIONs joined",
        "SELECT (COUNT(*) AS ?n) { "
        + "".join(f"{{ ?a{n} ?p ?b{n} }} UNION {{ ?b{n} ?p ?a{n} }} " for n in range(20))
        + "}",
    )
    yield (
        "sub-selects joined",
        "SELECT * { "
        + "".join(f"{{ SELECT ?a{n} ?b{n} {{ ?a{n} ?p ?b{n} }} ORDER BY ?b{n} }} " for n in range(8))
        + "}",
    )
    yield (
        "a huge VALUES joined",
        "SELECT (COUNT(*) AS ?n) { VALUES ?o { " + " ".join(str(n) for n in range(20_000)) + " } ?s ?p ?o . ?t ?q ?r }",
    )
    yield (
        "a huge IN",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(?o IN ("
        + ",".join(str(n) for n in range(20_000))
        + ")) }",
    )


def paths() -> Iterator[tuple[str, str]]:
    """List property paths over all triples."""
    anything = "(!<x:none>|!^<x:none>)"
    yield "any path", f"SELECT (COUNT(*) AS ?n) {{ ?a {anything}* ?b }}"
    yield "any path, twice", f"SELECT (COUNT(*) AS ?n) {{ ?a {anything}* ?b . ?b {anything}* ?c }}"
    yield "repetition of repetition", f"SELECT (COUNT(*) AS ?n) {{ ?a (((({anything}*)*)*)*)* ?b }}"
    yield "repetition of sequences", f"SELECT (COUNT(*) AS ?n) {{ ?a ({anything}+/{anything}+)+ ?b }}"
    yield "repetition of optionals", f"SELECT (COUNT(*) AS ?n) {{ ?a ((({anything}?)?)+)* ?b }}"
    yield "a long sequence", f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([anything] * 40)} ?b }}"
    yield "negated set", f"SELECT (COUNT(*) AS ?n) {{ ?a !({'|'.join(f'<x:{n}>' for n in range(500))})+ ?b }}"
    yield "closed path", f"SELECT * {{ ?a {anything}+ ?a }}"
    yield "path and product", f"SELECT (COUNT(*) AS ?n) {{ ?a {BROADER}* ?b . ?c {LABEL}? ?d . ?e {anything}* ?f }}"


def texts() -> Iterator[tuple[str, str]]:
    """List strings that double, patterns that backtrack, hashes and new names for every row."""
    for name, function in {
        "CONCAT": "CONCAT(x, x)",
        "REPLACE": 'REPLACE(x, "(.)", "$1$1")',
        "REPLACE everything": 'REPLACE(x, "^(.*)$", "$1$1", "s")',
        "ENCODE_FOR_URI": "ENCODE_FOR_URI(ENCODE_FOR_URI(x))",
        "STRDT": "STRDT(CONCAT(STR(x), STR(x)), <x:t>)",
        "STRLANG": 'STRLANG(CONCAT(STR(x), STR(x)), "zh")',
        "IRI": 'IRI(CONCAT("http://x/", ENCODE_FOR_URI(STR(x)), ENCODE_FOR_URI(STR(x))))',
        "UCASE and LCASE": "CONCAT(UCASE(x), LCASE(x))",
        "triple terms": "TRIPLE(<x:s>, <x:p>, TRIPLE(<x:s>, <x:p>, x))",
    }.items():
        yield f"{name}, 40 times", f"SELECT (STRLEN(STR(?x40)) AS ?n) {{ {doubled(function, 40)} }}"
    yield "doubling for every triple", f"SELECT ?x20 {{ ?s ?p ?o {doubled('CONCAT(x, x)', 20)} }}"
    yield "doubling, sent", f"SELECT ?x24 {{ {doubled('CONCAT(x, x)', 24)} }}"
    yield "doubling, hashed", f"SELECT (SHA512(?x26) AS ?h) {{ ?s ?p ?o {doubled('CONCAT(x, x)', 26)} }}"
    yield (
        "nested GROUP_CONCAT",
        ("SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c { SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?t ?q ?r } } }"),
    )
    yield (
        "GROUP_CONCAT with a long separator",
        (f'SELECT (GROUP_CONCAT(?o; SEPARATOR="{"x" * 100_000}") AS ?x) {{ ?s ?p ?o }}'),
    )
    yield (
        "REGEX that backtracks",
        (
            "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER("
            'REGEX(CONCAT(STR(?o), STR(?r), "!"), "^(([a-z])+.)+[A-Z]([a-z])+$")) }'
        ),
    )
    yield "REGEX of repetitions", 'SELECT (REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^((((a+)+)+)+)+$") AS ?x) {}'
    yield (
        "REGEX that is huge",
        'SELECT (REGEX("a", "((((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100})") AS ?x) {}',
    )
    yield (
        "REGEX of its own for each row",
        ('SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(REGEX(STR(?o), CONCAT("(", STR(?r), ")*x"))) }'),
    )
    yield "REGEX nested 5,000 times", 'SELECT (REGEX("a", "' + "(" * 5000 + "a" + ")" * 5000 + '") AS ?x) {}'
    yield (
        "hashes of everything",
        ("SELECT (COUNT(DISTINCT ?h) AS ?n) { ?s ?p ?o . ?t ?q ?r BIND(SHA512(CONCAT(STR(?o), STR(?r))) AS ?h) }"),
    )
    yield "random order", f"SELECT * {{ {product(2)} }} ORDER BY RAND() LIMIT 5"
    yield "new names", f"SELECT ?u ?b {{ {product(2)} BIND(UUID() AS ?u) BIND(BNODE() AS ?b) }}"


def groups() -> dict[str, list[tuple[str, str]]]:
    """Group all heavy queries by name of the group."""
    return {
        "products": list(products()),
        "joins": list(joins()),
        "paths": list(paths()),
        "texts": list(texts()),
    }
