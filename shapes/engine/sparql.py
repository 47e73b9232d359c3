"""Run SPARQL-based constraints (SHACL, section 5) as plain queries on Oxigraph, and skip hopeless queries.

A constraint's SELECT runs once over all focus nodes instead of once for each: the shape's targets are added as patterns
at the start of its WHERE. The results equal those of pre-binding `$this` as long as every sub-select mentions `$this`,
which docs/shapes.md asks for. Constructs that SHACL forbids with pre-bound variables are refused.

To parse a query and compile its regular expressions takes about a millisecond, longer than to answer it on one
document. One query therefore also serves many documents: each is a named graph, and the whole query stands inside
`GRAPH ?document`, which joins nothing across graphs. Most rules find nothing in most documents; a condition that a
document must meet for a query to have a row is a *need*. A document that lacks one has no row; one that meets all needs
may still have none. Needs come from triple patterns, from FILTERs that look for words in the texts of a property, and
from two subjects that must have an equal value. All else in a query is ignored.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import pyoxigraph as ox
from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.reference import Facts, Value
from jixiao.shapes.engine.data import TYPE, Data, Match, Row, Term, UnsupportedShapeError
from jixiao.shapes.engine.selects import FILTER, MARK, UNION, Pattern, Select, marks

Need = Callable[[Data], bool]
"""A test that a document passes if it meets a need."""

Words = tuple[str, ...]
"""Words of which a text must hold one."""

Source = tuple[NamedNode, NamedNode | str | None]
"""A property, and the class of its subjects if that is known."""

_CALL = re.compile(r"\s*(\w*)\s*‹(\d+)›\s*")
_COMPARISON = re.compile(r"(.+?)\s*((?<![<>])!?=|\bIN\b)\s*(\S+)\s*", re.DOTALL)
_MARKED = re.compile(r'"(\d+)"')
_ONE_OF = {"=", "IN"}
_SEARCHES = {"CONTAINS", "STRSTARTS", "STRENDS"} | _ONE_OF


def need(select: Select) -> Need:
    """Return the test that every document passes in which the query has a row."""
    needs = list(_of_group(select, select.where))
    return lambda data: all(each(data) for each in needs)


def _of_group(select: Select, group: str) -> Iterator[Need]:
    """Yield the needs of a group: of its triple patterns, FILTERs and UNIONs."""
    patterns = select.patterns_of(group)
    for _, predicate, value in patterns:
        if predicate:
            yield partial(_holds, predicate, value)
    for test in FILTER.findall(group):
        yield from _of_test(select, test, [*select.required, *patterns])
    for union in UNION.findall(group):
        yield from _either([list(_of_group(select, select.parts[mark])) for mark in marks(union)])


def _of_test(select: Select, test: str, patterns: list[Pattern]) -> Iterator[Need]:
    """Yield the needs of a FILTER's expression `test`; `patterns` are the triple patterns of its group."""
    if call := _CALL.fullmatch(test):
        inside = select.parts[int(call[2])]
        expression, _, constants = inside.partition(",")
        yield from _of_text(select, call[1], expression, constants) if call[1] else _of_test(select, inside, patterns)
    elif "||" in test:
        yield from _either([list(_of_test(select, each, patterns)) for each in test.split("||")])
    elif "&&" in test:
        for each in test.split("&&"):
            yield from _of_test(select, each, patterns)
    elif comparison := _COMPARISON.fullmatch(test):
        left, operator, right = comparison.groups()
        if operator == "!=":
            yield from _of_two(patterns, left.strip(), right)
        else:
            constants = select.parts[marks(right)[0]] if MARK.fullmatch(right) else right
            yield from _of_text(select, operator, left, constants)


def _of_text(select: Select, test: str, expression: str, constants: str) -> Iterator[Need]:
    """Yield the need of a comparison of a property's value with constants.

    `test` is the operator or function, such as `IN` or `REGEX`; `expression` is the side with the value, and
    `constants` the other side, as written.
    """
    sources = _sources(select, expression.strip())
    stated = [each.strip() for each in constants.split(",")]
    names = [name for each in stated if (name := select.name(each))]
    texts = tuple(select.strings[int(string[1])] for each in stated if (string := _MARKED.fullmatch(each)))
    if test in _ONE_OF and sources and len(names) == len(stated):
        yield lambda data: any(_holds(predicate, name, data) for predicate, _ in sources for name in names)
    elif test == "REGEX" and len(stated) == len(texts) == 1:
        yield partial(_mentions, sources, words(texts[0]))
    elif test in _SEARCHES and len(stated) == len(texts):
        yield partial(_mentions, sources, [texts])


