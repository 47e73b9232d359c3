"""Write figures as the patterns of values read them, without marks of notes and with numbers in words as digits.

A mark is a circled, bracketed or raised figure (①, ⑴, ¹), a star, or a reference to a note ([1], 注1). Where a mark may
be part of the figure (10³, 1①2, ³3000), the mark stays, so that no pattern of a figure matches. So does a number in
words that may be another number (三五个) or part of a name.
"""

import re
from functools import lru_cache

from jixiao.ingest.values.plain import CHARACTERS, MARKS, folded, plain, unnumbered
from jixiao.ontology import numerals
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.wording import Wording

_CLASSES = {name: CHARACTERS.text(name) for name in ("circled", "dotted", "raised", "others", "signs")}
_MARKS = Wording("jixiao.ingest.values", "marks.toml", _CLASSES)
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
_NOTE, _LEADING, _WITHIN, _NAMED = (_MARKS.pattern(name) for name in ("note", "leading", "within", "named"))
_PERCENT, _POINT, _IN_WORDS = (WORDING.pattern(name) for name in ("percent", "bare_point", "in_words"))
_APART, _THIN, _TYPED_POWER = (WORDING.pattern(name) for name in ("apart", "thin", "typed_power"))
_POWERS = CHARACTERS.meanings("typed_powers")
_SHARES = WORDING.meanings("shares")
_WHOLE, _DECIMAL_POINT = WORDING.text("whole"), WORDING.text("decimal_point")
_LARGE = tuple(WORDING.meanings("large"))
_TWO_FIGURES = re.compile(r"\d\s+\d")


@lru_cache(maxsize=8192)  # several steps ask for the same cells
def figured(text: str) -> str:
    """Return folded text in which figures are read: without marks and numbering, with digits for numbers in words."""
    words = _LEADING.sub("", folded(unnumbered(text)))
    while (shorter := _NOTE.sub("", words)) != words:
        words = shorter
    words = _TYPED_POWER.sub(lambda unit: _POWERS[unit.group()], _POINT.sub("0.", _WITHIN.sub("", words)))
    return _PERCENT.sub("%", _IN_WORDS.sub(_in_digits, words))


def ends_in_figure(text: str) -> bool:
    """Return whether a text ends with a figure, in digits or words, so that a unit beside it is its own."""
    words = figured(text)
    return words[-1:].isdigit() or words.endswith(tuple(numerals.NUMERALS))


def two_figures(text: str) -> bool:
    """Return whether white space separates two figures: `100 200` must not be read as one number.

    The digits of one figure may be set apart (9 8 %), and groups of three by thin blanks.
    """
    shown = plain(text)
    return _TWO_FIGURES.search(shown) is not None and _TWO_FIGURES.search(_joined(shown)) is not None


def _joined(text: str) -> str:
    return _APART.sub(lambda figure: "".join(figure.group().split()), _THIN.sub("", text))


def named(text: str) -> str:
    """Return a printed name without the marks behind it; a text of marks alone is returned as it is."""
    return _NAMED.sub("", text.rstrip()) or text


def _in_digits(found: re.Match[str]) -> str:
    """Return a number in words as digits, and a share as a rate; a number with several readings as it is."""
    if found["tenths"]:
        half = numerals.number(found["half"]) if found["half"] else 0
        return f"{digits(numerals.number(found['tenths']) * 10 + half)}%"
    if found["count"]:
        # 三万人 is written like 3万人.
        large = found["count"][-1:] if found["count"].endswith(_LARGE) else ""
        number = numerals.exact(found["count"].removesuffix(large))
        return found.group() if number is None else f"{number}{large}"
    share = found["share"]
    whole, _, parts = share.partition(_DECIMAL_POINT)
    number = 100 if share == _WHOLE else None if share[0].isdecimal() else numerals.exact(whole)
    if number is not None:
        share = f"{number}.{numerals.number(parts):0{len(parts)}}" if parts else str(number)
    return f"{share}{_SHARES[found['of']]}" if share[0].isdecimal() else found.group()
