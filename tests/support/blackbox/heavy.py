"""Short queries that take very long to answer: products, joins, paths, strings that double."""

LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
BROADER = "<http://www.w3.org/2004/02/skos/core#broader>"


def product(patterns: int) -> str:
    """Write triple patterns without common variables."""
    return " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(patterns))


def doubled(function: str, times: int) -> str:
    """Write BINDs of strings, each made from the one before by `function`, in which `x` stands for that one."""
    binds = (f"BIND({function.replace('x', f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f'BIND("{"松" * 64}" AS ?x0) {" ".join(binds)}'


PRODUCTS = {
    "product of 2, counted": f"SELECT (COUNT(*) AS ?n) {{ {product(2)} }}",
    "product of 5, counted": f"SELECT (COUNT(*) AS ?n) {{ {product(5)} }}",
    "product of 30, counted": f"SELECT (COUNT(*) AS ?n) {{ {product(30)} }}",
    "product of 200, asked": f"ASK {{ {product(200)} FILTER(?o0 = ?nothing) }}",
    "product of 3, sent": f"SELECT * {{ {product(3)} }}",
    "product of 3, ordered": f"SELECT * {{ {product(3)} }} ORDER BY ?o0 ?o1 ?o2 LIMIT 10",
    "product of 3, distinct": f"SELECT DISTINCT * {{ {product(3)} }}",
    "product of 3, grouped": f"SELECT ?o0 ?o1 ?o2 (COUNT(*) AS ?n) {{ {product(3)} }} GROUP BY ?o0 ?o1 ?o2",
    "product of 3, joined to text": f"SELECT (GROUP_CONCAT(?o0) AS ?x) {{ {product(3)} }}",
    "product of 3, each once": (
        f"SELECT (COUNT(DISTINCT CONCAT(STR(?o0), STR(?o1), STR(?o2))) AS ?n) {{ {product(3)} }}"
    ),
    "product far down": f"SELECT * {{ {product(3)} }} OFFSET 1000000000000 LIMIT 1",
    "product, constructed": f"CONSTRUCT {{ ?s0 ?p1 ?o2 . ?s1 ?p2 ?o0 }} {{ {product(3)} }}",
    "product, described": f"DESCRIBE ?s0 ?s1 ?s2 {{ {product(3)} }}",
    "everything described": "DESCRIBE * { ?s ?p ?o }",
    "product of groups": "SELECT (COUNT(*) AS ?n) { " + "{ ?a ?b ?c } " + "{ SELECT * { ?d ?e ?f } } { ?g ?h ?i } }",
    "product of graphs": (
        "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?s ?p ?o } GRAPH ?b { ?t ?q ?r } GRAPH ?c { ?u ?v ?w } }"
    ),
    "product of OPTIONAL": "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }",
    "product of UNION": "SELECT (COUNT(*) AS ?n) { " + "{ ?a ?b ?c } UNION { ?c ?b ?a } ?d ?e ?f . ?g ?h ?i }",
    "product under EXISTS": f"SELECT * {{ ?x ?y ?z FILTER EXISTS {{ {product(3)} FILTER(?o0 = ?o1 + ?o2) }} }}",
    "product under MINUS": f"SELECT * {{ ?x ?y ?z MINUS {{ ?x ?q ?w . {product(3)} }} }}",
    "product of VALUES": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(40)))} }}" for n in range(12))
    + " }",
}
"""Cartesian products whose rows are counted, sorted, grouped and so on."""


