"""Read the text of a SELECT into groups, with their triple patterns, filters and bindings.

rdflib's parser takes seconds for the rules of this project, and Oxigraph shows nothing of what it reads. Queries of
rules are read, not all of SPARQL: anything unknown is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from jixiao.ontology import terms

_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(?:@[\w-]+|\^\^(?:<[^<>\s]*>|[\w-]*:[\w-]+))?"""
    r"""|(?P<token><[^<>\s]*>|[?$]\w+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|_:\w+|(?:[A-Za-z][\w-]*)?:[\w-]*|[A-Za-z]\w*|&&|\|\||!=|<=|>=|[{}()\[\].;,=<>|*/+^!?-])"""
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_PRIORITY = {"||": 1, "&&": 2} | dict.fromkeys(("=", "!=", "<", ">", "<=", ">=", "IN", "NOT"), 3)
_PRIORITY |= {"+": 4, "-": 4, "*": 5, "/": 5}
_ELEMENTS = {"FILTER", "BIND", "OPTIONAL", "MINUS"}

Pattern = tuple[str, str, str]
"""Subject, predicate and object of a triple pattern; the predicate is an IRI, or empty for a path or a variable."""


@dataclass(frozen=True)
class Text:
    """A string, without its language or datatype."""

    value: str


@dataclass(frozen=True)
class Call:
    """A function or an operator with its arguments; EXISTS has a group."""

    name: str
    arguments: tuple["Expression", ...]


Expression: TypeAlias = "Text | Call | str | Group"
"""A string of Python is a variable, which begins with `?`, or any other token."""


@dataclass
class Group:
    """The content of two braces.

    `inner` are groups and sub-selects, `either` the members of each UNION, `beside` what a row need not have. A
    sub-select shows only its `shown` variables. `always` is true of one that has a row even if nothing matches.
    """

    patterns: list[Pattern] = field(default_factory=list)
    filters: list[Expression] = field(default_factory=list)
    bound: dict[str, Expression] = field(default_factory=dict)
    inner: list["Group"] = field(default_factory=list)
    either: list[list["Group"]] = field(default_factory=list)
    beside: list["Group"] = field(default_factory=list)
    shown: frozenset[str] | None = None
    always: bool = False

    def every(self) -> Iterator["Group"]:
        """Yield this group and all groups within it."""
        yield self
        within = (group for each in (*self.filters, *self.bound.values()) for group in _groups(each))
        for each in (*self.inner, *(member for union in self.either for member in union), *self.beside, *within):
            yield from each.every()


def read(select: str, namespaces: Mapping[str, str]) -> Group:
    """Read a SELECT that may begin with prefixes. Raises SyntaxError."""
    reader = _Reader(select, namespaces)
    while reader.is_word("PREFIX"):
        reader.skip(3)
    return reader.select()


