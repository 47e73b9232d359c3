"""Find the words of which a text must hold one to match a regular expression of XPath.

Words are looked for in no time, whereas Oxigraph compiles an expression anew for each query. What is read here is the
common part of the dialects; of an expression with anything else no words are known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import product

_MOST = 64  # words of a set; with more of them, looking them up costs more than it saves
_NOTHING = frozenset({""})
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True)
class Factor:
    """Words one of which a text without its blanks holds, or, if `whole`, one of which it is."""

    words: frozenset[str]
    whole: bool = False

    def fits(self, text: str) -> bool:
        """Tell if a text holds, or is, one of the words."""
        return text in self.words if self.whole else any(word in text for word in self.words)

    @classmethod
    def of(cls, words: Iterable[str], *, whole: bool = False) -> "Factor":
        """Make a factor of words that may have blanks."""
        return cls(frozenset(map(without_blanks, words)), whole)


@dataclass(frozen=True)
class _Part:
    """Knowledge of a part of an expression: all that it can match, or words that each match holds."""

    exact: frozenset[str] | None
    factors: tuple[frozenset[str], ...] = ()


def without_blanks(text: str) -> str:
    """Take the blanks out of a text, as many queries do before they look for words."""
    return "".join(text.split())


class _UnreadableError(ValueError):
    """A construct outside what is read here."""


_ANY = _Part(None)
_EMPTY = _Part(_NOTHING)


@cache
def factors(pattern: str) -> tuple[Factor, ...]:
    """Return what a text that matches somewhere must hold; nothing if that is not known."""
    try:
        read = _Expression(pattern).read()
    except (_UnreadableError, IndexError):
        return ()
    # An alternative may begin or end without the anchor of the others.
    if read.exact and pattern.startswith("^") and pattern.endswith("$") and _is_single(pattern[1:-1]):
        return (Factor.of(read.exact, whole=True),)
    return tuple(Factor.of(each) for each in _held(read))


def _is_single(pattern: str) -> bool:
    """Tell if no alternatives stand outside brackets, and the last character is not escaped."""
    depth, before = 0, ""
    for each in pattern:
        if before == "\\":
            before = ""
            continue
        depth += (each == "(") - (each == ")")
        if each == "|" and not depth:
            return False
        before = each
    return before != "\\"


def _held(part: _Part) -> tuple[frozenset[str], ...]:
    """Return the sets of words of each of which a match holds one."""
    exact = (part.exact,) if part.exact is not None and "" not in part.exact else ()
    return exact + part.factors


class _Expression:
    """A reader of one expression."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._at = pattern, 0

    def read(self) -> _Part:
        """Read the whole of it."""
        found = self._alternatives()
        if self._at < len(self._pattern):
            raise _UnreadableError(self._pattern)
        return found

    @property
    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1]

    def _alternatives(self) -> _Part:
        members = [self._sequence()]
        while self._next == "|":
            self._take()
            members.append(self._sequence())
        if len(members) == 1:
            return members[0]
        if all(each.exact is not None for each in members):
            exact = frozenset[str]().union(*(each.exact or () for each in members))
            if len(exact) <= _MOST:
                return _Part(exact)
        # The longest words of each alternative tell most.
        held = [
            max(_held(each), key=lambda words: (min(map(len, words)), -len(words)), default=None) for each in members
        ]
        union = frozenset[str]().union(*(each or () for each in held))
        return _Part(None, (union,) if all(held) and len(union) <= _MOST else ())

    def _sequence(self) -> _Part:
        run, found, whole = _NOTHING, list[frozenset[str]](), True
        while self._next and self._next not in "|)":
            part = self._repeated(self._atom())
            if part.exact is not None and len(run) * len(part.exact) <= _MOST:
                run = _joined(run, part.exact)
                continue
            whole = False
            found += _held(_Part(run, part.factors))
            run = part.exact if part.exact is not None else _NOTHING
        return _Part(run) if whole else _Part(None, (*found, *_held(_Part(run))))

    def _atom(self) -> _Part:
        match self._take():
            case "(":
                if self._next == "?":
                    raise _UnreadableError(self._pattern)
                inside = self._alternatives()
                if self._take() != ")":
                    raise _UnreadableError(self._pattern)
                return inside
            case "[":
                return self._class()
            case "\\":
                character = self._escaped()
                return _ANY if character is None else _Part(frozenset({character}))
            case ".":
                return _ANY
            case "^" | "$":
                return _EMPTY
            case "*" | "+" | "?" | "{" | ")" | "]":
                raise _UnreadableError(self._pattern)
            case character:
                return _Part(frozenset({character}))

    def _escaped(self) -> str | None:
        """Read what follows a backslash; None for a class of characters."""
        character = self._take()
        if character in _ESCAPED:
            return _ESCAPED[character]
        if character in "sSdDwW":
            return None
        if character.isalnum():
            raise _UnreadableError(self._pattern)
        return character

    def _class(self) -> _Part:
        negated = self._next == "^"
        if negated:
            self._take()
        found: set[str] = set()
        known = not negated
        while (character := self._take()) != "]":
            if character == "[" or (character in "&-~" and self._next == character):
                raise _UnreadableError(self._pattern)  # a class within a class, in the dialect of Oxigraph
            first = self._escaped() if character == "\\" else character
            if first is None:
                known = False
            elif self._next == "-" and self._pattern[self._at + 1 : self._at + 2] != "]":
                self._take()
                last = self._take()
                last = (self._escaped() or "") if last == "\\" else last
                found |= {chr(code) for code in range(ord(first), ord(last) + 1)} if known else set()
            else:
                found.add(first)
        return _Part(frozenset(found)) if known and len(found) <= _MOST else _ANY

    def _repeated(self, part: _Part) -> _Part:
        """Apply the quantifiers that follow a part."""
        least, most = 1, 1
        match self._next:
            case "?":
                least, most = 0, 1
            case "*":
                least, most = 0, 2
            case "+":
                least, most = 1, 2
            case "{":
                end = self._pattern.index("}", self._at) if "}" in self._pattern[self._at :] else len(self._pattern)
                low = self._pattern[self._at + 1 : end].partition(",")[0]
                if not low.isdigit():
                    raise _UnreadableError(self._pattern)
                least = int(low)
                most = least if "," not in self._pattern[self._at : end] else least + 1
                self._at = end
            case _:
                return part
        self._take()
        if self._next == "?":  # reluctant
            self._take()
        if least == 0:
            once = most == 1 and part.exact is not None
            return _Part((part.exact or _NOTHING) | _NOTHING) if once else _ANY
        if least == most and part.exact is not None and len(part.exact) ** least <= _MOST:
            repeated = _NOTHING
            for _ in range(least):
                repeated = _joined(repeated, part.exact)
            return _Part(repeated)
        return _Part(None, _held(part))


def _joined(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(one + other for one, other in product(some, others))
