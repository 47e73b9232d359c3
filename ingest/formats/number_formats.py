"""Format a number as a spreadsheet displays it under a number format code.

`0.9` under `0%` is displayed as 90%, and `12` under `0"万元"` as 12万元. The displayed text, with unit and sign, is the
value that was filed. Format codes are a small language (ECMA-376 part 1, 18.8.31). Fractions, exponents and other codes
that filings do not need are displayed as under the code General.
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
_SIGNIFICANT = ".15g"  # a float holds 15 significant decimal digits exactly
_LONGEST = 255  # characters: a longer format code is not parsed, and counts as General
_PRECISION = 2_000  # digits: enough for the largest float under the longest code


class _Token(NamedTuple):
    kind: str  # one of literal, digit, point, comma, percent
    text: str


class _Section(NamedTuple):
    condition: tuple[str, Decimal] | None
    tokens: tuple[_Token, ...] | None  # None: displayed as under General


def displayed(value: float, code: str) -> str:
    """Return the text of `value` (an int or a finite float) under the number format `code`."""
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
    """Return the token of a format code that a match of the tokens' pattern has found.

    A token with an empty text displays nothing. Returns None for a code that is not supported; numbers are then
    displayed as under General.
    """
    if found["digit"]:
        return _Token("digit", found["digit"])
    other = found["other"]
    if other is None:
        return _Token("literal", found["quoted"] or found["escaped"] or found["currency"] or "")
    if len(other) > 1 or other in "/@":
        return None
    return _Token({".": "point", ",": "comma", "%": "percent"}.get(other, "literal"), other)


def _chosen(sections: Sequence[_Section], number: Decimal) -> tuple[_Section | None, Decimal]:
    """Return the section of a format code for a number, and the number to format with it.

    A code without conditions has sections for positive numbers, negative ones and zero. The section for negative
    numbers writes its own sign, so the number is returned without one.
    """
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
    """Return the text of the digits before the decimal point, with the literals between them.

    Each placeholder takes one digit from the right; the first takes all digits that remain. `places` are the positions
    of the placeholders among the tokens; `grouped` puts commas between thousands.
    """
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
    """Return the text of the decimal point and the digits after it, followed by the literals.

    Trailing zeros are left out unless their placeholder is `0`.
    """
    asked = [token.text for token in tokens if token.kind == "digit"]
    while digits and digits[-1] == "0" and asked[len(digits) - 1] != "0":
        digits = digits[:-1]
    literals = "".join(token.text for token in tokens if token.kind in {"literal", "percent"})
    return (f".{digits}" if digits else "") + literals
