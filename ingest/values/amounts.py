"""Parse printed figures, money and quantities into decimals; money is in yuan.

A blank cell has no value, never 0. Text that is not a number raises ValueError, so that no guess is published. Patterns
read figures without footnote marks, and with numbers in words as digits.

A footnote mark is a circled, bracketed, raised or lowered figure (①, ⑴, ¹, ₁), a star, or a reference to a note ([1],
注1). Where a mark may be part of the figure (10³, 1①2, ³3000), the mark stays, so that no pattern of a figure matches.
So does a number in words that may be another number (三五个) or part of a name.
"""

import re
from decimal import Decimal
from functools import lru_cache

from jixiao.ingest.values.plain import CHARACTERS, MARKS, folded, plain, unnumbered
from jixiao.ontology import numerals
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.wording import Wording

_MARKS = Wording(
    "jixiao.ingest.values",
    "marks.toml",
    {name: CHARACTERS.text(name) for name in ("circled", "dotted", "raised", "lowered", "others", "signs")},
)
WORDING = Wording(
    "jixiao.ingest.values",
    "values.toml",
    {
        "marks": MARKS,
        "signs_of_notes": CHARACTERS.text("signs"),
        "typed_powers": CHARACTERS.text("typed_powers"),
        "number_words": numerals.NUMBER,
        "numeral_chars": numerals.NUMERALS,
    },
)
_RE = WORDING.patterns
_POWERS = CHARACTERS.meanings("typed_powers")
_SHARES = WORDING.meanings("shares")
_WHOLE, _DECIMAL_POINT = WORDING.text("whole"), WORDING.text("decimal_point")
_TWO_FIGURES = re.compile(r"\d\s+\d")
YUAN = Decimal(1)
UNITS = {unit: Decimal(yuan) for unit, yuan in WORDING.meanings("units").items()}
"""The yuan in each unit of money."""
LARGE = {unit: Decimal(number) for unit, number in WORDING.meanings("large").items()}
"""The numbers that 万 and 亿 stand for."""
NUMBER, UNIT, CURRENCY = (WORDING.text(name) for name in ("number", "unit", "currency"))
_SCALES = UNITS | LARGE
_BLANK = frozenset(WORDING.words("blanks"))


@lru_cache(maxsize=8192)  # several steps ask for the same cells
def figured(text: str) -> str:
    """Return folded text ready for patterns of figures.

    Footnote marks and numbering are removed, and numbers in words become digits.
    """
    words = _MARKS.patterns.leading.sub("", folded(unnumbered(text)).replace("−", "-"))
    while (shorter := _MARKS.patterns.note.sub("", words)) != words:
        words = shorter
    words = _RE.typed_power.sub(
        lambda unit: _POWERS[unit.group()], _RE.bare_point.sub("0.", _MARKS.patterns.within.sub("", words))
    )
    return _RE.percent.sub("%", _RE.in_words.sub(_in_digits, words))


def ends_in_figure(text: str) -> bool:
    """Return whether a text ends with a figure, in digits or words; a unit that follows belongs to this figure."""
    words = figured(text)
    return words[-1:].isdigit() or words.endswith(tuple(numerals.NUMERALS))


def two_figures(text: str) -> bool:
    """Return whether white space separates two figures: `100 200` must not be read as one number.

    The digits of one figure may be set apart (9 8 %), and groups of three by thin spaces.
    """
    shown = plain(text)
    together = _RE.apart.sub(lambda figure: "".join(figure.group().split()), _RE.thin.sub("", shown))
    return _TWO_FIGURES.search(shown) is not None and _TWO_FIGURES.search(together) is not None


def named(text: str) -> str:
    """Return a printed name without footnote marks after it; a text of such marks alone is returned as it is."""
    return _MARKS.patterns.named.sub("", text.rstrip()) or text