def _of_two(patterns: Iterable[Pattern], one: str, other: str) -> Iterator[Need]:
    """Yield the need of a FILTER that two variables, `one` and `other`, are different subjects.

    A document needs two subjects that agree in the values that the patterns give to both, and that have the other
    properties of both.
    """
    ones, others = ({(each[1], each[2]) for each in patterns if each[0] == subject} for subject in (one, other))
    alike = {name for name, value in ones & others if name and isinstance(value, str) and value.startswith("?")}
    further = {name for name, _ in ones} & {name for name, _ in others} - alike
    if alike:
        yield lambda data: data.shares(list(alike), list(filter(None, further)))


def _sources(select: Select, expression: str) -> list[Source]:
    """Return the properties whose values an expression has, with the class of their subjects if known.

    Empty if it is not certain that it has the values of these properties alone.
    """
    call = _CALL.fullmatch(expression)
    if call and call[1] == "STR":
        return _sources(select, select.parts[int(call[2])].strip())
    stated = [pattern for pattern in select.patterns if pattern[2] == expression]
    if expression in select.aliases:
        return _sources(select, select.aliases[expression]) if not stated else []
    if any(predicate is None for _, predicate, _ in stated) or any(each[0] == expression for each in select.patterns):
        return []
    classes = {subject: value for subject, predicate, value in select.required if predicate == TYPE}
    return [(predicate, classes.get(subject)) for subject, predicate, _ in stated if predicate]


def _holds(predicate: NamedNode, value: NamedNode | str, data: Data) -> bool:
    """Return whether the document has a triple with the property and, if `value` is an IRI, with this value."""
    if isinstance(value, NamedNode):
        return data.number(value) in data.inverse(predicate)
    return bool(data.index(predicate))


def _mentions(sources: list[Source], needed: list[Words], data: Data) -> bool:
    """Return whether the texts of one of the properties contain a word of each tuple in `needed`.

    True if no property is known.
    """
    texts = (data.joined(*source) for source in sources)
    return not sources or any(all(any(word in text for word in words) for words in needed) for text in texts)


def _either(members: list[list[Need]]) -> Iterator[Need]:
    """Yield the need that one of several lists of needs is met; nothing if one of the lists is empty."""
    if all(members):
        yield lambda data: any(all(need(data) for need in member) for member in members)


_LITERAL, _GROUP = 0x100000, 0xF0000  # private characters: literal characters, and groups by their number
_ESCAPED = re.compile(r"\\([^A-Za-z])")
_CLASS = re.compile(r"\[(-?[^\]\\^\[-]+)\]")
_ANY = re.compile(r"\\[A-Za-z]|\[\^?(?:\\.|[^\]\\])+\]|[.^$]")
_REPEATED = re.compile(r"[^)](?:[?*]|\{0[^}]*\})|\+|\{[1-9][^}]*\}")
_BRACKETS = re.compile(r"\(([^()]*)\)([?*]|\{0[^}]*\})?")
_RUN = re.compile(f"[{chr(_GROUP)}-{chr(_LITERAL - 1)}]|[^{chr(_GROUP)}-{chr(_LITERAL - 1)}\0]+")


