"""Find values in a folded text: document numbers, money and other figures with bounds, years, and the first few."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from jixiao.ontology import numbers, numerals
from jixiao.ontology.text import dictionary, wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.words import Piece, flat, is_whole, table
from jixiao.server.views import amounts
from jixiao.store.index.lookup import Names, sloppy_numbers

_SHORT_YEARS = range(10, 40)  # 22年 is 2022, but 5年 and 50年 are durations
_YEAR = re.compile(
    r"(?:(?:fy ?|fiscal year |year )?(?P<full>(?:19|20)\d\d|[一二][零〇一二三四五六七八九]{3})"
    r"|(?P<short>(?<!\d)\d\d(?=年)))"
    r"(?P<sign>年度|财年|年份|年)?"
)
_RANGED = re.compile(r"(?:(?<![a-z])(?:between|from)|介于|从|自) ?$")
_JOINT = re.compile(r"(?:年度?)? ?(?:到|至|-|–|—|~|to|through|until) ?")
_BOTH = re.compile(r"(?:年度?)? ?(?:和|与|and) ?")
"""Words between the ends of a range that a word such as “between” opens."""
_NEXT = re.compile("(前|后)(?![0-9一二三四五六七八九十几两半期])")
_NOT_YEAR = re.compile(r" ?(?:元|万|亿|个|人|户|%|条|项|次|\d|million|yuan)")
_NOT_TOP = re.compile(r" ?(?:元|万|亿|人|户|%|次|年|\d|million|yuan)")
_BOUNDS = {"前": "below", "e": "below", "后": "above", "r": "above"}
"""Operators by the last letters of words beside a date: 前, before, 后, after."""
_UNITS = {"figure": "", "scale": "money", "tenths": "percent", "hundredths": "percent"}
"""Kinds of figures by the last part of them, where this is no kind."""
_LONGEST_WORD = 4  # characters
_MOST_YEARS = 10  # a range from one year to another is shorter than this


def find(text: str, names: Names) -> list[Piece]:
    """Return the values in a text, in order and without overlaps; a document's number comes before all others."""
    pieces: list[Piece] = []
    for value in (*_numbers(text, names), *_tops(text), *_dates(text), *_months(text), *_years(text), *_figures(text)):
        if all(value.end <= other.start or value.start >= other.end for other in pieces):
            pieces.append(value)
    return sorted(pieces, key=lambda value: value.start)


def _numbers(text: str, names: Names) -> Iterator[Piece]:
    """Yield document numbers: those of documents in the data, in any form, and others in a complete form."""
    leading = (*table()["doing"]["cited"], "的", "是", "和")
    for stretch in sloppy_numbers(names, text, leading):
        yield Piece(stretch.start, stretch.end, "number", stretch.canonical)
    for mention in numbers.find(text):
        if mention.number:
            starts = range(mention.start, mention.end)
            parsed = ((start, numbers.parse(text[start : mention.end])) for start in starts)
            found = {start: number.canonical for start, number in parsed if number}
            # Words such as 引用 lead up to a number.
            behind = [each for each in found if text[:each].endswith(leading)]
            start = max(behind, default=next(iter(found), mention.start))
            yield Piece(start, mention.end, "number", (found.get(start, mention.number.canonical),))


def _tops(text: str) -> Iterator[Piece]:
    """Yield the numbers of first rows that are asked for (前三个, top 5, the 3 largest), and ranks (第二大).

    Words for places and years behind these, or behind a superlative (最多的年度), ask for groups.
    """
    ends = [match.end() for match in re.finditer("最[多少大小高低贵]的", text)]
    for pattern in _top():
        for match in pattern.finditer(text):
            is_rank = "rank" in match.groupdict()
            if is_whole(text, *match.span()) and (is_rank or not _NOT_TOP.match(text, match.end("n"))):
                known = table()["ordinals" if is_rank else "numerals"].get(match["n"])
                count = known or int(amounts.figure(match["n"]))
                yield Piece(*match.span(), "rank" if is_rank else "top", (str(count),))
                ends.append(match.end())
    for behind in filter(None, (_ranked().match(text, end) for end in ends)):
        yield Piece(*behind.span(), "group", (str(behind.lastgroup),))


@cache
def _ranked() -> re.Pattern[str]:
    levels = (f"(?P<{level}>{wording.any_of(words)})" for level, words in table()["ranked"].items())
    return re.compile(rf"[ 的]?(?:{'|'.join(levels)})(?![a-z]|[㐀-鿿](?<![的有是在各呢吗]))")