def _in_digits(found: re.Match[str]) -> str:
    """Return a matched number in words as digits, and a share (三成) as a rate; an ambiguous number as it is."""
    if found["tenths"]:
        half = numerals.number(found["half"]) if found["half"] else 0
        return f"{digits(numerals.number(found['tenths']) * 10 + half)}%"
    if found["count"]:
        # 三万人 is written like 3万人.
        large = found["count"][-1] if _RE.of_one_scale.fullmatch(found["count"]) else ""
        number = _decimal_in_digits(found["count"].removesuffix(large))
        return number + large if number else found.group()
    share = "100" if found["share"] == _WHOLE else found["share"]
    number = share if share[0].isdecimal() else _decimal_in_digits(share)
    return number + _SHARES[found["of"]] if number else found.group()


def _decimal_in_digits(words: str) -> str | None:
    """Return a number in words, which may have a fraction (一百二十点五), as digits; None for an ambiguous one."""
    whole, _, parts = words.partition(_DECIMAL_POINT)
    number = numerals.exact(whole)
    fraction = f".{numerals.number(parts):0{len(parts)}}" if parts else ""
    return None if number is None else f"{number}{fraction}"


def decimal(digits: str) -> Decimal:
    """Convert digits matched by NUMBER, such as `37,780,000.00`, to a decimal."""
    return Decimal(digits.replace(",", ""))


def step(digits: str, unit: Decimal = YUAN) -> Decimal:
    """Return the value in yuan of the last printed digit: 100 for `12.35` if `unit` is 10,000 (万元)."""
    return unit.scaleb(-len(digits.partition(".")[2]))


def is_blank(text: str) -> bool:
    """Return whether a cell is empty or holds only a dash."""
    return folded(text) in _BLANK


def unit(text: str) -> Decimal | None:
    """Return the value in yuan of a label's unit: 10,000 for `项目资金（万元）`; None if the label has no unit."""
    found = labelled_unit(text)
    return UNITS[found[1]] if found else None


def labelled_unit(text: str) -> tuple[str, str] | None:
    """Return a label without its unit of money, and the unit as printed: `项目资金()` and `万元`; None without one."""
    words = folded(text)
    found = _RE.unit_of_label.search(words)
    if not found:
        return None
    at = next(number for number in range(1, _RE.unit_of_label.groups + 1) if found[number])
    return words[: found.start(at)] + words[found.end(at) :], found[at]


def names_unit(text: str) -> bool:
    """Return whether an amount is printed with its unit, as in `12万元`."""
    return _RE.names_unit.search(text) is not None


def names_figure(text: str) -> bool:
    """Return whether a text is empty, a dash, or exactly one figure with or without a unit."""
    return is_blank(text) or quantity(text) is not None or _RE.amount.fullmatch(figured(text)) is not None


def scale(suffix: str) -> Decimal:
    """Return the value in yuan of `suffix`, a unit in running text, where 万 means 万元. Raises KeyError for others."""
    return _SCALES[suffix]


def stated(text: str, default: Decimal) -> tuple[Decimal, Decimal] | None:
    """Return the money in a cell, in yuan, and the value in yuan of its last printed digit.

    None for an empty cell or a dash. `default` is the value in yuan of the unit that counts if the cell names none.
    Raises ValueError for text that is not one amount.
    """
    if is_blank(text):
        return None
    found = None if two_figures(text) else _RE.amount.fullmatch(figured(text))
    if not found:
        raise ValueError(text)
    factor = scale(found.group(2)) if found.group(2) else default
    return decimal(found.group(1)) * factor, step(found.group(1), factor)


def money(text: str) -> Decimal | None:
    """Return the number of a text that is one sum of money or a bare figure: 12 for `12万元`; None for other text."""
    found = quantity(text)
    return found[0] if found and (not found[1] or found[1] in _SCALES) else None


@lru_cache(maxsize=8192)  # several steps ask for the same cells
def quantity(text: str) -> tuple[Decimal, str] | None:
    """Return the number and unit of `2000 人` or `50000元/人`, or None if the cell is not one number."""
    found = None if two_figures(text) else _RE.quantity.fullmatch(figured(text))
    return (decimal(found.group(1)), found.group(2)) if found else None