class _Reader:
    """A reader of tokens."""

    def __init__(self, select: str, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces
        self._tokens = [*_tokens(select), ""]
        # In capitals; a string, which is no word, as a space.
        self._words = [" " if isinstance(token, Text) else token.upper() for token in self._tokens]
        self._last = len(self._tokens) - 1
        self._at = 0

    @property
    def _next(self) -> Text | str:
        return self._tokens[self._at]

    def is_word(self, *words: str) -> bool:
        """Tell if one of some words follows."""
        return self._words[self._at] in words

    def skip(self, count: int = 1) -> None:
        """Pass over tokens."""
        self._at = min(self._at + count, self._last)

    def _take(self, expected: str = "") -> Text | str:
        at = self._at
        if at == self._last or (expected and self._words[at] != expected):
            raise SyntaxError(f"{expected or 'more'} expected at {self._tokens[max(self._at - 5, 0) : self._at + 5]}")
        self._at = at + 1
        return self._tokens[at]

    def select(self) -> Group:
        """Read a SELECT with its group and whatever follows."""
        self._take("SELECT")
        if self.is_word("DISTINCT", "REDUCED"):
            self.skip()
        shown: dict[str, Expression] = {}
        while not self.is_word("WHERE", "{"):
            if self.is_word("("):
                self.skip()
                value = self._expression()
                self._take("AS")
                shown[str(self._take())] = value
                self._take(")")
            else:
                variable = str(self._take())
                shown[variable] = variable
        if self.is_word("WHERE"):
            self.skip()
        group = self.group()
        grouped = self.is_word("GROUP")
        while self._next and not self.is_word("}"):
            self.skip()
        group.shown = None if "*" in shown else frozenset(shown)
        group.always = not grouped and any(_is_aggregate(each) for each in shown.values())
        return group

    def group(self) -> Group:
        """Read a group with its braces."""
        self._take("{")
        if self.is_word("SELECT"):
            found = self.select()
        else:
            found = Group()
            while not self.is_word("}"):
                self._element(found)
        self._take("}")
        return found

    def _element(self, group: Group) -> None:
        if self.is_word("."):
            self.skip()
        elif self.is_word("FILTER"):
            self.skip()
            group.filters.append(self._unary())
        elif self.is_word("BIND"):
            self.skip()
            self._take("(")
            value = self._expression()
            self._take("AS")
            group.bound[str(self._take())] = value
            self._take(")")
        elif self.is_word("OPTIONAL", "MINUS"):
            self.skip()
            group.beside.append(self.group())
        elif self.is_word("{"):
            members = [self.group()]
            while self.is_word("UNION"):
                self.skip()
                members.append(self.group())
            group.inner += members[:1] if len(members) == 1 else []
            group.either += [members] if len(members) > 1 else []
        else:
            self._triples(group)

    def _triples(self, group: Group) -> None:
        subject = self._term()
        while True:
            predicate = self._path()
            group.patterns.append((subject, predicate, self._term()))
            while self.is_word(","):
                self.skip()
                group.patterns.append((subject, predicate, self._term()))
            if not self.is_word(";"):
                return
            while self.is_word(";"):
                self.skip()
            if self.is_word(".", "}", "{", *_ELEMENTS):
                return

    def _term(self) -> str:
        taken = self._take()
        if taken in ("[", "("):
            closing = {"[": "]", "(": ")"}[str(taken)]
            while not self.is_word(closing):  # nested ones are refused with what follows
                self.skip()
                if not self._next:
                    break
            self._take(closing)
            return f"{taken}{closing}"
        return f'"{taken.value}' if isinstance(taken, Text) else self._iri(taken)

    def _path(self) -> str:
        """Return the IRI of a property; nothing for a variable or a path."""
        first, tokens = self._at, 0
        while True:
            while self.is_word("^", "!"):
                self.skip()
            if self._take() == "(":
                self._until_closed()
            while self.is_word("*", "+", "?"):
                self.skip()
            tokens = self._at - first
            if not self.is_word("/", "|"):
                break
            self.skip()
        taken = self._tokens[first]
        return "" if tokens > 1 or isinstance(taken, Text) or taken[0] in "?$" else self._iri(taken)

    def _until_closed(self) -> None:
        depth = 1
        while depth:
            taken = self._take()
            depth += (taken == "(") - (taken == ")")

    def _iri(self, taken: str) -> str:
        """Write a prefixed name as the IRI that it stands for, and any other token as it is."""
        if taken == "a":
            return terms.RDF_type
        if taken.startswith("<"):
            return taken[1:-1]
        prefix, colon, name = taken.partition(":")
        return self._namespaces[prefix] + name if colon and prefix in self._namespaces else taken

    def _expression(self, above: int = 0) -> Expression:
        left = self._unary()
        while _PRIORITY.get(operator := self._words[self._at], 0) > above:
            self.skip()
            if operator == "NOT":
                self._take("IN")
            if operator in ("IN", "NOT"):
                self._take("(")
                left = Call(operator, (left, *self._arguments()))
            else:
                left = Call(operator, (left, self._expression(_PRIORITY[operator])))
        return left

    def _unary(self) -> Expression:
        taken = self._take()
        if isinstance(taken, Text):
            return taken
        if taken in ("!", "-", "+"):
            return Call(taken, (self._unary(),))
        if taken == "(":
            inside = self._expression()
            self._take(")")
            return inside
        if taken.upper() == "NOT" or taken.upper() == "EXISTS":
            if taken.upper() == "NOT":
                self._take("EXISTS")
            return Call(taken.upper(), (self.group(),))
        if self.is_word("(") and taken[0] not in "?$":
            self.skip()
            return Call(taken.upper(), self._arguments())
        return self._iri(taken)

    def _arguments(self) -> tuple[Expression, ...]:
        """Read arguments up to the closing bracket."""
        found: list[Expression] = []
        if self.is_word("DISTINCT"):
            self.skip()
        while not self.is_word(")"):
            if self.is_word(",", ";", "*"):
                self.skip()
            else:
                found.append(self._expression())
        self.skip()
        return tuple(found)


def _tokens(select: str) -> Iterator[Text | str]:
    at = 0
    for found in _TOKEN.finditer(select):
        if found.start() != at:
            break
        at = found.end()
        if found.lastgroup == "text":
            yield Text(_ESCAPE.sub(_unescaped, found["text"][1:-1]))
        elif found.lastgroup == "token":
            taken = found["token"]
            yield f"?{taken[1:]}" if taken[0] == "$" else taken
    if at < len(select):
        raise SyntaxError(f"unexpected {select[at : at + 20]!r} in a SELECT")


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPED.get(code, code)


def _groups(expression: Expression) -> Iterator[Group]:
    """Yield the groups of EXISTS in an expression."""
    if isinstance(expression, Group):
        yield expression
    elif isinstance(expression, Call):
        for each in expression.arguments:
            yield from _groups(each)


def _is_aggregate(expression: Expression) -> bool:
    return isinstance(expression, Call) and (
        expression.name in _AGGREGATES or any(_is_aggregate(each) for each in expression.arguments)
    )