@cache
def _top() -> Sequence[re.Pattern[str]]:
    words, any_of = table()["top"], wording.any_of
    figure = rf"(?P<n>\d{{1,3}}|[一二两三四五六七八九十]{{1,3}}|{any_of(table()['numerals'])})"
    before, behind = any_of(words["before"]), any_of(words["behind"])
    patterns = (
        rf"(?P<rank>)(?P<n>{any_of(table()['ordinals'])}) {behind}",
        rf"{before} ?{figure}(?: ?{behind})?",
        rf"(?P<rank>第){figure}(?:大|高|多|贵|名)",
        rf"{figure} {behind}",
        rf"哪(?!一){figure} ?{behind}",
        rf"{figure}(?= {any_of([each for words in table()['ranked'].values() for each in words if each.isascii()])})",
    )
    return [re.compile(pattern) for pattern in patterns]


def _dates(text: str) -> Iterator[Piece]:
    """Yield the years, months and days that words beside them say to be those of an end or a start."""
    for kind, words in table()["dated"].items():
        behind, before = wording.any_of(words["behind"]), wording.any_of(words["before"])
        date = r"(?P<year>(?:19|20)\d\d)(?:年|-)?(?:(?P<month>\d{1,2})(?:月|-)?(?:(?P<day>\d{1,2})日?)?)?"
        forms = (
            rf"{date}(?:底|末)?(?P<bound>(?:以|之)?[前后])? ?{behind}",
            rf"{before} (?:(?P<bound>before|after) )?{date}",
        )
        matches = (each for form in forms for each in re.finditer(form, text) if is_whole(text, *each.span()))
        for match in matches:
            parts = [f"{int(part):02}" for part in (match["year"], match["month"], match["day"]) if part]
            yield Piece(*match.span(), kind, ("-".join(parts),), _BOUNDS.get((match["bound"] or "")[-1:], "starts"))


def _months(text: str) -> Iterator[Piece]:
    """Yield the months by which something is due: 6月底前, by the end of June."""
    months = table()["due"]["months"]
    for match in _due().finditer(text):
        month = months.index(match["named"]) + 1 if match["named"] else int(match["month"] or len(months))
        if 1 <= month <= len(months) and is_whole(text, *match.span()):
            # 6月 stands at the start of a target, or behind a sign or a year.
            behind = (f"{before}{month}月" for before in table()["due"]["signs"])
            at_end = () if match["named"] or match["month"] else ("年底", "年末")
            written = (*dict.fromkeys((*behind, f"{month:02}月")), *at_end)
            yield Piece(*match.span(), "due", written, "contains", Bilingual(f"{month} 月", f"month {month}"))


@cache
def _due() -> re.Pattern[str]:
    words, any_of = table()["due"], wording.any_of
    named, before, behind = any_of(words["months"]), any_of(flat(words["before"])), any_of(flat(words["behind"]))
    return re.compile(rf"(?<!\d)(?P<month>\d{{1,2}})月{behind}|{before} ?(?P<named>{named})|{any_of(words['year'])}")


def _years(text: str) -> Iterator[Piece]:
    """Yield years, ranges of years, and years with a word that says since or until when."""
    years = [(match, year) for match in _YEAR.finditer(text) if (year := _year(text, match))]
    while years:
        match, first = years.pop(0)
        last, end = first, match.end()
        start, opened = match.start(), _RANGED.search(text[: match.start()])
        joint = text[end : years[0][0].start()] if years and first < years[0][1] < first + _MOST_YEARS else ""
        if _JOINT.fullmatch(joint) or (opened and _BOTH.fullmatch(joint)):
            (match, last), start = years.pop(0), opened.start() if opened else start
            end = match.end()
        values = tuple(str(year) for year in range(first, last + 1))
        operator = "is"
        if last == first:
            start, end, operator = _beside(text, start, end, "open")
            if text[end - 1] == "年" and (following := _NEXT.match(text, end)) and not _opens_word(text, end):
                end, operator = following.end(), "below" if following[1] == "前" else "above"
        span = str(first) if first == last else f"{first}–{last}"
        yield Piece(start, end, "year", values, operator or "is", Bilingual(span, span))


def _opens_word(text: str, start: int) -> bool:
    """Return True if a word of the dictionary begins at a position, as 后勤 in 2022年后勤."""
    ends = range(start + 2, min(len(text), start + _LONGEST_WORD) + 1)
    return any(text[start:end] in dictionary.words() for end in ends)


def _year(text: str, match: re.Match[str]) -> int | None:
    if match["short"]:
        return 2000 + int(match["short"]) if int(match["short"]) in _SHORT_YEARS else None
    counts = not match["sign"] and (_NOT_YEAR.match(text, match.end()) or not match["full"].isascii())
    return None if counts or not is_whole(text, *match.span()) else numerals.year(match["full"])


