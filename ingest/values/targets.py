"""Parse the printed target of an indicator into operator, decimal, unit and qualifier, so that targets can be compared.

`>=90%`, `≥90.00(%)`, `约80批次`, `2-4小时`, `100%（2022年12月底前）` are parsed; a target in words, or with several
figures, stays text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jixiao.ingest.values.amounts import NUMBER, decimal, two_figures
from jixiao.ingest.values.plain import folded

# Local names of the operators in the ontology; the longest sign is tried first.
_SIGNS = {
    "ge": ">= ≥ ≧ ⩾ => 》= 〉= ›= »= 》≥ ≮ 不低于 不少于 不小于 大于等于 大于或等于 高于或等于 至少 最低",
    "le": "<= ≤ ≦ ⩽ =< 《= 〈= ‹= «= ≯ 不超过 不高于 不大于 不多于 小于等于 小于或等于 控制在 至多 最多 最高",
    "gt": "> 》 〉 › 大于 超过 高于 多于",
    "lt": "< 《 〈 ‹ 小于 低于 少于",
    "approx": "约 大约 ≈ 约为 近",
    "eq": "= == 等于",
}
_BY_SIGN = {sign: name for name, signs in _SIGNS.items() for sign in signs.split()}
_AFTER = {
    "以上": "ge",
    "及以上": "ge",
    "(含)以上": "ge",
    "以下": "le",
    "及以下": "le",
    "以内": "le",
    "之内": "le",
    "内": "le",
    "左右": "approx",
}


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


SIGNS, AFTER = any_of(_BY_SIGN), any_of(_AFTER)
"""Patterns of the words and signs before and after a figure that make the figure a bound."""
_UNIT = r"[^\d()\[\],，;；。、:=<>≥≤~—–-]{0,8}?"
_TARGET = re.compile(
    rf"(?P<sign>{SIGNS})?(?:达到|达)?(?P<value>-?(?:{NUMBER}))"
    rf"(?:(?P<unit1>{_UNIT})(?:-|~|—|–|至|到)(?P<upper>{NUMBER}))?"
    rf"(?P<unit>{_UNIT})(?P<after>{AFTER})?(?P<rest>[(\[,，;；].*)?"
)
_NO_UNIT = re.compile(r"月(?!/)|日(?!/)|号|年(?:度|底|初|前|内|末)|A+级|.*(?:完成|达到|增长|提升|以前|底前)")
# Months and telephones: 2025.01-2025.12, 0912-3456789.
_NO_RANGE = re.compile(r"(?:19|20)\d\d[.年/]\d{1,2}月?.*|0\d{2,3}[-—–]\d{6,8}")
_YEAR = re.compile(r"(?:19|20)\d\d")
# With a range, these operators would state two bounds at once: 不少于2-3次.
_ONE_SIDED = frozenset({"ge", "le", "gt", "lt"})


@dataclass(frozen=True)
class Target:
    """A target as printed and as compared; all fields but `text` are None for a target in words.

    `operator` is a local name (ge, le, gt, lt, approx, between, eq), or None for a bare figure; `upper` belongs to
    between.
    """

    text: str
    operator: str | None = None
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    qualifier: str | None = None


def is_sign(text: str) -> bool:
    """Return whether the text is an operator alone, as in a column of operators."""
    return folded(text) in _BY_SIGN


def parse(text: str) -> Target:
    """Parse the target that `text` states; never raises."""
    printed = text.strip()
    words = folded(printed)
    if words.startswith("(") and words.endswith(")") and words.count("(") == 1:
        words = words[1:-1]
    found = None if _NO_RANGE.fullmatch(words) else _TARGET.fullmatch(words)
    if not found or two_figures(printed) or _is_no_quantity(found):
        return Target(printed)
    unit, qualifier = _unit_and_qualifier(found["unit"], found["rest"])
    if qualifier is not None and found["rest"][0] not in "([" and re.search(r"\d", qualifier):
        return Target(printed)
    operator = _BY_SIGN.get(found["sign"] or "") or _AFTER.get(found["after"] or "")
    if found["upper"] and operator in _ONE_SIDED:
        return Target(printed)
    if found["upper"]:
        upper = decimal(found["upper"])
        return Target(printed, "between", decimal(found["value"]), upper, unit or found["unit1"] or None, qualifier)
    return Target(printed, operator, decimal(found["value"]), None, unit, qualifier)


def _is_no_quantity(found: re.Match[str]) -> bool:
    """Return whether the figure is a date, a span of years, or part of a word."""
    year = found["unit"].startswith("年") and _YEAR.fullmatch(found["upper"] or found["value"])
    years = not found["unit"] and found["upper"] and _YEAR.fullmatch(found["value"]) and _YEAR.fullmatch(found["upper"])
    return bool(year or years or _NO_UNIT.match(found["unit"]))


def _unit_and_qualifier(unit: str, rest: str | None) -> tuple[str | None, str | None]:
    """Split the text after the figure: `(%)` is a unit, `(2022年12月底前)` a qualifier."""
    if not rest:
        return unit or None, None
    bracket = re.fullmatch(r"[(\[](.*)[)\]]", rest)
    inner = bracket.group(1) if bracket else rest[1:]
    if bracket and not unit and re.fullmatch(r"[^\d()前后底每内]{1,8}", inner):
        return inner, None
    return unit or None, inner or None
