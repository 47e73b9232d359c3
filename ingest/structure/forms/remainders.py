"""Join cells that a page or a line has broken, and tell whether a text is the rest of the cell above.

A name alone below a complete row is its rest, or an indicator without a target. A file whose names surely go on below
elsewhere, and in which no other indicator lacks its target, breaks its names over rows.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from jixiao.ingest.model import INDICATORS_LOST, Form, Indicator, Narrative
from jixiao.ingest.roles.wording import data, value
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import parse
from jixiao.ontology.schemes import level_labels

_WORD = re.compile(r"\w")
_SHORTEST_NAME, _LONGEST_REST = 3, 7  # characters of a name, and of the rest of one
_WHOLE_NAME = 5  # characters of a name that is surely whole
_BEGINS_WITHIN = TABLE.pattern("begins_within")
_LONGEST_SCRAP = 2
_LEVEL_END = TABLE.text("level_end")
_MANY = 3  # names alone below complete rows: if they had no targets, some would stand beside a level


def is_torn(text: str) -> bool:
    """Return whether a bracket is open at the end of a text, or closed that was not opened."""
    return folded(text).count("(") != folded(text).count(")")


def is_rest_of_name(name: str, rest: str) -> bool:
    """Return whether a text is the rest of an indicator's name, and no name of its own."""
    word = folded(rest)
    if is_torn(name) and not is_torn(name + rest):
        return True  # it closes the bracket
    if not _WORD.search(word) or parse(word).value is not None:
        return False
    ends = _ends_of_names()
    if len(word) <= _SHORTEST_NAME or ends.fullmatch(folded(name)):
        return len(word) <= _SHORTEST_NAME
    is_name = ends.fullmatch(word) is not None
    whole = ends.fullmatch(folded(name) + word) is not None
    if len(folded(name)) <= _SHORTEST_NAME:
        return whole
    return len(word) < _LONGEST_REST and (whole or not is_name)


def is_second_half(name: str, rest: str) -> bool:
    """Return whether a text with a target of its own may be the rest of a name that does not end as names do."""
    if reads_as_name(name):
        return False
    return len(folded(rest)) <= _SHORTEST_NAME or (
        reads_as_name(folded(name) + folded(rest)) and not reads_as_name(rest)
    )


def is_scrap(text: str) -> bool:
    """Return whether a text is too short to be a line of its own, and begins or ends no level: 米, 月底."""
    word = folded(text)
    of_level = word in TABLE.words("fragments") or any(level.startswith(word) for level in level_labels())
    return len(word) <= _LONGEST_SCRAP and word.isalpha() and not of_level


def reads_as_name(text: str) -> bool:
    """Return whether a text ends as names of indicators do."""
    return _ends_of_names().fullmatch(folded(text)) is not None


def is_whole_name(text: str) -> bool:
    """Return whether a text is surely a name of its own, neither the rest of one nor cut short."""
    return len(folded(text)) >= _WHOLE_NAME and reads_as_name(text) and not _BEGINS_WITHIN.match(text)


def names_nothing(text: str) -> bool:
    """Return whether a text is no name: a line to be filled in, a sum, or what a line's end has left of a level."""
    word = folded(text)
    if _is_sum(text) or _is_end_of_level(word):
        return True
    return not _WORD.search(text) or word.endswith(":") or word in TABLE.words("fragments")


def _is_end_of_level(word: str) -> bool:
    """Return whether a word is what the end of a line has left of a level: 意度指标, 响指标."""
    return word.endswith(_LEVEL_END) and word not in level_labels() and word in _ends_of_levels()


@cache
def _ends_of_levels() -> frozenset[str]:
    return frozenset(level[at:] for level in level_labels() for at in range(1, len(level)))


def _is_sum(text: str) -> bool:
    try:
        return amounts.stated(text, amounts.YUAN) is not None
    except ValueError:
        return False


@cache
def _ends_of_names() -> re.Pattern[str]:
    return re.compile(rf".+{data()['value']['names']}")


def joined(parts: Sequence[Narrative | Form]) -> list[Narrative | Form]:
    """Return the parts of a file, with names joined to their rests if the file breaks names over rows."""
    forms = [part for part in parts if isinstance(part, Form)]
    breaks = any(form.rests for form in forms) or sum(len(form.doubts) for form in forms) >= _MANY
    if not breaks or any(each.target is None for form in forms for each in form.indicators):
        return list(parts)
    return [_joined(part) if isinstance(part, Form) else part for part in parts]


def _joined(form: Form) -> Form:
    indicators = list(form.indicators)
    for doubt in reversed(form.doubts):
        indicators.insert(doubt.at, doubt.whole)
    kept = _without_two_broken_cells(indicators)
    lost = form.lost or len(kept) < len(indicators)
    withheld = tuple(each for each in form.withheld if each != INDICATORS_LOST)
    return replace(
        form, indicators=kept, doubts=(), lost=lost, withheld=(*withheld, *((INDICATORS_LOST,) if lost else ()))
    )


def _without_two_broken_cells(indicators: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Return the indicators without two rows that may be one whose name and target are both broken."""
    odd = {n for n, pair in enumerate(pairwise(indicators)) if _may_be_one(*pair)}
    return tuple(each for n, each in enumerate(indicators) if not {n, n - 1} & odd)


def _may_be_one(upper: Indicator, lower: Indicator) -> bool:
    """Return whether a row may go on in the next one: a name that reads as none, a target that is no figure or word."""
    target = folded(lower.target.text) if lower.target and lower.target.value is None else ""
    unlike = target and not value("words").fullmatch(target) and target not in folded(lower.name.text)
    odd = unlike or len(folded(upper.name.text)) <= _SHORTEST_NAME
    same = (upper.level1, upper.level2) == (lower.level1, lower.level2) and lower.name.line == upper.name.line + 1
    return bool(odd) and same and not reads_as_name(upper.name.text)