@cache
def _figure() -> re.Pattern[str]:
    money, any_of = amounts.money(), wording.any_of
    percent, tenths, points, months = (any_of(table()[name]) for name in ("percent", "tenths", "points", "months"))
    figure = f"{amounts.FIGURE}|{any_of(table()['numerals'])}"
    return re.compile(
        rf"(?:(?P<currency>{any_of(money['before'])}) ?)?(?P<hundredth>百分之)?(?P<figure>{figure})"
        rf"(?: ?(?:个(?=[万亿]))?(?P<scale>{any_of(money['scales'])}))?"
        rf"(?: ?(?:(?P<money>{any_of(money['units'])})|(?P<percent>{percent})|(?P<points>{points}(?!钱))"
        rf"|(?P<tenths>{tenths})(?P<hundredths>[一二三四五六七八九])?(?![㐀-鿿](?<![以多左及或之的]))"
        rf"|(?P<months>{months})|(?P<counted>{any_of(table()['counters'])})))?"
    )


@cache
def _bounds(name: str) -> Sequence[tuple[str, re.Pattern[str], re.Pattern[str]]]:
    """Return, for each operator of a table, the patterns of the words before a value and behind it."""
    nothing = ["\ue000"]
    return [
        (
            operator,
            re.compile(rf"{wording.any_of(words['before'])} ?$"),
            re.compile(rf" ?{wording.any_of(words['behind'] or nothing)}"),
        )
        for operator, words in table()[name].items()
    ]


def _beside(text: str, start: int, end: int, bounds: str) -> tuple[int, int, str]:
    """Return where a value begins and ends with the words of its bound, and the operator, "" without such words."""
    first, last, operator = start, end, ""
    for name, before, behind in _bounds(bounds):
        found, follows = before.search(text[:start]), behind.match(text, end)
        if found and is_whole(text, found.start(), start) and found.start() < first:
            first, operator = found.start(), name
        if follows and is_whole(text, end, follows.end()) and follows.end() > last and operator in ("", name):
            last, operator = follows.end(), name
    return first, last, operator


def _figures(text: str) -> Iterator[Piece]:
    """Yield money, percentages, points, and other figures that words beside them make a bound or a range."""
    found = (match for match in _figure().finditer(text) if text[match.end() : match.end() + 1] != "号")
    matches = [match for match in found if is_whole(text, *match.span())]
    while matches:
        match = matches.pop(0)
        if matches and (value := _range(text, match, matches[0])):
            matches.pop(0)
            yield value
        else:
            yield from _bound(text, match)


def _range(text: str, low: re.Match[str], high: re.Match[str]) -> Piece | None:
    """Return the range between two figures as a piece, None if they are none; 10到100万 is from 100,000 on."""
    kind = _kind(high) or _kind(low)
    if not kind or not re.fullmatch(rf" ?{wording.any_of(table()['joint'])} ?", text[low.end() : high.start()]):
        return None
    lacks_unit = _scale(low) == 1 and not low["money"] and low["figure"][-1] not in "万亿"
    ends = (_read(low) * (_scale(high) if lacks_unit else 1), _read(high))
    start, end, operator = _beside(text, low.start(), high.end(), "range")
    values = tuple(f"{each:f}" for each in ends)
    return Piece(start, end, kind, values, operator or "between") if ends[0] < ends[1] else None


def _scale(match: re.Match[str]) -> int:
    return int(amounts.money()["scales"].get(match["scale"] or "", 1))


def _read(match: re.Match[str]) -> Decimal:
    units = {**table()["months"], **table()["tenths"]}
    unit = int(units.get(match["months"] or match["tenths"] or "", 1))
    figure = table()["numerals"].get(match["figure"]) or amounts.figure(match["figure"])
    return figure * _scale(match) * unit + amounts.figure(match["hundredths"] or "0")


def _kind(match: re.Match[str]) -> str:
    """Return the kind of a figure by its unit, "" for a bare one."""
    unit = "percent" if match["hundredth"] else _UNITS.get(str(match.lastgroup), str(match.lastgroup))
    return unit or ("money" if match["currency"] or match["figure"][-1] in "万亿" else "")


def _bound(text: str, match: re.Match[str]) -> Iterator[Piece]:
    """Yield a figure with the words of its bound; about so much is a range of a tenth below and above."""
    start, end, operator = _beside(text, *match.span(), "bound")
    kind, value = _kind(match), _read(match)
    having, things = (wording.any_of(table()[name]) for name in ("having", "countable"))
    is_had = not operator and re.search(rf"{having} ?$", text[:start])
    if (is_had or re.match(rf" ?{things}", text[end:])) and kind in ("", "counted") and value > 1:
        kind, operator = "counted", operator or "is"
    around = (f"{value * 9 / 10:f}", f"{value * 11 / 10:f}") if operator == "about" else ()
    if operator or (kind not in ("", "months", "counted") and match["figure"] not in numerals.GROUPS):
        yield Piece(start, end, kind or "figure", around or (f"{value:f}",), (around and "between") or operator or "is")
