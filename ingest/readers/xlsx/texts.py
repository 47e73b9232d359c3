"""Write the text of a cell as a workbook displays it: number formats, fonts, and runs of text with fonts of their own.

A run with a font of its own takes nothing from the font of its cell (ECMA-376 part 1, section 18.4).

The text displayed of a number, with unit and sign, is the value that was filed: `0.9` under `0%` is 90%, and `12` under
`0"万元"` is 12万元. Format codes are a small language (section 18.8.31). Fractions, exponents and other codes that
filings do not need are displayed as under the code General.
"""

import operator
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from typing import NamedTuple

from jixiao.ingest.formats.rendering import WORDING, Shown
from jixiao.ingest.readers.xlsx.workbook import PLAIN, Cell, Pieces
from jixiao.ingest.recognition import UNREAD
from jixiao.ontology.text.decimals import digits

_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|!.|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<unsupported>General|[Ee][+-]|[/@])|(?P<literal>.)",
    re.DOTALL | re.IGNORECASE,
)
_COMPARE = {
    **{"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge},
    **{"=": operator.eq, "<>": operator.ne},
}
_SIGNIFICANT = ".15g"  # a float holds 15 significant decimal digits exactly
_LONGEST = 255  # characters: a longer format code is not parsed, and counts as General
_PRECISION = 2_000  # digits: enough for the largest float under the longest code


_Token = tuple[str, str]
"""The name of a group of the tokens' pattern, and the text that it matches."""


class Texts:
    """A writer of the texts of cells, which counts what it leaves out."""

    def __init__(self) -> None:
        self.shown = Shown()

    def of(self, cell: Cell, *, may_be_backed: bool) -> str:
        """Return a cell's displayed text; for a formula without a stored value, return the formula itself.

        White text counts as not seen, unless its cell has a background or `may_be_backed` is true: something else in
        the sheet may give one.
        """
        value, style = cell.value, cell.style
        is_hidden = isinstance(value, tuple | str) and hides_text(style.code)
        if not (isinstance(value, tuple) or is_hidden or style.look != PLAIN):
            return _text(cell)
        pieces: Pieces = value if isinstance(value, tuple) else ((_text(cell), None),)
        runs = []
        for text, own_look in pieces:
            look = own_look or style.look
            unseen = is_hidden or (look.unseen and style.bare and not may_be_backed)
            runs.append(look._replace(text=text, unseen=unseen))
        return self.shown.text(runs)


def _text(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return cell.formula
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return displayed(value, cell.style.code)
    return _moment(value) if isinstance(value, date | time | timedelta) else str(value)


def _moment(value: date | time | timedelta) -> str:
    """Format a date as in ISO 8601, with hours and minutes unless the time is midnight.

    A value without a date (a time or a duration) is returned as Python writes it.
    """
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Section(NamedTuple):
    """A section of a number format: the condition for its numbers, as sign and bound, or None, and its tokens.

    `tokens` is None if the section displays numbers as under the code General. `red` is true if it shows them in red.
    """

    condition: tuple[str, Decimal] | None
    tokens: tuple[_Token, ...] | None
    red: bool

    def holds(self, number: Decimal) -> bool:
        """Return whether a number fulfils the condition of the section; without a condition, any number does."""
        return self.condition is None or _COMPARE[self.condition[0]](number, self.condition[1])


def displayed(value: float, code: str) -> str:
    """Return the text of `value` (an int or a finite float) under the number format `code`.

    A negative number that is only red has its sign in the text. One that is displayed like a positive number begins
    with the character UNREAD, since a reader of the sheet would take it for another number.
    """
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, _SIGNIFICANT))
    section, bare = _chosen(_sections(code), number) if len(code) <= _LONGEST else (None, number)
    if section is None or section.tokens is None:
        return digits(number)
    with localcontext(prec=_PRECISION):
        shown = _written(section.tokens, bare).strip()
    if bare == number or WORDING.patterns.signed.match(shown) or (shown and not re.search("[1-9]", shown)):
        return shown
    return f"{'-' if section.red else UNREAD}{shown}"


