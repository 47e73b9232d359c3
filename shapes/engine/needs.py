"""State what a document must hold for a query to have a row, so that queries that cannot have one are skipped.

Oxigraph takes about a millisecond to parse a query and compile its regular expressions, more than to answer it on a
small document, and most rules find nothing in most documents. A document that lacks a need has no row; one that meets
all needs may still have none. Needs come from triple patterns, from FILTERs that look for words in the texts of a
property, and from two subjects that must share a value. Everything else in a query is taken to hold.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from pyoxigraph import NamedNode

from jixiao.shapes.engine.data import TYPE, Data
from jixiao.shapes.engine.selects import FILTER, MARK, UNION, Pattern, Select, marks

Need = Callable[[Data], bool]
"""Test that a document passes if it holds what is needed."""

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
    """Return the test that a document passes wherever a query has a row."""
    needs = list(_of_group(select, select.where))
    return lambda data: all(each(data) for each in needs)


def _of_group(select: Select, group: str) -> Iterator[Need]:
    patterns = select.patterns_of(group)
    for _, predicate, value in patterns:
        if predicate:
            yield partial(_holds, predicate, value)
    for test in FILTER.findall(group):
        yield from _of_test(select, test, [*select.required, *patterns])
    for union in UNION.findall(group):
        yield from _either([list(_of_group(select, select.parts[mark])) for mark in marks(union)])


def _of_test(select: Select, test: str, patterns: list[Pattern]) -> Iterator[Need]:
    """Yield the needs of a FILTER's expression; `patterns` are those of its group."""
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
    """Yield the need of a test that compares the value of a property with constants."""
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
    """Yield the need of two different subjects: the properties of which they share values, and others of both."""
    ones, others = ({(each[1], each[2]) for each in patterns if each[0] == subject} for subject in (one, other))
    alike = {name for name, value in ones & others if name and isinstance(value, str) and value.startswith("?")}
    further = {name for name, _ in ones} & {name for name, _ in others} - alike
    if alike:
        yield lambda data: data.shares(list(alike), list(filter(None, further)))


def _sources(select: Select, expression: str) -> list[Source]:
    """Return the properties whose values, or their texts, an expression has; none if these are not known."""
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
    if isinstance(value, NamedNode):
        return data.number(value) in data.inverse(predicate)
    return bool(data.index(predicate))


def _mentions(sources: list[Source], needed: list[Words], data: Data) -> bool:
    """Tell if the texts of one of some properties hold a word of each set; true if no property is known."""
    texts = (data.joined(*source) for source in sources)
    return not sources or any(all(any(word in text for word in words) for words in needed) for text in texts)


def _either(members: list[list[Need]]) -> Iterator[Need]:
    """Yield the need of one of several members, if each of them has needs."""
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
    """Return words that every match of a regular expression holds, one of each tuple; none if none are known.

    What matches anything becomes a NUL, and a group in brackets a private character, from the inside out.
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
    return chr(_LITERAL + ord(character) % _LITERAL)
