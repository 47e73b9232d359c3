"""Find conditions that a document must meet for a query to have a row, so that hopeless queries are skipped.

Oxigraph takes about a millisecond to parse a query and compile its regular expressions, more than to answer it on a
small document, and most rules find nothing in most documents. Such a condition is a *need*. A document that lacks one
has no row; one that meets all needs may still have none. Needs come from triple patterns, from FILTERs that look for
words in the texts of a property, and from two subjects that must have an equal value. All else in a query is ignored.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pyoxigraph import NamedNode

from jixiao.shapes.engine.data import TYPE, Data
from jixiao.shapes.engine.selects import FILTER, MARK, UNION, Pattern, Select, marks

Need = Callable[[Data], bool]
"""A test that a document passes if it meets a need."""

Words = tuple[str, ...]
"""Words of which a text must hold one."""

Source = tuple[NamedNode, NamedNode | str | None]
"""A property, and the class of its subjects if that is known."""

_CALL = re.compile(r"\s*(\w*)\s*‹(\d+)›\s*")
_COMPARISON = re.compile(r"(.+?)\s*((?<![<>])!?=|\bIN\b)\s*(\S+)\s*", re.DOTALL)
_STRING = re.compile(r'"(\d+)"')
_ONE_OF = {"=", "IN"}
_SEARCHES = {"CONTAINS", "STRSTARTS", "STRENDS"} | _ONE_OF
_MOST = 64  # words; looking up more of them takes longer than answering the query


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
    texts = tuple(select.strings[int(string[1])] for each in stated if (string := _STRING.fullmatch(each)))
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
