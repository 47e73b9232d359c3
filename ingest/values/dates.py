"""Convert printed dates (`2022-01-01`, `2022年1月1日`, `2022.1.1`, `二〇二二年一月一日`) to ISO 8601.

A date without a day (`2022年1月`) becomes the first or last day of its month, as the caller asks. A *term* is a start
and an end date printed together, such as `2022年1月-12月`.
"""

import calendar
import datetime
import re

from jixiao.ingest.values.amounts import WORDING, figured
from jixiao.ingest.values.plain import plain
from jixiao.ontology import numerals
from jixiao.ontology.reasons import Reason, reason

DAY = WORDING.text("day")
"""The pattern of a day or a month in running text."""
_RE = WORDING.patterns
_BEFORE, _WHY = reason("ends-before-a-day"), reason("month-only")


def day(text: str, *, last: bool, year: int | None = None) -> tuple[str, Reason | None] | None:
    """Return a printed date in ISO 8601, and the reason if its day was inferred; None for text that is no date.

    With `last`, a month stands for its last day (an end date), and 12月31日前 is a date; otherwise a month stands for
    its first day. A year of two digits counts only if `year` ends in it: 24.12.31 in 2024.
    """
    found = _RE.date.fullmatch(_written(text))
    if not found or (found["before"] and not (last and found["day"])):
        return None
    if found["short"] and not (found["day"] and year is not None and int(found["short"]) == year % 100):
        return None
    printed = int(found["year"] or found["year8"]) if not found["short"] else year or 0
    month, number = int(found["month"] or found["month8"]), found["day"] or found["day8"]
    try:
        if number:
            return datetime.date(printed, month, int(number)).isoformat(), _BEFORE if found["before"] else None
        until = calendar.monthrange(printed, month)[1] if last else 1
        return datetime.date(printed, month, until).isoformat(), _WHY
    except ValueError:
        return None


def doubt(text: str) -> Reason | None:
    """Return the reason why `day` does not read a text that may mean a date, or that has no figure at all.

    Such dates have a year of two digits or are bounds (12月31日前). Returns None for other text with figures.
    """
    found = _RE.date.fullmatch(_written(text))
    if found and found["short"] and found["day"]:
        return reason("two-digit-year")
    if found and found["before"]:
        return reason("before-a-day")
    return None if re.search(r"\d", text) else reason("no-date")


def _written(text: str) -> str:
    """Return folded text with months and days in digits, and a T between a day and its time."""
    words = figured(_RE.blank_before_time.sub("T", plain(text)))
    return _RE.day_in_words.sub(lambda found: str(numerals.exact(found.group()) or found.group()), words)


def term(text: str) -> tuple[str, str] | None:
    """Return the first and last date of a text that is a term, as texts that `day` can parse; None for other texts.

    If the last date has no year, it gets the year of the first: 2022年1月-12月.
    """
    found = _RE.term.fullmatch(_written(text))
    if not found:
        return None
    first, last = found["first"], found["last"]
    last = last if last[:4].isdecimal() else f"{first[:4]}-{last}"
    return _RE.compact.sub(r"\1-\2", first), _RE.compact.sub(r"\1-\2", last)
