"""Join cells that a page or line break divided, and find out if a text is the rest of the cell above.

A name alone below a complete row is the rest of that row's name, or an indicator without a target. It is joined if the
file surely breaks other names over rows, and none of its other indicators lacks a target.
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
_SHORTEST_NAME, _LONGEST_REST = 3, 7  # characters of a name, and of the rest of a name
_WHOLE_NAME = 5  # characters of a name that is surely complete
_BEGINS_WITHIN = TABLE.pattern("begins_within")
_LONGEST_SCRAP = 2
_LEVEL_END = TABLE.text("level_end")
_MANY = 3  # names alone below complete rows: without targets, some of them would be beside a level


def is_torn(text: str) -> bool:
    """Return whether a text has an unclosed bracket, or closes one that it did not open."""
    return folded(text).count("(") != folded(text).count(")")


def is_rest_of_name(name: str, rest: str) -> bool:
    """Return whether a text is the rest of an indicator's name, and not a name."""
    word = folded(rest)
    if is_torn(name) and not is_torn(name + rest):
        return True  # the rest closes the bracket
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
    """Return whether a text with a target of its own may be the rest of a name that is incomplete."""
    if reads_as_name(name):
        return False
    return len(folded(rest)) <= _SHORTEST_NAME or (
        reads_as_name(folded(name) + folded(rest)) and not reads_as_name(rest)
    )


def is_scrap(text: str) -> bool:
    """Return whether a text is too short for a line of its own and is no part of a level: 米, 月底."""
    word = folded(text)
    of_level = word in TABLE.words("fragments") or any(level.startswith(word) for level in level_labels())
    return len(word) <= _LONGEST_SCRAP and word.isalpha() and not of_level


def reads_as_name(text: str) -> bool:
    """Return whether a text ends as names of indicators do: 率, 数量, 满意度."""
    return _ends_of_names().fullmatch(folded(text)) is not None


def is_whole_name(text: str) -> bool:
    """Return whether a text is surely a complete name, neither cut short nor the rest of a name."""
    return len(folded(text)) >= _WHOLE_NAME and reads_as_name(text) and not _BEGINS_WITHIN.match(text)


def names_nothing(text: str) -> bool:
    """Return whether a text is no name: a line to be filled in, a sum, or the end of a level broken over lines."""
    word = folded(text)
    if _is_sum(text) or _is_end_of_level(word):
        return True
    return not _WORD.search(text) or word.endswith(":") or word in TABLE.words("fragments")


def _is_end_of_level(word: str) -> bool:
    """Return whether a word is the end of a level broken over lines: 意度指标, 响指标."""
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
    """Return the parts of a file; if the file breaks names over rows, names are joined with their rests."""
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
    """Return the indicators without neighbours that may be one row with both name and target broken."""
    odd = {n for n, pair in enumerate(pairwise(indicators)) if _may_be_one(*pair)}
    return tuple(each for n, each in enumerate(indicators) if not {n, n - 1} & odd)


def _may_be_one(upper: Indicator, lower: Indicator) -> bool:
    """Return whether a row may continue in the next: its name is incomplete, or the next target reads as none."""
    target = folded(lower.target.text) if lower.target and lower.target.value is None else ""
    unlike = target and not value("words").fullmatch(target) and target not in folded(lower.name.text)
    odd = unlike or len(folded(upper.name.text)) <= _SHORTEST_NAME
    same = (upper.level1, upper.level2) == (lower.level1, lower.level2) and lower.name.line == upper.name.line + 1
    return bool(odd) and same and not reads_as_name(upper.name.text)