def words(pattern: str) -> list[Words]:
    """Return words that every match of a regular expression contains: at least one of each tuple.

    Empty if no such words are known. Parts that match varying text are replaced by NUL, and groups in brackets by
    private characters, from the innermost group outwards.
    """
    groups: list[list[Words]] = []

    def put(brackets: re.Match[str]) -> str:
        groups.append([] if brackets[2] else held(brackets[1]))
        return chr(_GROUP + len(groups) - 1)

    def held(flat: str) -> list[Words]:
        alternatives = [[each for run in _RUN.findall(one) for each in of_run(run)] for one in flat.split("|")]
        if len(alternatives) == 1 or not all(alternatives):
            return alternatives[0] if len(alternatives) == 1 else []
        longest = (max(known, key=lambda each: (min(map(len, each)), -len(each))) for known in alternatives)
        return [tuple(word for each in longest for word in each)]

    def of_run(run: str) -> list[Words]:
        if _GROUP <= ord(run[0]) < _LITERAL:
            return groups[ord(run) - _GROUP]
        return [("".join(chr(ord(each) % _LITERAL) for each in run),)]

    flat = _ESCAPED.sub(lambda escape: _literal(escape[1]), pattern.replace("[0-9]", "[0123456789]"))
    flat = _CLASS.sub(lambda each: f"({'|'.join(map(_literal, each[1]))})", flat)
    flat, count = _REPEATED.sub("\0", _ANY.sub("\0", flat)), int("(?" not in flat)
    while count:
        flat, count = _BRACKETS.subn(put, flat)
    return [] if set(flat) & set("()[]{}?*") else held(flat)


def _literal(character: str) -> str:
    """Return a private character that stands for a literal character of the pattern."""
    return chr(_LITERAL + ord(character) % _LITERAL)


_FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE|GRAPH)\b|\$(PATH|shapesGraph|currentShape)\b", re.IGNORECASE)
_WHERE = re.compile(r"\{")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")  # indentation would cost time, since parsing takes time per character
_SELECT = re.compile(r"\bSELECT\b(\s+DISTINCT\b)?")
_AGGREGATE = re.compile(r"\bSELECT\b[^{]*\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_DIGITS = re.compile(r"\d+")
_DOCUMENT = "document"
_KNOWN = {terms.SH + name for name in ("select", "prefixes", "message")}


@dataclass(frozen=True)
class Query:
    """One constraint as a query over all its focus nodes.

    `text` is the query, `select` its parsed form, and `need` a test that every document with a row passes.
    """

    text: str
    select: Select
    need: Need

    @classmethod
    def of(cls, shapes: Facts, shape: Value, constraint: Value) -> "Query":
        """Compile a constraint of a shape. Raises UnsupportedShapeError."""
        used = shapes.about(constraint).keys() - _KNOWN
        if unknown := sorted(each for each in used if each.startswith(terms.SH)):
            raise UnsupportedShapeError(shape, f"{', '.join(unknown)} of a SPARQL constraint")
        if shapes.value(shape, terms.SH_path):
            raise UnsupportedShapeError(shape, "sh:sparql on a property shape")
        select = _COMMENT.sub("", "".join(shapes.texts(constraint, terms.SH_select)))
        if forbidden := _FORBIDDEN.search(select):
            raise UnsupportedShapeError(shape, f"{forbidden[0]} in a SPARQL constraint")
        where = _WHERE.search(select)
        if where is None or "this" not in select[: where.start()]:
            raise UnsupportedShapeError(shape, "a SPARQL constraint that is no SELECT of $this")
        aimed = _folded(f"{select[: where.end()]} {_targets(shapes, shape)} {select[where.end() :]}")
        names = prefixes(shapes, constraint)
        head = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in names.items() if f"{prefix}:" in aimed)
        try:
            read = Select(aimed, names)
        except SyntaxError as error:
            raise UnsupportedShapeError(shape, f"{error.msg}") from error
        return cls(head + _INDENT.sub("\n", aimed), read, need(read))

    def findings(self, shape: str, store: ox.Store) -> Iterator[Match]:
        """Run the constraint's query on a graph; yield a match of the rule `shape` (an IRI) for each row."""
        return (match(shape, bound) for bound in rows_of(store, self.text))

    @cached_property
    def over_graphs(self) -> str | None:
        """The query for all named graphs at once, in which `?document` is the graph of a row.

        None if the text says `?document` itself, or has an aggregate without GROUP BY, whose row without any match
        belongs to no graph.
        """
        plain = _STRING.sub('""', self.text)
        if f"?{_DOCUMENT}" in plain or len(_AGGREGATE.findall(plain)) > plain.count("GROUP BY"):
            return None
        start, end = self.text.index("{") + 1, self.text.rindex("}")
        within = f"{self.text[:start]} GRAPH ?{_DOCUMENT} {{ {self.text[start:end]} }} {self.text[end:]}"
        return _SELECT.sub(rf"\g<0> ?{_DOCUMENT}", within).replace("GROUP BY", f"GROUP BY ?{_DOCUMENT}")

    def answers(self, store: ox.Store) -> Iterator[tuple[Term, Row]]:
        """Run the query on all named graphs of a store; return the graph and the bindings of each row."""
        for bound in rows_of(store, self.over_graphs or ""):
            yield bound.pop(_DOCUMENT), bound


