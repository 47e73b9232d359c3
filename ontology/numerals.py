"""Read Chinese numerals, and the year and serial of a document number in Arabic or Chinese figures."""

import re
from string import ascii_uppercase

ZEROS = "零〇○O"
FIGURES = "一二三四五六七八九"
_DIGITS = str.maketrans(ZEROS + FIGURES, "0" * len(ZEROS) + "123456789")
TENS = {"十": 10, "百": 100, "千": 1000}
GROUPS = {"万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile("[0-9]+")
_CHINESE_UNITS = re.compile(
    rf"(?:[{FIGURES}]千)?(?:[{ZEROS}]?[{FIGURES}]百)?(?:[{ZEROS}]?[{FIGURES}]?十[{FIGURES}]?|[{ZEROS}][{FIGURES}])?"
)
_LEADS = rf"(?=[{FIGURES}十])(?:{_CHINESE_UNITS.pattern}|[{FIGURES}])"
# Behind 万 and 亿, what lacks both a thousand and 零 may be of one unit lower: 一万二 is 12,000.
_FOLLOWS = rf"(?=[{ZEROS}]|.千)(?:[{ZEROS}](?=.千))?{_CHINESE_UNITS.pattern}"
_EXACT = re.compile(rf"{_LEADS}亿(?:{_FOLLOWS}万)?(?:{_FOLLOWS})?|{_LEADS}万(?:{_FOLLOWS})?|{_LEADS}")
_USUAL = str.maketrans("两壹贰叁肆伍陆柒捌玖拾佰仟萬億貳參陸", "二一二三四五六七八九十百千万亿二三六")
NUMERALS = f"{FIGURES}{ZEROS}{''.join((*TENS, *GROUPS))}{''.join(map(chr, _USUAL))}"
NUMBER = rf"[{NUMERALS}]{{1,20}}"
"""Pattern of a text that may be a number in words; `exact` reads one."""
YEAR = rf"(?<![0-9])[0-9{ZEROS}{FIGURES}]{{4}}"
_ARABIC_SERIAL = "[0-9]{1,9}(?:-[0-9]{1,9}){0,4}"
SERIAL = rf"(?:{_ARABIC_SERIAL}|[{ZEROS}{FIGURES}十百千]{{1,9}})"
LETTERED_SERIAL = rf"(?:(?:{_ARABIC_SERIAL}-?[A-Z]|[A-Z]{{1,2}}[0-9]{{1,18}})(?=[号、和及与])|{SERIAL})"
"""A serial that may have letters at one end, such as `12-A` and `FA310107`; 号 or a further serial shows its end."""


def year(printed: str) -> int | None:
    """Read four figures as a year, or return None outside 1900 to 2099."""
    value = int(printed.translate(_DIGITS))
    return value if 1900 <= value <= 2099 else None


def serial(printed: str) -> str | None:
    """Read a serial, such as `012`, `2-1`, `12-A` or `一百零三`, without leading zeros; None for zero or malformed."""
    if _ARABIC.search(printed):
        plain = _ARABIC.sub(lambda number: str(int(number.group())), printed)
        return None if plain.partition("-")[0].strip(ascii_uppercase) == "0" else plain
    if any(unit in printed for unit in TENS) and not _CHINESE_UNITS.fullmatch(printed):
        return None
    value = number(printed)
    return str(value) if value else None


def number(printed: str) -> int:
    """Return the number of a Chinese numeral, written by place (二〇〇) or with units (二百零三, 三亿五千万).

    Raises ValueError for a character that belongs to no numeral.
    """
    if not any(unit in printed for unit in (*TENS, *GROUPS)):
        return int(printed.translate(_DIGITS))
    total = group = digit = 0
    for char in printed:
        if char in TENS:
            group += (digit or 1) * TENS[char]
            digit = 0
        elif char in GROUPS:
            unit, below = GROUPS[char], group + digit
            total = total + below * unit if total > unit else (total + below or 1) * unit  # 三亿五千万, 一万亿
            group = digit = 0
        else:
            digit = int(char.translate(_DIGITS))
    return total + group + digit


def exact(printed: str) -> int | None:
    """Read a number in digits, or in words by its units (三千, 一万二千, 壹佰贰拾); None for one with two readings.

    三五 may be three to five, 三千五 is 3,500 or 3,005, and a unit alone (百, 千) is mostly part of a word.
    """
    if printed.isdecimal():
        return int(printed)
    words = printed.translate(_USUAL)
    return number(words) if _EXACT.fullmatch(words) else None


def figure(printed: str) -> int:
    """Return the number that exact() reads, or 0 where exact() reads none."""
    return exact(printed) or 0
