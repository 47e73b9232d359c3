"""Constraint components of SHACL Core (SHACL, section 4), one function per component.

Each function takes a parameter's value in the shapes graph and returns a check. Components over other shapes (sh:or,
sh:not …) are in compiled.py, which compiles shapes. Only the components that rules of this project use are here; no
code depends on a particular rule.
"""

import operator
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.reference import Facts, Value
from jixiao.shapes.engine.data import Data, Number, Term, fits, text, value_of

Faults = Callable[[Data, Number, Sequence[Number]], Collection[Number | None]]
Passing = Callable[[Data, set[Number]], set[Number]]
Compare = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Check:
    """A check of the values of a focus node.

    `faults` is a function from the data, a focus node and its values to the values at fault; None stands for a fault
    that belongs to no single value, and an empty answer for no fault. A check that examines each value by itself also
    has `passing`, a function from many values to the ones without fault. `optional` is true if no value is no fault.
    """

    faults: Faults
    passing: Passing | None = None
    optional: bool = False


# Names and targets of indicators recur in every filing, so pattern matches of short texts are cached.
_KEPT, _SHORT = 2_000, 40


def name(parameter: str) -> str:
    """Return the IRI of the component that a parameter belongs to, such as sh:MinCountConstraintComponent."""
    return f"{terms.SH}{parameter[0].upper()}{parameter[1:]}ConstraintComponent"


def of_values(passing: Passing) -> Check:
    """Return a check that examines each value by itself.

    `passing` is a function from a document and values to the values without fault.
    """

    def faults(data: Data, _focus: Number, values: Sequence[Number]) -> list[Number]:
        fine = passing(data, set(values))
        return [value for value in values if value not in fine]

    return Check(faults, passing, optional=True)


def _each(test: Callable[[Term], bool]) -> Check:
    """Return a check that reports each value for which `test` is false."""
    return of_values(lambda data, values: {value for value in values if test(data.term(value))})


_KINDS: dict[str, tuple[type, ...]] = {
    "IRI": (ox.NamedNode,),
    "Literal": (ox.Literal,),
    "BlankNode": (ox.BlankNode,),
    "BlankNodeOrIRI": (ox.BlankNode, ox.NamedNode),
    "BlankNodeOrLiteral": (ox.BlankNode, ox.Literal),
    "IRIOrLiteral": (ox.NamedNode, ox.Literal),
}


def _node_kind(_shapes: Facts, value: Value) -> Check:
    kinds = _KINDS[text(value).removeprefix(terms.SH)]
    return _each(lambda node: isinstance(node, kinds))


def _count(holds: Compare, _shapes: Facts, value: Value) -> Check:
    """Return a check of the number of values: `holds` is called with it and with the bound, the parameter's value."""
    bound = int(text(value))
    return Check(
        lambda _data, _focus, values: () if holds(len(values), bound) else (None,), optional=bool(holds(0, bound))
    )


def _pattern(_shapes: Facts, value: Value) -> Check:
    search = re.compile(text(value)).search
    known = lru_cache(maxsize=_KEPT)(search)

    def matching(data: Data, values: set[Number]) -> set[Number]:
        texts = data.words
        return {
            value
            for value in values
            if (words := texts(value)) is not None and (known(words) if len(words) <= _SHORT else search(words))
        }

    return of_values(matching)


def _compared(holds: Compare, _shapes: Facts, value: Value) -> Check:
    """Return a check of each value: `holds` is called with it and with the bound, which is the parameter's value."""
    return _each(lambda node: _in_order(holds, node, value))


def _in_order(holds: Compare, left: Term, right: Term) -> bool:
    """Return whether two literals compare as `holds` requires.

    False for literals that cannot be compared (SHACL, 4.3 and 4.5).
    """
    one, other = value_of(left), value_of(right)
    try:
        return one is not None and other is not None and bool(holds(one, other))
    except (TypeError, ArithmeticError):  # NaN is in no order
        return False


def _joined(join: Callable[[set[Number], Collection[Number]], set[Number]], _shapes: Facts, value: Value) -> Check:
    """Return a check against another property of the focus node, which the parameter names.

    `join` makes the set of faults from the values of both properties.
    """
    other = ox.NamedNode(text(value))
    return Check(lambda data, focus, values: join(set(values), data.index(other).get(focus, ())))


def _in(shapes: Facts, value: Value) -> Check:
    allowed = tuple(shapes.items(value))
    return of_values(lambda data, values: values.intersection(map(data.number, allowed)))


def _language_in(shapes: Facts, value: Value) -> Check:
    ranges = tuple(text(each).lower() for each in shapes.items(value))

    def matches(node: Term) -> bool:
        language = (node.language or "").lower() if isinstance(node, ox.Literal) else ""
        return any(language == each or language.startswith(f"{each}-") for each in ranges)

    return _each(matches)


MAKERS: dict[str, Callable[[Facts, Value], Check]] = {
    "class": lambda _, value: of_values(lambda data, values: values.intersection(data.members(value))),
    "datatype": lambda _, value: _each(lambda node: fits(node, text(value))),
    "nodeKind": _node_kind,
    "minCount": partial(_count, operator.ge),
    "maxCount": partial(_count, operator.le),
    "pattern": _pattern,
    "minInclusive": partial(_compared, operator.ge),
    "minExclusive": partial(_compared, operator.gt),
    "maxInclusive": partial(_compared, operator.le),
    "maxExclusive": partial(_compared, operator.lt),
    "equals": partial(_joined, set.symmetric_difference),
    "disjoint": partial(_joined, set.intersection),
    "hasValue": lambda _, value: Check(lambda data, _, values: () if data.number(value) in values else (None,)),
    "in": _in,
    "languageIn": _language_in,
}
"""Functions that make the check of a parameter, by its local name, from the graph of shapes and its value."""