_CONSTANT = re.compile(r'BIND\(("\d+") AS (\?\w+)\)')
_JOINED = re.compile(r'CONCAT\(((?:"\d+"(?:, )?)+)\)')
_BRACE = re.compile(r"[{}]")


def _folded(query: str) -> str:
    """Write constants in the place of variables that a BIND gives one text, and one text for a CONCAT of constants.

    Oxigraph compiles a pattern that is a constant once per query, and any other one for each row. A variable stays if
    it is bound twice, tested for being bound, or used outside the group of its BIND.
    """
    strings: list[str] = []

    def mask(string: str) -> str:
        strings.append(string)
        return f'"{len(strings) - 1}"'

    masked = _STRING.sub(lambda string: mask(string[0][1:-1]), query)
    for text, name in _CONSTANT.findall(masked):
        bind, used = f"BIND({text} AS {name})", re.compile(rf"\{name}\b")
        start, tested = masked.index(bind), re.search(rf"(BOUND|COALESCE)\(\{name}\b", masked)
        within = range(start, start + _group_end(masked[start:]))
        if (
            masked.count(f"AS {name})") == 1
            and not tested
            and all(use.start() in within for use in used.finditer(masked))
        ):
            masked = used.sub(text, masked.replace(bind, ""))
    count = 1
    while count:
        masked, count = _JOINED.subn(
            lambda call: mask("".join(strings[int(n)] for n in _DIGITS.findall(call[1]))), masked
        )
    return _MARKED.sub(lambda mark: f'"{strings[int(mark[1])]}"', masked)


def _group_end(text: str) -> int:
    """Return the place of the bracket that closes the group in which a text begins."""
    depth = 1
    for brace in _BRACE.finditer(text):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(text)


def match(shape: str, row: Row) -> Match:
    """Return the match of a rule (its IRI) that a row of its query states."""
    bound = dict(row)
    path = bound.pop("path", None)
    return Match(
        shape,
        bound.pop("this"),
        path.value if isinstance(path, ox.NamedNode) else None,
        bound.pop("value", None),
        bindings=bound,
    )


def rows_of(store: ox.Store, query: str) -> Iterator[dict[str, Term]]:
    """Run a SELECT on a store; yield the values of the variables that each row binds."""
    rows = store.query(query)
    if not isinstance(rows, ox.QuerySolutions):
        raise TypeError(f"no SELECT: {query}")
    names = [each.value for each in rows.variables]
    for row in rows:
        yield {name: value for name in names if (value := row[name]) is not None}


def _targets(shapes: Facts, shape: Value) -> str:
    """Write the shape's targets as graph patterns; several targets become a union."""
    classes = [f"$this a <{each}> ." for each in sorted(shapes.iris(shape, terms.SH_targetClass))]
    subjects = [f"$this <{each}> [] ." for each in sorted(shapes.iris(shape, terms.SH_targetSubjectsOf))]
    if len(classes) == 1 and not subjects:
        return classes[0]
    union = " UNION ".join(f"{{ {each} }}" for each in classes + subjects)
    return f"{{ SELECT DISTINCT $this WHERE {{ {union} }} }}"


def prefixes(shapes: Facts, constraint: Value) -> dict[str, str]:
    """Return the prefixes that a constraint declares, with their namespaces."""
    declared = (
        each
        for ontology in shapes.values(constraint, terms.SH_prefixes)
        for each in shapes.values(ontology, terms.SH_declare)
    )
    return {shapes.texts(each, terms.SH_prefix)[0]: shapes.texts(each, terms.SH_namespace)[0] for each in declared}
