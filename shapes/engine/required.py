"""State what a document must hold for a query to have a row, so that no query runs in vain.

To parse a query and compile its regular expressions costs Oxigraph more than to answer it on one document, and most
queries find nothing in most documents. So properties, their constant values, and words of texts are looked up first.
The words are those of filters that every row passes: CONTAINS, STRSTARTS, STRENDS, REGEX, = and IN with constants,
joined by && and ||, on a variable or its STR. Whatever else a query says is taken to hold.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Data
from jixiao.shapes.engine.factors import Factor, factors
from jixiao.shapes.engine.selects import Call, Expression, Group, Pattern, Text

_EQUAL = {"=", "IN"}
_WITHIN = {"CONTAINS", "STRSTARTS", "STRENDS"}
_BLANKS = re.compile(r"^\[(?:\s|\\[ntrs])+\][+*]?$")
_LISTED = 2  # arguments of REGEX without flags


Classes = tuple[ox.NamedNode, ...]
Source = tuple[ox.NamedNode, Classes]
"""A property, with classes of its subjects if they are known."""


class Need(ABC):
    """A thing that a document must hold."""

    @abstractmethod
    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""


@dataclass(frozen=True)
class Property(Need):
    """A property with so many subjects at the least."""

    predicate: ox.NamedNode
    subjects: int = 1

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return len(data.index(self.predicate)) >= self.subjects


@dataclass(frozen=True)
class Shared(Need):
    """Several subjects of some properties that have the same values of the first of them."""

    alike: tuple[ox.NamedNode, ...]
    further: tuple[ox.NamedNode, ...]

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return data.shares(self.alike, self.further)


@dataclass(frozen=True)
class Value(Need):
    """A property with a certain value."""

    predicate: ox.NamedNode
    value: ox.NamedNode

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return data.number(self.value) in data.inverse(self.predicate)


@dataclass(frozen=True)
class Words(Need):
    """A text for which a variable stands, of one of some properties, with one word of each of some sets."""

    variable: str
    sources: tuple[Source, ...]
    factors: tuple[Factor, ...]

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return any(data.texts(*each).match(self.factors) for each in self.sources)


@dataclass(frozen=True)
class All(Need):
    """Several needs at once."""

    needs: tuple[Need, ...]

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return all(each.met(data) for each in self.needs)


@dataclass(frozen=True)
class Either(Need):
    """One of several needs."""

    needs: tuple[Need, ...]

    def met(self, data: Data) -> bool:
        """Tell if a document holds it."""
        return any(each.met(data) for each in self.needs)


def needed(group: Group) -> All:
    """Return what a document must hold for a SELECT to have a row."""
    # Words cost more to look up than properties.
    return All(tuple(sorted(dict.fromkeys(_needs(group)), key=lambda each: isinstance(each, Words | Either))))


def patterns(group: Group) -> Iterator[Pattern]:
    """Yield the triple patterns with a property that every row needs."""
    if not group.always:
        yield from (each for each in group.patterns if each[1])
        for inner in group.inner:
            yield from patterns(inner)


def every_pattern(group: Group) -> Iterator[Pattern]:
    """Yield all triple patterns, optional ones included."""
    for each in group.every():
        yield from each.patterns


def _needs(group: Group, classes: Classes = ()) -> Iterator[Need]:
    """Yield what a group needs, in which `$this` is of one of some classes, if any are known."""
    classes = _classes(group, "?this") or classes
    if group.always:
        return
    for _, predicate, value in group.patterns:
        if predicate:
            property_ = ox.NamedNode(predicate)
            yield (
                Value(property_, ox.NamedNode(value)) if ":" in value and value[0] not in '"_' else Property(property_)
            )
    words: dict[str, Words] = {}
    for need in (need for each in group.filters for need in _of_filter(group, each, classes)):
        if isinstance(need, Words):  # one text must hold the words of all filters
            known = words.get(need.variable)
            words[need.variable] = replace(need, factors=known.factors + need.factors) if known else need
        else:
            yield need
    yield from words.values()
    for inner in group.inner:
        yield from _needs(inner, classes if _seen(inner, "?this") else ())
    for members in group.either:
        either = tuple(All(tuple(_needs(member, classes))) for member in members)
        if all(each.needs for each in either):
            yield Either(either)


def _of_filter(group: Group, test: Expression, classes: Classes) -> Iterator[Need]:
    """Yield what a filter needs."""
    if not isinstance(test, Call):
        return
    name, arguments = test.name, test.arguments
    if name == "&&":
        for each in arguments:
            yield from _of_filter(group, each, classes)
    elif name == "||":
        either = tuple(All(tuple(_of_filter(group, each, classes))) for each in arguments)
        if all(each.needs for each in either):
            yield Either(either)
    elif name == "!=":
        yield from _of_two(group, arguments)
    elif name in _EQUAL and all(isinstance(each, str) and ":" in each for each in arguments[1:]):
        sources = _sources(group, _variable(group, arguments[0]))
        values = [ox.NamedNode(each) for each in arguments[1:] if isinstance(each, str)]
        if sources:
            yield Either(tuple(Value(predicate, value) for predicate, _ in sources for value in values))
    elif found := _factors(name, arguments[1:]):
        variable = _variable(group, arguments[0])
        if sources := _sources(group, variable, classes):
            yield Words(variable, tuple(sources), found)


def _factors(name: str, constants: tuple[Expression, ...]) -> tuple[Factor, ...]:
    """Return the words that a test demands of its first argument, the others given."""
    texts = [each.value for each in constants if isinstance(each, Text)]
    if not texts or len(texts) < len(constants):
        return ()
    if name in _WITHIN:
        return (Factor.of(texts),)
    if name in _EQUAL:
        return (Factor.of(texts, whole=True),)
    return factors(texts[0]) if name == "REGEX" and len(texts) < _LISTED else ()


def _of_two(group: Group, arguments: tuple[Expression, ...]) -> Iterator[Need]:
    """Yield the properties of which two different subjects are wanted."""
    one, other = (
        {(predicate, value) for subject, predicate, value in _visible(group) if subject == each} for each in arguments
    )
    had = {predicate for predicate, _ in one} & {predicate for predicate, _ in other}
    alike = {predicate for predicate, value in one & other if value.startswith("?")}
    if alike:
        yield Shared(_named(alike), _named(had - alike))
    else:
        yield from (Property(each, subjects=2) for each in _named(had))


def _named(predicates: Iterable[str]) -> tuple[ox.NamedNode, ...]:
    return tuple(map(ox.NamedNode, sorted(predicates)))


def _visible(group: Group) -> Iterator[Pattern]:
    """Yield the triple patterns that every row needs, without the names of variables that a sub-select hides."""
    yield from (each for each in group.patterns if each[1])
    for inner in group.inner:
        if not inner.always:
            for subject, predicate, value in _visible(inner):
                yield _seen(inner, subject), predicate, _seen(inner, value)


def _seen(group: Group, term: str) -> str:
    return "" if group.shown is not None and term.startswith("?") and term not in group.shown else term


def _variable(group: Group, expression: Expression) -> str:
    """Return the variable whose value an expression is, blanks aside, as it is or by STR; nothing if there is none."""
    match expression:
        case Call("STR", (inner,)) | Call("REPLACE", (inner, Text(), Text(""))) if _is_of_blanks(expression):
            return _variable(group, inner)
        case str() if expression in group.bound:
            return _variable(group, group.bound[expression])
        case str() if expression.startswith("?"):
            return expression
    return ""


def _is_of_blanks(call: Call) -> bool:
    """Tell if a function is no REPLACE, or one that takes out blanks alone."""
    patterns = [each.value for each in call.arguments[1:2] if isinstance(each, Text)]
    return not any(_BLANKS.sub("", each) for each in patterns)


def _sources(group: Group, variable: str, classes: Classes = ()) -> list[Source]:
    """Return the properties whose values a variable has; none if that is not known."""
    for subject, predicate, value in group.patterns:
        if value == variable and predicate:
            return [(ox.NamedNode(predicate), _classes(group, subject) or (classes if subject == "?this" else ()))]
    for inner in group.inner:
        if found := _shown(inner, variable):
            return found
    for members in group.either:
        each = [_shown(member, variable) for member in members]
        if all(each):
            return list(dict.fromkeys(source for found in each for source in found))
    return []


def _shown(group: Group, variable: str) -> list[Source]:
    """Return the properties whose values a variable of a group has outside of the group."""
    shown = _seen(group, variable) and not group.always
    return _sources(group, _variable(group, variable)) if shown else []


def _classes(group: Group, variable: str) -> Classes:
    """Return classes of which each thing has one for which a variable stands; none if that is not known."""
    for subject, predicate, value in group.patterns:
        if subject == variable and predicate == terms.RDF_type and ":" in value:
            return (ox.NamedNode(value),)
    for inner in group.inner:
        if _seen(inner, variable) and not inner.always and (found := _classes(inner, variable)):
            return found
    for members in group.either:
        each = [_classes(member, variable) if _seen(member, variable) else () for member in members]
        if all(each):
            return tuple(dict.fromkeys(name for found in each for name in found))
    return ()
