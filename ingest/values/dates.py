"""Convert printed dates (`2022-01-01`, `2022年1月1日`, `2022.1.1`) to ISO 8601.

A date without a day (`2022年1月`) becomes the first or last day of its month, as the caller asks. A *term* is a start
and an end date printed together, such as `2022年1月-12月`.
"""

import calendar
import datetime

from jixiao.ingest.values.amounts import WORDING
from jixiao.ingest.values.plain import folded

DAY = WORDING.text("day")
"""The pattern of a day or a month in running text."""
_DATE, _TERM, _COMPACT = WORDING.pattern("date"), WORDING.pattern("term"), WORDING.pattern("compact")
_WHY = "表中只写到月 · the form names the month only"


def day(text: str, *, last: bool) -> tuple[str, str | None] | None:
    """Return the ISO date and, if the day was inferred from a month, the reason; None if the text is not a date.

    `last` selects the last day of a month (for an end) rather than its first (for a start).
    """
    found = _DATE.fullmatch(folded(text))
    if not found:
        return None
    year, month, number = found.groups()[:3] if found[1] else found.groups()[3:]
    try:
        if number:
            return datetime.date(int(year), int(month), int(number)).isoformat(), None
        until = calendar.monthrange(int(year), int(month))[1] if last else 1
        return datetime.date(int(year), int(month), until).isoformat(), _WHY
    except ValueError:
        return None


def term(text: str) -> tuple[str, str] | None:
    """Return the first and last date of a text that is a term, as texts that `day` can parse; None for other texts.

    If the last date has no year, it gets that of the first: 2022年1月-12月.
    """
    found = _TERM.fullmatch(folded(text))
    if not found:
        return None
    first, last = found["first"], found["last"]
    last = last if last[:4].isdecimal() else f"{first[:4]}-{last}"
    return _COMPACT.sub(r"\1-\2", first), _COMPACT.sub(r"\1-\2", last)