def hides_text(code: str) -> bool:
    """Return whether a number format displays no texts: its fourth section, which is for texts, is empty."""
    sections = _sections(code) if code.count(";") >= 3 and len(code) <= _LONGEST else ()
    return len(sections) > 3 and sections[3].tokens == ()


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    return tuple(_section(found) for found in _SECTIONS.findall(code)[: code.count(";") + 1])


def _section(code: str) -> _Section:
    tokens = [(kind, found[kind]) for found in _TOKENS.finditer(code) if (kind := found.lastgroup)]
    stated = [
        found
        for kind, text in tokens
        if kind == "bracket" and (found := re.fullmatch(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)", text))
    ]
    condition = (stated[-1][1], Decimal(stated[-1][2])) if stated else None
    supported = all(kind != "unsupported" for kind, _ in tokens)
    red = any(kind == "bracket" and WORDING.patterns.red.fullmatch(text) for kind, text in tokens)
    return _Section(condition, tuple(token for token in tokens if token[0] != "bracket") if supported else None, red)


def _chosen(sections: Sequence[_Section], number: Decimal) -> tuple[_Section | None, Decimal]:
    """Return the section of a format code for a number, and the number to format with it.

    A code without conditions has sections for positive numbers, negative ones and zero. The section for negative
    numbers writes its own sign, so the number is returned without one.
    """
    if any(section.condition for section in sections):
        return next((section for section in sections[:3] if section.holds(number)), None), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return (sections[0] if sections else None), number


def _written(tokens: Sequence[_Token], number: Decimal) -> str:
    """Return a number in the tokens of a section: commas after the last digit divide by 1000, others group digits."""
    kinds = [kind for kind, _ in tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    last = max((index for index, kind in enumerate(kinds[:point]) if kind == "digit"), default=point)
    scaled = abs(number).scaleb(2 * kinds.count("percent") - 3 * kinds[last:].count("comma"))
    rounded = scaled.quantize(Decimal(1).scaleb(-kinds[point:].count("digit")), ROUND_HALF_UP)
    before, _, after = format(rounded, "f").partition(".")
    sign = "-" if number < 0 and rounded else ""
    whole = _whole(tokens[:point], before, grouped="comma" in kinds[:last])
    return sign + whole + _part(tokens[point + 1 :], after)


def _whole(tokens: Sequence[_Token], digits: str, *, grouped: bool) -> str:
    """Return the text of the digits before the decimal point, with the literals between them.

    Each placeholder takes one digit from the right; the first takes all digits that remain. `grouped` puts commas
    between thousands.
    """
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "digit"]
    least = sum(tokens[index][1] == "0" for index in places)
    rest = digits.lstrip("0").rjust(least, "0")
    if grouped and rest:
        rest, places = format(int(rest), ",").rjust(least, "0"), places[:1]
    shown = dict(zip(reversed(places[1:]), reversed(rest), strict=False))
    shown |= {place: rest[: len(rest) - len(shown)] for place in places[:1]}
    return "".join(
        shown.get(index, "") if kind in ("digit", "comma") else text for index, (kind, text) in enumerate(tokens)
    )


def _part(tokens: Sequence[_Token], digits: str) -> str:
    """Return the text of the decimal point and the digits after it, followed by the literals.

    Trailing zeros are left out unless their placeholder is `0`.
    """
    pairs = zip(digits, (text for kind, text in tokens if kind == "digit"), strict=True)
    kept = max((place for place, pair in enumerate(pairs, 1) if pair[0] != "0" or pair[1] == "0"), default=0)
    literals = "".join(text for kind, text in tokens if kind not in {"digit", "point", "comma"})
    return (f".{digits[:kept]}" if kept else "") + literals
