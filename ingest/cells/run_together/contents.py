"""Say what it costs to take a text for a cell in a column, by the meaning of the column and the shape of the text.

Costs are in `roles/decoding.toml`. What no cell of a column can be costs infinitely much.
"""

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from math import inf

from jixiao.ingest.cells.run_together.lattice import BLANK
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.executions import MOST_POINTS
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.values.amounts import NUMBER
from jixiao.ingest.values.targets import AFTER, SIGNS, parse
from jixiao.ontology.schemes import level1_labels, level2_labels, level_labels
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.roles", "decoding.toml")
COSTS: Mapping[str, float] = WORDING.tables["costs"]
LONGEST = {"level1": 18, "level2": 18, "name": 120, "target": 60, "unit": 8, "operator": 6, "weight": 8, "direction": 6}
"""Most characters of a cell by the meaning of its column."""
NESTED = "nested"
"""Beside meanings of columns: known first levels stand below others, in the column of second levels."""
LONGEST_FREE = 120
"""Most characters of a cell in any other column."""

_SHAPES = CELLS.tables["patterns"]
_UNITS = _SHAPES["units"]
_UNIT = rf"(?:[(]?(?:{_UNITS}){_SHAPES['no_unit_end']}(?:/[\u4e00-\u9fff])?[)]?)?"
_FIGURE = (
    rf"{_SHAPES['reached']}(?:{SIGNS}|{_SHAPES['misread_sign']})?(?:{NUMBER}){_UNIT}"
    rf"(?:{_SHAPES['to']}{NUMBER}(?:{_UNITS})?)?(?:{AFTER})?"
)
_DATE, _WORDS, _LED = _SHAPES["date_of_target"], _SHAPES["words"], WORDING.text("led_as_name")
VALUE = re.compile(
    rf"{_DATE}|{_FIGURE}|(?:{WORDING.text('led')}|{_LED})?(?:{_WORDS})|{WORDING.text('each')}(?:{_DATE}|{_FIGURE})"
)
"""A target in a usual form: a date, a figure with its sign and unit, or one of the known words."""
KNOWN = {
    **dict.fromkeys(("operator", "direction"), re.compile(rf"{SIGNS}|{_SHAPES['direction']}")),
    "unit": re.compile(rf"(?:{_UNITS})"),
    "weight": re.compile(_SHAPES["weight"]),
    "further": re.compile(rf"{_SHAPES['further']}|{_SHAPES['explained']}"),
}
"""The usual texts of columns besides levels, names and targets, by the meaning of the column."""
_POINTS = re.compile(rf"(?P<points>(?:[1-9]\d{{0,2}}|0)(?:\.\d{{1,2}})?)(?:{_SHAPES['points_word']}|%)?")
_SIGN = re.compile(rf"(?:{SIGNS})\d")
# Cells that run together: a figure before one with a sign or of its unit, or a unit before a figure.
_TOGETHER = re.compile(rf"%\d|^(?:{_UNITS})\d|\d(?:{_UNITS})?[≥≤<>=]|\d(?P<unit>{_UNITS})\d[\d.,]*(?P=unit)")
_ENDS_IN_UNIT = re.compile(rf".*(?:{_UNITS})")
_ENDS_IN_LED = re.compile(rf".*(?:{_LED})")
_INSIDE = re.compile(rf"(?:{SIGNS})\d|\d(?:{_UNITS})(?=[\u4e00-\u9fff]{{3}})")
_HEADINGS = frozenset({*columns.LEVELS, "name", "target"})
_SHORTEST_NAME = 2
_LONGEST_UNIT = 6
_REPEATED = 4  # characters of a name that stand in it twice


def cost(meaning: str | None, text: str, beside: frozenset[str]) -> float:
    """Return the cost of a text in a column with this meaning; `beside` are meanings of other columns.

    Columns of unknown meaning take any text, at a cost.
    """
    if text == BLANK:
        return COSTS["no_name" if meaning == "name" else "blank_cell"]
    word = bare(text) if len(text) <= LONGEST["level1"] else text
    if (
        meaning == "group"
        or len(text) > LONGEST.get(meaning or "", LONGEST_FREE)
        or BLANK in text
        or (word in labels().groups and word not in labels().levels)
        or WORDING.pattern("row_number").search(text, meaning == "name")
        or CELLS.pattern("fills_row").fullmatch(text)
    ):
        return inf
    if meaning in columns.LEVELS:
        return _level(str(meaning), word, text, beside)
    if (
        not word
        or labels().columns.get(word) in _HEADINGS
        or (word in level_labels() and CELLS.pattern("level_end").fullmatch(word))
    ):
        return inf
    return _OF_COLUMN.get(meaning or "", _free)(text, beside) + COSTS["character"] * len(text)


def _level(meaning: str, word: str, text: str, beside: Collection[str]) -> float:
    weight = CELLS.pattern("weight_of_level").match(text)
    if weight and weight[0]:  # of the level before
        return inf
    if any(map(str.isdigit, word)):
        return inf
    is_other = columns.is_first_level(word) if meaning == "level2" else columns.is_second_level(word)
    if is_other and "level2" in beside and NESTED not in beside:
        return inf
    own, other = (level1_labels(), level2_labels()) if meaning == "level1" else (level2_labels(), level1_labels())
    if word in level_labels() or word in labels().levels:
        is_other = "level2" in beside and word in other and (meaning == "level1" or word not in own)
        return COSTS["level"] + COSTS["level_unsure"] * sum([is_other, meaning == "level1" and NESTED in beside])
    return COSTS["level_unsure"] if columns.reads_as_level(text) else inf


