"""Parse the printed target of an indicator into operator, decimal, unit and qualifier, so that targets can be compared.

`>=90%`, `≥90.00(%)`, `约80批次`, `2-4小时`, `100%（2022年12月底前）` are parsed; a target in words, or with several
figures, stays text.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.values.amounts import UNITS, WORDING, decimal, figured, two_figures
from jixiao.ontology.numerals import NUMERALS
from jixiao.ontology.text.spreadsheets import without_guard

# Local names of the operators in the ontology, by the words and signs before and after a figure.
_BY_SIGN, _AFTER = WORDING.meanings("signs"), WORDING.meanings("bounds")
SIGNS, AFTER = WORDING.text("signs"), WORDING.text("bounds")
"""Patterns of the words and signs before and after a figure that make the figure a bound."""
_RE = WORDING.patterns
_ENDS = "。.．;；,，、､｡ "
_NUMERAL = re.compile(f"[{NUMERALS}]")
_YEAR = re.compile(r"(?:19|20)\d\d")
# A range with one of these operators would have two bounds on one side: 不少于2-3次.
_ONE_SIDED = frozenset({"ge", "le", "gt", "lt"})


@dataclass(frozen=True)
class Target:
    """A target as printed and as compared; all fields but `text` are None for a target in words.

    `operator` is the local name of a comparison (ge, le, gt, lt, approx, between, eq), or None for a bare figure;
    `upper` is the upper bound of between. `qualifier` is the text after figure and unit, such as a date in brackets.
    """

    text: str
    operator: str | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    qualifier: str | None = None


def is_sign(text: str) -> bool:
    """Return whether the text is an operator alone, as in a column of operators."""
    return figured(text) in _BY_SIGN


def parse(text: str) -> Target:
    """Return the target in a cell's text; if it cannot be compared, a target with its text alone. Never raises."""
    printed = without_guard(text.strip())
    has_figure = _NUMERAL.search(printed) or any(map(str.isnumeric, printed))
    words = figured(printed.rstrip(_ENDS)) if has_figure else ""  # without a mark that ends the cell's sentence
    words = _RE.lost_le.sub(lambda found: "£" if found["unit"] in UNITS else "≤", words)
    found = None if _RE.no_range.fullmatch(words) else _RE.target.fullmatch(words)
    if not found or UNREAD in printed or two_figures(printed) or _is_no_quantity(found):
        return Target(printed)
    unit, qualifier = _unit_and_qualifier(found["unit"], found["rest"])
    if qualifier is not None and found["rest"][0] not in "([" and re.search(r"\d", qualifier):
        return Target(printed)
    operator = _BY_SIGN.get(found["sign"] or "") or _AFTER.get(found["after"] or "")
    operator = operator or ("approx" if found["more"] else None)
    if found["among"] and not found["upper"]:
        return Target(printed)
    if found["upper"] and operator in _ONE_SIDED:
        return Target(printed)
    if found["upper"]:
        upper = decimal(found["upper"])
        return Target(printed, "between", decimal(found["value"]), upper, unit or found["unit1"] or None, qualifier)
    return Target(printed, operator, decimal(found["value"]), None, unit, qualifier)


def is_interval(text: str) -> bool:
    """Return whether a text is an interval, which may be half-open: its brackets need not be of one kind."""
    return _RE.interval.fullmatch(figured(text)) is not None


def _is_no_quantity(found: re.Match[str]) -> bool:
    """Return whether the figure in a match is no quantity, but a date, a span of years, or part of a word."""
    year = _RE.of_a_year.match(found["unit"]) and _YEAR.fullmatch(found["upper"] or found["value"])
    years = not found["unit"] and found["upper"] and _YEAR.fullmatch(found["value"]) and _YEAR.fullmatch(found["upper"])
    return bool(year or years or _RE.no_unit.match(found["unit"]))


def _unit_and_qualifier(unit: str, rest: str | None) -> tuple[str | None, str | None]:
    """Return the unit and the qualifier of a target, each None if there is none.

    `unit` is the text directly after the figure, and `rest` the text after that, mostly in brackets: `(%)` is a unit,
    `(2022年12月底前)` a qualifier.
    """
    if not rest:
        return unit or None, None
    bracket = re.fullmatch(r"[(\[](.*)[)\]]", rest)
    inner = bracket.group(1) if bracket else rest[1:]
    if bracket and not unit and _RE.unit_in_brackets.fullmatch(inner):
        return inner, None
    return unit or None, inner or None
