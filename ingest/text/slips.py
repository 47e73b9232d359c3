"""Find slips of the pen: words repeated, days that no calendar has, well-known documents misquoted.

Every cell is searched, even one that is not read otherwise. A well-known document may be cited with a wrong number; a
place may issue a document of its own with the title of a national one, so a number is wrong only if its code is that of
the national one, or of another national issuer with the same year and serial number.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from jixiao.ingest.model import Misprint
from jixiao.ingest.rendition import Row
from jixiao.ontology import numerals, terms
from jixiao.ontology.identity import key
from jixiao.ontology.numbers import Mention, find, parse
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "slips.toml", {"worded": numerals.NUMBER})
_RE = _WORDING.patterns
_WORD_TWICE = re.compile("|".join(f"(?:{word}){{2}}" for word in _WORDING.words("never_twice")))
_LEAP_YEAR = 2024  # a day without a year may be one of 29 February
_MONTHS = _WORDING.meanings("months")
_AROUND = 8  # characters shown before and after a slip
_KNOWN = Wording("jixiao.ingest.text", "well_known.toml")
_KNOWN_RE = _KNOWN.patterns
_NUMBERS: dict[str, str] = _KNOWN.tables["numbers"]
_TITLE_MARKS = str.maketrans("", "", "<>〈〉《》、")

Slip = tuple[str, str, str | None, int]
"""A slip: the IRI of the property for it, the words, the correct words (None if uncertain), and the words' offset."""


def slips(rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield the slips of the pen in all cells of rows, cell by cell, each with its place."""
    for cell in (cell for row in rows for cell in row.filled):
        for kind, words, right, at in _within(cell.text):
            yield Misprint(words, right, cell.places[: cell.text.count("\n", 0, at) + 1][-1:], kind)


@lru_cache(maxsize=8192)  # most cells hold words of the form, which are the same in every form
def _within(text: str) -> tuple[Slip, ...]:
    """Return the slips that show within a text by itself, in the order of their kinds."""
    return tuple(slip for each in (repeated, misquoted, no_days) for slip in each(text))


def repeated(text: str) -> Iterator[Slip]:
    """Yield the characters (的的), words and punctuation marks that a text repeats by mistake."""
    for found in (*_RE.twice.finditer(text), *_RE.marks.finditer(text)):
        shown = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
        yield terms.repetition, shown.strip(), None, found.start()
    words = (*_WORD_TWICE.finditer(text), *_RE.run.finditer(text)) if _RE.running.search(text) else ()
    yield from ((terms.repetition, found.group(), None, found.start()) for found in words)


def no_days(text: str) -> Iterator[Slip]:
    """Yield the dates and months in a text that no calendar has (2月30日, 13月), and periods with a wrong length."""
    days = [*_RE.day.finditer(text), *_RE.dotted_day.finditer(text)]
    for found in _RE.no_month.finditer(text):
        if not any(each.start() < found.end() and found.start() < each.end() for each in days):
            yield terms.impossibleDate, found.group(), None, found.start()
    for found in days:
        month, day = (int(each) if each.isdecimal() else numerals.number(each) for each in found.group("month", "day"))
        try:
            date(int(found["year"] or _LEAP_YEAR), month, day)
        except ValueError:
            yield terms.impossibleDate, found.group(), None, found.start()
    for found in _RE.lasting.finditer(text):
        if not _lasts(found):
            yield terms.impossibleDate, found.group(), None, found.start()


def _lasts(found: re.Match[str]) -> bool:
    """Return whether a period can have its stated length, be it in working days, or to the same day of a month."""
    part = {name: numerals.exact(words) or 0 for name, words in found.groupdict("0").items()}
    year, month, until = part["year"] or _LEAP_YEAR, part["month"], part["last_month"] or part["month"]
    last_year = part["last_year"] or (year + 1 if until < month else year)
    if in_months := _MONTHS.get(found["unit"]):
        return part["length"] * int(in_months) - (12 * (last_year - year) + until - month) in {0, 1}
    try:
        days = (date(last_year, until, part["last_day"]) - date(year, month, part["day"])).days + 1
    except ValueError:
        return True
    return 5 * days // 7 - 1 <= part["length"] <= days


def misquoted(text: str) -> Iterator[Slip]:
    """Yield each wrong number of a known document in a text."""
    for found in _KNOWN_RE.title.finditer(text):
        title = _plain(found[1])
        known = _NUMBERS.get(title) or _NUMBERS.get(_KNOWN_RE.issuer.sub("", title))
        if known and (wrong := _other_number(text, found.end(), known)):
            yield terms.misquotedDocument, wrong.printed, known, wrong.start


def _other_number(text: str, end: int, known: str) -> Mention | None:
    """Return the document number directly after a title that ends at `end`, if it is wrong; otherwise None.

    It is wrong if it has the issuer's code of `known`, the right number, and another year or serial number, or if it
    has both of these and the code of another national issuer.
    """
    number = parse(known)
    behind = next((mention for mention in find(text) if mention.start >= end), None)
    if number is None or behind is None or not _KNOWN_RE.beside.fullmatch(text, end, behind.start):
        return None
    code = _KNOWN_RE.state.sub("", behind.number.code)
    dated = (behind.number.year, behind.number.serial)
    if dated == (number.year, number.serial):
        wrong = code != number.code and any(each.startswith(f"{code}〔") for each in _NUMBERS.values())
    else:
        wrong = code == number.code and behind.number.serial not in _KNOWN.words("amending")
    return behind if wrong else None


def _plain(title: str) -> str:
    """Return a title without spaces and marks, and without the words of the notice that issues the document."""
    plain = "".join(key(title).translate(_TITLE_MARKS).split())
    issued = _KNOWN_RE.issued.match(plain)
    return issued[1] if issued else plain