def may_stand_over(text: str) -> bool:
    """Return whether a text may be an unknown first level above a second one: it is short and has no digit."""
    return len(text) <= LONGEST["level1"] and BLANK not in text and not any(map(str.isdigit, text))


def beside(meaning: str, text: str, other: str) -> float:
    """Return the cost of a result beside its target, or of a score beside its weight (`text`, of a `meaning`)."""
    if BLANK in {text, other}:
        return 0.0
    if meaning == "weight":
        most, points = points_of(text), points_of(other)
        full = COSTS["unit"] if points == most else 0.0
        return inf if most is None or points is None or points > most else full
    one, two = parse(text), parse(other)
    is_alike = text == other or (one.unit is not None and one.unit == two.unit)
    return COSTS["unit"] * sum([is_alike, text == other and one.unit is not None])


def points_of(text: str) -> Decimal | None:
    """Return the number of points, or of per cent, that a text states, at most a hundred; None for any other text."""
    found = _POINTS.fullmatch(text)
    points = Decimal(found["points"]) if found else None
    return points if points is not None and points <= MOST_POINTS else None


def _score(text: str, _: Collection[str]) -> float:
    return inf if points_of(text) is None else COSTS["known"]


def _achieved(text: str, beside: frozenset[str]) -> float:
    return COSTS["value"] if CELLS.pattern("achieved").fullmatch(text) else _target(text, beside)


def _name(text: str, beside: frozenset[str]) -> float:
    is_none = WORDING.pattern("no_name_begins").match(text) or WORDING.pattern("no_name_ends").match(text[-1])
    if is_none or len(text) < _SHORTEST_NAME or not columns.suits("name", text, beside) or _is_twice(text):
        return inf
    odd = (
        text[0].isdigit(),
        _INSIDE.search(text) is not None,
        text.count("(") != text.count(")"),
        "。" in text[:-1],
        WORDING.pattern("adverb").fullmatch(text) is not None,
        CELLS.pattern("level_end").fullmatch(text) is not None,
    )
    holds = (
        any(level in text for level in _LONG_LEVELS),
        any(text[n : n + _REPEATED] in text[n + _REPEATED :] for n in range(len(text) - 2 * _REPEATED + 1)),
        WORDING.pattern("kind_of_target").fullmatch(text) is not None,
    )
    ends = columns.reads_as_name(text) and not _ENDS_IN_LED.fullmatch(text)
    own = COSTS["name"] + (COSTS["name_ends"] if ends else 0)
    return own + COSTS["odd"] * sum(odd) + COSTS["name_holds"] * sum(holds)


_LONG_LEVELS = frozenset(filter(CELLS.pattern("level_end").fullmatch, level_labels()))


def _target(text: str, beside: frozenset[str]) -> float:
    if not columns.suits("target", text, beside) or _is_twice(text) or _TOGETHER.search(text):
        return inf
    if VALUE.fullmatch(text):
        if "score" in beside and "unit" not in beside and text.replace(".", "").isdigit():
            return COSTS["bare"]
        return COSTS["value"] + (COSTS["unit"] if _ENDS_IN_UNIT.fullmatch(text) else 0)
    if parse(text).value is not None:
        return COSTS["odd"] if _SIGN.search(text, 1) else 0
    return COSTS["words"] + COSTS["odd"] * sum((columns.reads_as_name(text), text.count("(") != text.count(")")))


def _is_twice(text: str) -> bool:
    """Return whether a text is the same text twice, as two columns print it."""
    half = len(text) // 2
    return half > 1 and text[:half] * 2 == text


def _unit(text: str, _: Collection[str]) -> float:
    if KNOWN["unit"].fullmatch(text):
        return COSTS["known"]
    return 0.0 if len(text) <= _LONGEST_UNIT and not any(map(str.isdigit, text)) else inf


def _of_pattern(meaning: str) -> Callable[[str, Collection[str]], float]:
    return lambda text, _: COSTS["known"] if KNOWN[meaning].fullmatch(text) else inf


def _free(text: str, _: Collection[str]) -> float:
    if KNOWN["operator"].fullmatch(text) or KNOWN["further"].fullmatch(text):
        return COSTS["known"]
    if WORDING.pattern("no_remark_begins").match(text):
        return inf
    holds = any(level in text for level in _LONG_LEVELS)
    odd = (COSTS["name_holds"] if holds else 0) + (COSTS["odd"] if _INSIDE.search(text) else 0)
    unlike = (columns.reads_as_name(text), parse(text).value is not None or VALUE.fullmatch(text) is not None)
    return COSTS["free"] + COSTS["words"] * sum(unlike) + odd


def _reason(text: str, beside: frozenset[str]) -> float:
    if not columns.suits("reason", text, beside):
        return inf
    return _free(text, beside) - COSTS["free"] - (COSTS["words"] if columns.reads_as_name(text) else 0)


_OF_COLUMN = {
    "name": _name,
    **dict.fromkeys(("target", "longTerm"), _target),
    "achieved": _achieved,
    "score": _score,
    "reason": _reason,
    "unit": _unit,
    **{meaning: _of_pattern(meaning) for meaning in ("operator", "direction", "weight")},
}
