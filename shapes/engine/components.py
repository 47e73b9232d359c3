"""Constraint components of SHACL Core (SHACL, section 4), one function per component.

Each function takes a parameter's value in the shapes graph and returns a check. Components over other shapes (sh:or,
sh:not …) are in compiled.py, which compiles shapes. No code here depends on a particular rule.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from rdflib import SH, Graph
from rdflib.collection import Collection as Items
from rdflib.term import Node

from jixiao.shapes.engine import literals
from jixiao.shapes.engine.data import Data, Number, Term, text
from jixiao.shapes.engine.rdflib_terms import term
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

Faults = Callable[[Data, Number, Sequence[Number]], Collection[Number | None]]
Passing = Callable[[Data, set[Number]], set[Number]]
Test = Callable[[Term], bool]


@dataclass(frozen=True)
class Check:
    """A check of the values of a focus node.

    `faults` gives the values at fault of (data, focus node, values), with None for a fault that belongs to no single
    value; an empty answer means no fault. A check of each value by itself also has `passing`, which gives those of
    many values that have no fault.
    """

    faults: Faults
    passing: Passing | None = None


# Names and targets of indicators recur in every filing, so pattern matches of short texts are cached.
_KEPT, _SHORT = 2_000, 40


def check(shapes: Graph, shape: Node, parameter: Node, value: Node) -> Check | None:
    """Make the check of one parameter of a shape; return None if this module has no such component."""
    make = _MAKERS.get(parameter)
    return None if make is None else make(shapes, shape, value)


def name(shapes: Graph, shape: Node, parameter: Node) -> str:
    """Return the IRI of the component that a parameter belongs to, such as sh:MinCountConstraintComponent."""
    called = str(parameter).removeprefix(str(SH))
    if parameter == SH.qualifiedValueShape:
        called = "qualifiedMinCount" if shapes.value(shape, SH.qualifiedMinCount) else "qualifiedMaxCount"
    return f"{SH}{called[0].upper()}{called[1:]}ConstraintComponent"


def needs_values(parameter: Node) -> bool:
    """Tell if a component may report a fault when there is no value at all."""
    return parameter in _NEEDS_VALUES


def _each(test: Test) -> Check:
    """Make a check that reports each value for which the test fails."""
    return Check(
        lambda data, _focus, values: [value for value in values if not test(data.term(value))],
        lambda data, values: {value for value in values if test(data.term(value))},
    )


def _among(allowed: Callable[[Data], Collection[Number]]) -> Check:
    """Make a check that reports each value that is not among those allowed in a document."""

    def faults(data: Data, _focus: Number, values: Sequence[Number]) -> list[Number]:
        fine = allowed(data)
        return [value for value in values if value not in fine]

    return Check(faults, lambda data, values: values.intersection(allowed(data)))


def _class(_shapes: Graph, _shape: Node, value: Node) -> Check:
    of_class = term(value)
    return _among(lambda data: data.members(of_class))


def _datatype(_shapes: Graph, _shape: Node, value: Node) -> Check:
    datatype = str(value)
    return _each(lambda node: literals.fits(node, datatype))


_KINDS: dict[Node, tuple[type, ...]] = {
    SH.IRI: (ox.NamedNode,),
    SH.Literal: (ox.Literal,),
    SH.BlankNode: (ox.BlankNode,),
    SH.BlankNodeOrIRI: (ox.BlankNode, ox.NamedNode),
    SH.BlankNodeOrLiteral: (ox.BlankNode, ox.Literal),
    SH.IRIOrLiteral: (ox.NamedNode, ox.Literal),
}


def _node_kind(_shapes: Graph, _shape: Node, value: Node) -> Check:
    kinds = _KINDS[value]
    return _each(lambda node: isinstance(node, kinds))


def _min_count(_shapes: Graph, _shape: Node, value: Node) -> Check:
    least = int(str(value))
    return Check(lambda _data, _focus, values: () if len(values) >= least else (None,))


def _max_count(_shapes: Graph, _shape: Node, value: Node) -> Check:
    most = int(str(value))
    return Check(lambda _data, _focus, values: () if len(values) <= most else (None,))


def _pattern(shapes: Graph, shape: Node, value: Node) -> Check:
    flags = sum((_FLAGS[letter] for letter in str(shapes.value(shape, SH.flags) or "")), re.RegexFlag(0))
    search = re.compile(str(value), flags).search

    @lru_cache(maxsize=_KEPT)
    def known(words: str) -> bool:
        return bool(search(words))

    def matching(data: Data, values: Iterable[Number]) -> set[Number]:
        texts = data.words
        return {
            value
            for value in values
            if (words := texts[value]) is not None and (known(words) if len(words) <= _SHORT else search(words))
        }

    def faults(data: Data, _focus: Number, values: Sequence[Number]) -> list[Number]:
        matched = matching(data, values)
        return [value for value in values if value not in matched]

    return Check(faults, matching)


_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def _min_length(_shapes: Graph, _shape: Node, value: Node) -> Check:
    least = int(str(value))
    return _each(lambda node: not isinstance(node, ox.BlankNode) and len(text(node)) >= least)


def _max_length(_shapes: Graph, _shape: Node, value: Node) -> Check:
    most = int(str(value))
    return _each(lambda node: not isinstance(node, ox.BlankNode) and len(text(node)) <= most)


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[Graph, Node, Node], Check]:
    """Make a component that compares each value with its parameter, such as sh:minInclusive."""

    def make(_shapes: Graph, _shape: Node, value: Node) -> Check:
        bound = term(value)
        return _each(lambda node: _in_order(holds, node, bound))

    return make


def _in_order(holds: Callable[[Any, Any], bool], left: Term, right: Term) -> bool:
    """Tell if two literals compare as required; literals that cannot be compared do not (SHACL, 4.3 and 4.5)."""
    one, other = literals.value(left), literals.value(right)
    try:
        return one is not None and other is not None and bool(holds(one, other))
    except TypeError:
        return False


def _pairwise(holds: Callable[[Any, Any], bool]) -> Callable[[Graph, Node, Node], Check]:
    """Make a component that compares each value with each value of another property, such as sh:lessThan."""

    def make(_shapes: Graph, _shape: Node, value: Node) -> Check:
        other = _predicate(value)

        def faulted(data: Data, focus: Number, values: Sequence[Number]) -> list[Number]:
            others = data.objects(data.term(focus), other)
            return [each for each in values if not all(_in_order(holds, data.term(each), second) for second in others)]

        return Check(faulted)

    return make


def _equals(_shapes: Graph, _shape: Node, value: Node) -> Check:
    other = _predicate(value)

    return Check(lambda data, focus, values: set(values).symmetric_difference(data.index(other).get(focus, ())))


def _disjoint(_shapes: Graph, _shape: Node, value: Node) -> Check:
    other = _predicate(value)
    return Check(lambda data, focus, values: set(values).intersection(data.index(other).get(focus, ())))


def _predicate(value: Node) -> ox.NamedNode:
    return ox.NamedNode(str(value))


def _has_value(_shapes: Graph, _shape: Node, value: Node) -> Check:
    wanted = term(value)
    return Check(lambda data, _focus, values: () if data.number(wanted) in values else (None,))


def _in(shapes: Graph, _shape: Node, value: Node) -> Check:
    allowed = {term(each) for each in Items(shapes, value)}
    return _among(lambda data: {data.number(each) for each in allowed})


def _language_in(shapes: Graph, _shape: Node, value: Node) -> Check:
    ranges = tuple(str(each).lower() for each in Items(shapes, value))

    def fits(node: Term) -> bool:
        language = (node.language or "").lower() if isinstance(node, ox.Literal) else ""
        return any(language == each or language.startswith(f"{each}-") for each in ranges)

    return _each(fits)


def _unique_lang(_shapes: Graph, shape: Node, value: Node) -> Check:
    if str(value) != "true":
        raise UnsupportedShapeError(shape, f"sh:uniqueLang {value}")

    def faulted(data: Data, _focus: Number, values: Sequence[Number]) -> list[None]:
        nodes = map(data.term, values)
        counted = Counter(node.language for node in nodes if isinstance(node, ox.Literal) and node.language)
        return [None for count in counted.values() if count > 1]

    return Check(faulted)


_MAKERS: dict[Node, Callable[[Graph, Node, Node], Check]] = {
    SH["class"]: _class,
    SH.datatype: _datatype,
    SH.nodeKind: _node_kind,
    SH.minCount: _min_count,
    SH.maxCount: _max_count,
    SH.pattern: _pattern,
    SH.minLength: _min_length,
    SH.maxLength: _max_length,
    SH.minInclusive: _compared(lambda value, bound: value >= bound),
    SH.minExclusive: _compared(lambda value, bound: value > bound),
    SH.maxInclusive: _compared(lambda value, bound: value <= bound),
    SH.maxExclusive: _compared(lambda value, bound: value < bound),
    SH.lessThan: _pairwise(lambda one, other: one < other),
    SH.lessThanOrEquals: _pairwise(lambda one, other: one <= other),
    SH.equals: _equals,
    SH.disjoint: _disjoint,
    SH.hasValue: _has_value,
    SH["in"]: _in,
    SH.languageIn: _language_in,
    SH.uniqueLang: _unique_lang,
}

_NEEDS_VALUES = {SH.minCount, SH.hasValue, SH.equals, SH.qualifiedValueShape}