_STAR = " ; ".join(f"?p{n} ?o{n}" for n in range(60))
_CHAIN = " . ".join(f"?x{n} ?p{n} ?x{n + 1}" for n in range(60))
_CLIQUE = " . ".join(f"?x{a} ?p{a}_{b} ?x{b}" for a in range(14) for b in range(a))
JOINS = {
    "star of 60": f"SELECT (COUNT(*) AS ?n) {{ ?s {_STAR} }}",
    "chain of 60": f"SELECT (COUNT(*) AS ?n) {{ {_CHAIN} }}",
    "clique of 14": f"SELECT (COUNT(*) AS ?n) {{ {_CLIQUE} }}",
    "star of 400": f"SELECT * {{ ?s {' ; '.join(f'?p{n} ?o{n}' for n in range(400))} }}",
    "300 patterns and filters": "SELECT * { "
    + " ".join(f"?x{n} ?p{n} ?x{(n * 7) % 300} FILTER(?x{n} != ?x{(n * 11) % 300})" for n in range(300))
    + " }",
    "inequality": "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x < ?y && ?y < ?z) }",
    "filter over pairs of texts": "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y FILTER(CONTAINS(STR(?x), STR(?y))) }",
    "30 OPTIONALs": "SELECT * { ?s ?p ?o " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }} " for n in range(30)) + "}",
    "20 UNIONs joined": "SELECT (COUNT(*) AS ?n) { "
    + "".join(f"{{ ?a{n} ?p ?b{n} }} UNION {{ ?b{n} ?p ?a{n} }} " for n in range(20))
    + "}",
    "sub-selects joined": "SELECT * { "
    + "".join(f"{{ SELECT ?a{n} ?b{n} {{ ?a{n} ?p ?b{n} }} ORDER BY ?b{n} }} " for n in range(8))
    + "}",
    "a huge VALUES joined": "SELECT (COUNT(*) AS ?n) { VALUES ?o { "
    + " ".join(str(n) for n in range(20_000))
    + " } ?s ?p ?o . ?t ?q ?r }",
    "a huge IN": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(?o IN ("
    + ",".join(str(n) for n in range(20_000))
    + ")) }",
}
"""Joins that keep an optimiser busy or mislead it."""


_ANYTHING = "(!<x:none>|!^<x:none>)"
PATHS = {
    "any path": f"SELECT (COUNT(*) AS ?n) {{ ?a {_ANYTHING}* ?b }}",
    "any path, twice": f"SELECT (COUNT(*) AS ?n) {{ ?a {_ANYTHING}* ?b . ?b {_ANYTHING}* ?c }}",
    "repetition of repetition": f"SELECT (COUNT(*) AS ?n) {{ ?a (((({_ANYTHING}*)*)*)*)* ?b }}",
    "repetition of sequences": f"SELECT (COUNT(*) AS ?n) {{ ?a ({_ANYTHING}+/{_ANYTHING}+)+ ?b }}",
    "repetition of optionals": f"SELECT (COUNT(*) AS ?n) {{ ?a ((({_ANYTHING}?)?)+)* ?b }}",
    "a long sequence": f"SELECT (COUNT(*) AS ?n) {{ ?a {'/'.join([_ANYTHING] * 40)} ?b }}",
    "negated set": f"SELECT (COUNT(*) AS ?n) {{ ?a !({'|'.join(f'<x:{n}>' for n in range(500))})+ ?b }}",
    "closed path": f"SELECT * {{ ?a {_ANYTHING}+ ?a }}",
    "path and product": f"SELECT (COUNT(*) AS ?n) {{ ?a {BROADER}* ?b . ?c {LABEL}? ?d . ?e {_ANYTHING}* ?f }}",
}
"""Property paths over all triples."""


TEXTS = {
    **{
        f"{name}, 40 times": f"SELECT (STRLEN(STR(?x40)) AS ?n) {{ {doubled(function, 40)} }}"
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
        }.items()
    },
    "doubling for every triple": f"SELECT ?x20 {{ ?s ?p ?o {doubled('CONCAT(x, x)', 20)} }}",
    "doubling, sent": f"SELECT ?x24 {{ {doubled('CONCAT(x, x)', 24)} }}",
    "doubling, hashed": f"SELECT (SHA512(?x26) AS ?h) {{ ?s ?p ?o {doubled('CONCAT(x, x)', 26)} }}",
    "nested GROUP_CONCAT": (
        "SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c { SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?t ?q ?r } } }"
    ),
    "GROUP_CONCAT with a long separator": (
        f'SELECT (GROUP_CONCAT(?o; SEPARATOR="{"x" * 100_000}") AS ?x) {{ ?s ?p ?o }}'
    ),
    "REGEX that backtracks": (
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER("
        'REGEX(CONCAT(STR(?o), STR(?r), "!"), "^(([a-z])+.)+[A-Z]([a-z])+$")) }'
    ),
    "REGEX of repetitions": 'SELECT (REGEX("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^((((a+)+)+)+)+$") AS ?x) {}',
    "REGEX that is huge": 'SELECT (REGEX("a", "((((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100})") AS ?x) {}',
    "REGEX of its own for each row": (
        'SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?r FILTER(REGEX(STR(?o), CONCAT("(", STR(?r), ")*x"))) }'
    ),
    "REGEX nested 5,000 times": 'SELECT (REGEX("a", "' + "(" * 5000 + "a" + ")" * 5000 + '") AS ?x) {}',
    "hashes of everything": (
        "SELECT (COUNT(DISTINCT ?h) AS ?n) { ?s ?p ?o . ?t ?q ?r BIND(SHA512(CONCAT(STR(?o), STR(?r))) AS ?h) }"
    ),
    "random order": f"SELECT * {{ {product(2)} }} ORDER BY RAND() LIMIT 5",
    "new names": f"SELECT ?u ?b {{ {product(2)} BIND(UUID() AS ?u) BIND(BNODE() AS ?b) }}",
}
"""Strings that double, patterns that backtrack, hashes and new names for every row."""


GROUPS = {"products": PRODUCTS, "joins": JOINS, "paths": PATHS, "texts": TEXTS}
"""All heavy queries, by the name of their group and their own."""
