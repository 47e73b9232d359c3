"""Format a number as a spreadsheet shows it under a format code.

`0.9` under `0%` reads 90%, `12` under `0"万元"` reads 12万元: the printed text, with unit and sign, is the filed value.
Formats are a small language (ECMA-376 part 1, 18.8.31), so they have a module of their own. Fractions, exponents and
other formats that no filing needs are shown as in the format General.
"""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import NamedTuple

from jixiao.ontology.text.decimals import digits

_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digit>[0#?])|(?P<other>General|[Ee][+-]|.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)")
_SIGNIFICANT = ".15g"  # digits that a double holds for sure
_LONGEST = 255  # characters of a format
_PRECISION = 2_000  # digits: enough for the largest double under the longest format


class _Token(NamedTuple):
    kind: str  # literal, digit, point, comma or percent
    text: str


class _Section(NamedTuple):
    condition: tuple[str, Decimal] | None
    tokens: tuple[_Token, ...] | None  # None: General


def displayed(value: float, code: str) -> str:
    """Return the text of `value` (an int or a finite float) under the format `code`."""
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, _SIGNIFICANT))
    section, bare = _chosen(_sections(code), number) if len(code) <= _LONGEST else (None, number)
    if section is None or section.tokens is None:
        return digits(number)
    with localcontext(prec=_PRECISION):
        return _written(section.tokens, bare).strip()


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    return tuple(_section(found) for found in _SECTIONS.findall(code)[: code.count(";") + 1])


def _section(code: str) -> _Section:
    condition: tuple[str, Decimal] | None = None
    tokens: list[_Token] | None = []
    for found in _TOKENS.finditer(code):
        if found["bracket"] and (stated := _CONDITION.fullmatch(found["bracket"])):
            condition = (stated[1], Decimal(stated[2]))
        token = _token(found)
        if token is None:
            return _Section(condition, None)
        if token.text and tokens is not None:
            tokens.append(token)
    return _Section(condition, tuple(tokens or ()))


def _token(found: re.Match[str]) -> _Token | None:
    """Return one token: its text is empty if nothing is shown; None if the section equals General."""
    if found["digit"]:
        return _Token("digit", found["digit"])
    other = found["other"]
    if other is None:
        return _Token("literal", found["quoted"] or found["escaped"] or found["currency"] or "")
    if len(other) > 1 or other in "/@":
        return None
    return _Token({".": "point", ",": "comma", "%": "percent"}.get(other, "literal"), other)


def _chosen(sections: Sequence[_Section], number: Decimal) -> tuple[_Section | None, Decimal]:
    """Return the section for a number, and the number without its sign if the section stands for that sign."""
    if any(section.condition for section in sections):
        return next((section for section in sections[:3] if _holds(section.condition, number)), None), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return (sections[0] if sections else None), number


def _holds(condition: tuple[str, Decimal] | None, number: Decimal) -> bool:
    if condition is None:
        return True
    sign, bound = condition
    return {
        "<": number < bound,
        "<=": number <= bound,
        ">": number > bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[sign]


def _written(tokens: tuple[_Token, ...], number: Decimal) -> str:
    kinds = [token.kind for token in tokens]
    point = kinds.index("point") if "point" in kinds else len(tokens)
    whole, part = tokens[:point], tokens[point + 1 :]
    places = [index for index, token in enumerate(whole) if token.kind == "digit"]
    last = places[-1] if places else -1
    thousands = sum(1 for token in whole[last + 1 :] if token.kind == "comma") if places else 0
    thousands += sum(1 for token in part if token.kind == "comma")
    grouped = any(token.kind == "comma" for token in whole[:last]) if places else False
    decimals = sum(1 for token in part if token.kind == "digit")
    scaled = abs(number).scaleb(2 * kinds.count("percent") - 3 * thousands)
    rounded = scaled.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    before, _, after = format(rounded, "f").partition(".")
    sign = "-" if number < 0 and rounded else ""
    return sign + _whole(whole, places, before, grouped=grouped) + _part(part, after)


def _whole(tokens: Sequence[_Token], places: list[int], digits: str, *, grouped: bool) -> str:
    """Format the digits before the decimal point; the first placeholder takes all digits that are left."""
    least = sum(1 for index in places if tokens[index].text == "0")
    rest = digits.lstrip("0").rjust(least, "0")
    if grouped and rest:
        rest = format(int(rest), ",").rjust(least, "0")
        places = places[:1]
    shown: dict[int, str] = {}
    for index in reversed(places[1:]):
        rest, shown[index] = rest[:-1], rest[-1:]
    if places:
        shown[places[0]] = rest
    return "".join(
        shown.get(index, "") if token.kind == "digit" else "" if token.kind == "comma" else token.text
        for index, token in enumerate(tokens)
    )


def _part(tokens: Sequence[_Token], digits: str) -> str:
    """Format the digits after the decimal point, without final zeros that the format does not ask for."""
    asked = [token.text for token in tokens if token.kind == "digit"]
    while digits and digits[-1] == "0" and asked[len(digits) - 1] != "0":
        digits = digits[:-1]
    literals = "".join(token.text for token in tokens if token.kind in {"literal", "percent"})
    return (f".{digits}" if digits else "") + literals
