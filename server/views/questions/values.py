"""Find typed values in a folded question: document numbers, years, money, percentages, other figures, and top N."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from jixiao.ontology import numbers, numerals
from jixiao.ontology.text.wording import any_of
from jixiao.server.views import amounts
from jixiao.server.views.questions import figures
from jixiao.server.views.questions.lexicon import Lexicon, Piece, both, whole, words

_LONGEST_CODE = 40  # characters at the start of a match among which the number's first one is searched for
_MOST_YEARS = 10  # a range from one year to another is shorter than this
_FIRST_YEAR, _LAST_YEAR = 2001, 2040  # ends of open ranges, beyond all filings
_COUNTED = ("project", "body", "document", "indicator", "finding", "year")  # nouns of _several()
_SHORT_YEARS = range(10, 40)  # 22年 is 2022, but 5年 and 50年 are durations

Known = Callable[[str], bool]
"""A function that returns True for the canonical number of a document in the graph."""


def find(text: str, lexicon: Lexicon, units: Sequence[str], known: Known) -> list[Piece]:
    """Return the values in a folded text as pieces, in order and without overlaps.

    `units` are the units of targets in the graph; `known` recognises the numbers of its documents.
    """
    pieces: list[Piece] = []
    for value in (
        *_numbers(text, lexicon, known),
        *_tops(text),
        *_several(text, lexicon),
        *_dates(text),
        *_spans(text),
        *_years(text),
        *figures.find(text, units),
        *figures.asked_for(text, [unit for unit in units if unit not in lexicon.tags]),
    ):
        if all(value.end <= other.start or value.start >= other.end for other in pieces):
            pieces.append(value)
    return list(_alike(text, sorted((_dated(text, value) for value in pieces), key=lambda value: value.start)))


def _alike(text: str, found: Sequence[Piece]) -> Iterator[Piece]:
    """Yield values; a year that a word such as 或 joins to a date of starts or ends is one too, on either side."""
    for at, value in enumerate(found):
        pairs = [(found[at - 1], value)] * (at > 0) + [(value, each) for each in found[at + 1 : at + 2]]
        joined = [pair for pair in pairs if text[pair[0].end : pair[1].start].strip() in words()["names"]["also"]]
        roles = [each.role for pair in joined for each in pair if each.role in words()["dated_as"]["date"]]
        yield replace(value, role=roles[0]) if roles and value.role == "year" else value


def _numbers(text: str, lexicon: Lexicon, known: Known) -> Iterator[Piece]:
    for mention in numbers.find(text):
        starts = range(mention.start, min(mention.end, mention.start + _LONGEST_CODE))
        parsed = {start: numbers.parse(text[start : mention.end]) for start in starts}
        canonical = {start: number.canonical for start, number in parsed.items() if number}
        if canonical:
            known_starts = [start for start, number in canonical.items() if known(number)]
            start = known_starts[0] if known_starts else _behind_words(text, list(canonical), lexicon)
            yield Piece(start, mention.end, role="number", texts=(canonical[start],))
        elif mention.number:  # 51号 after a full number has that number's code and year
            yield Piece(mention.start, mention.end, role="number", texts=(mention.number.canonical,))


def _behind_words(text: str, starts: Sequence[int], lexicon: Lexicon) -> int:
    """Return the start of a document's number, among the possible `starts`, behind known words of the question.

    Chinese has no blank between such words and the number: in 引用松委发〔2009〕97号 it starts behind 引用.
    """
    start = starts[0]
    while True:
        known = lexicon.at(text, start)
        nexts = [
            word.end
            for word in known
            if word.end in starts and (word.end - start > 1 or text[start] in words()["names"]["leading"])
        ]
        if not nexts:
            return start
        start = max(nexts)


def _tops(text: str) -> Iterator[Piece]:
    for pattern in _patterns()["top"], _patterns()["superlative"], _patterns()["ahead"], _patterns()["rank"]:
        for match in pattern.finditer(text):
            count = words()["numerals"].get(match["figure"]) or amounts.figure(match["figure"])
            start = match.start("first")
            is_nth = pattern is _patterns()["rank"] or match["figure"] in words()["top"]["ordinals"]
            if count == int(count) and 0 < count <= 1000 and whole(text, start, match.end()):
                yield Piece(start, match.end(), role="nth" if is_nth else "top", texts=(str(count),))


def _several(text: str, lexicon: Lexicon) -> Iterator[Piece]:
    """Yield conditions on the number of things (more than one project), with a role such as several-project.

    The text is the least number. Conditions that are no lower bound have the role `several`, which no view takes. The
    name of a type of indicators (数量指标) that the noun is part of, or that stands for the noun, is left out.
    """
    for name in "several_ahead", "several", "several_behind", "several_exactly":
        for match in _patterns()[name].finditer(text):
            said = match.groupdict(default="")
            figure, start, end = said["figure"], match.start(), match.end()
            typed = [piece for at in range(start, end + 1) for piece in lexicon.at(text, at) if _is_type(piece)]
            noun = next((noun for noun in _COUNTED if said[noun]), "indicator")
            if not said[noun] and all(piece.start != end for piece in typed):
                continue
            number = int(words()["numerals"].get(figure) or amounts.figure(figure)) if figure else 2
            if name == "several_ahead" and noun == "indicator":
                start = match.end(noun)
            role = "several" if said.get("other") or name == "several_exactly" else f"several-{noun}"
            if whole(text, start, end):
                yield Piece(start, end, role=role, texts=(str(number + bool(said.get("above"))),))


def _is_type(piece: Piece) -> bool:
    return any(tag.startswith("type:") for tag in piece.tags)


def _spans(text: str) -> Iterator[Piece]:
    """Yield open ranges of years (before 2021, 2022年以来) as pieces with the role `years`."""
    for name, table in words()["span"].items():
        for match in _patterns()[name].finditer(text):
            bound = int(match["before"] or match["behind"]) + table["shift"]
            first, last = (bound, _LAST_YEAR) if name in ("since", "after") else (_FIRST_YEAR, bound)
            if first <= last and whole(text, *match.span()):
                yield Piece(*match.span(), role="years", texts=(f"{first}-{last}",))


def _dates(text: str) -> Iterator[Piece]:
    """Yield months and days with their years (2023年11月, 2023-11-30, 30 November 2023), as 2023-11 or 2023-11-30."""
    for pattern in _patterns()["date"], _patterns()["day first"], _patterns()["month first"]:
        for match in pattern.finditer(text):
            month = words()["months"].get(match["month"], match["month"])
            parts = [f"{int(part):02}" for part in (match["year"], month, match["day"]) if part]
            yield Piece(*match.span(), role="date", texts=("-".join(parts),))


def _dated(text: str, value: Piece) -> Piece:
    """Return a value; years, dates and numbers have another role if words beside them say so.

    The table `dated` has these roles: starts, ends (ending in 2024), issued (印发), notYear (除了2022年), notCited.
    """
    if value.role == "year" and re.search(words()["fielded"]["named"], text[: value.start]):  # 名称含2022
        return Piece(value.start, value.end, role="text", texts=(text[value.start : value.end],))
    for role in words()["dated_as"].get(value.role, ()):
        before, behind = (
            _patterns()[f"{role} before"].search(text[: value.start]),
            _patterns()[f"{role} behind"].match(text, value.end),
        )
        if before or behind or (role == "issued" and _patterns()["noun"].match(text, value.end)):
            start, end = before.start() if before else value.start, behind.end() if behind else value.end
            return Piece(start, end, role=role, texts=(",".join(value.texts),))
    return value


def _years(text: str) -> Iterator[Piece]:
    """Yield the years of a text (2022, 2022年度, 二〇二二年, 22年, fy2022) and their ranges (2022-2024)."""
    years = [piece for match in _patterns()["year"].finditer(text) if (piece := _year(text, match))]
    while years:
        piece = years.pop(0)
        if years and _patterns()["to"].fullmatch(text[piece.end : years[0].start]):
            first, last = int(piece.texts[0]), int(years[0].texts[0])
            if first < last < first + _MOST_YEARS:
                texts = tuple(map(str, range(first, last + 1)))
                piece = Piece(piece.start, years.pop(0).end, role="year", texts=texts)
        yield piece


def _year(text: str, match: re.Match[str]) -> Piece | None:
    marked = bool(match["sign"] or match["before"])
    before = text[: match.start()]
    if match["short"]:
        year: int | None = 2000 + int(match["short"])
        is_year = marked and int(match["short"]) in _SHORT_YEARS and not _patterns()["lately"].search(before)
    else:
        year = numerals.year(match["full"].upper())
        counts = _patterns()["counted"].match(text, match.end()) or _patterns()["compared"].search(before)
        is_year = (marked or not counts) and (match["full"].isascii() or bool(match["sign"]))
    if year is None or not is_year or not whole(text, *match.span()):
        return None
    return Piece(*match.span(), role="year", texts=(str(year),))


_ASKED = r"(?!(?<=有)没|(?<=是)不)(?:\b|(?<=[\u4e00-\u9fff]))"
"""Beginning of the pattern of words before a date; 有没有引用 and 是不是 ask, and deny nothing."""


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    tables = words()
    year, money, top, tags = tables["year"], amounts.money(), tables["top"], tables["meaning"]
    figure = rf"(?P<figure>{amounts.FIGURE}|{any_of(tables['numerals'])})"
    nouns = "|".join(f"(?P<{noun}>{any_of(tags[noun]['zh'] + tags[noun]['en'])})" for noun in _COUNTED)
    things = re.sub(r"\?P<\w+>", "?:", nouns)
    counter = any_of([*top["behind"], "笔", "种"])
    before = {name: any_of(both(table, "before")) for name, table in tables["comparison"].items()}
    lead = (
        f"(?:(?P<other>{before['below']}|{before['at-most']}|{before['equal']}|只?有|with|having|only|just)"
        f"|(?P<above>{before['above']})|{before['at-least']})"
    )
    patterns = {
        **_of_time(),
        **{
            f"{role} before": rf"{_ASKED}{any_of(table['before'])}(?: ?{any_of(table['joint'])})? ?$"
            for role, table in tables["dated"].items()
        },
        **{
            f"{role} behind": rf" ?(?:以?内|里|中)?{any_of(table['then'])}*{any_of(table['behind'])}"
            for role, table in tables["dated"].items()
        },
        "noun": rf"[ 的]?{any_of(tables['dated']['issued']['nouns'])}",
        "top": rf"(?P<first>{any_of(top['before'])}) ?{figure}(?: ?{any_of(top['behind'])})?",
        "superlative": rf"{any_of(top['after'])} ?(?P<first>{figure})(?: ?{any_of(top['behind'])}|$|(?= [a-z]))",
        "ahead": rf"(?P<first>(?P<asked>which (?:of the )?|哪)?{figure}(?: ?{counter})?)"
        rf"(?(asked)(?=.*(?:最|\b{any_of(top['ahead'])}))"
        rf"|(?=(?: (?:the )?|的?{any_of(tags['money']['zh'])}?){any_of([*top['ahead'], *top['after']])}))",
        "rank": rf"(?P<first>{top['ordinal']}){figure}{any_of(top['ranked'])}",
        "several": rf"{lead} ?{figure}(?: ?{counter}的?| )(?:different )?(?:{nouns}|)",
        "several_behind": rf"(?:{figure}(?<![万亿]) ?{counter}?(?:及|或)?(?:以上的?| or more )|(?:多|好几){counter}"
        rf"|(?:several|multiple) )(?:{nouns}|)",
        "several_exactly": rf"(?:(?<=[被由了在有])|(?<=\bby )){figure}(?:{counter}| (?:different )?)(?:{nouns})(?!都)",
        "several_ahead": rf"(?:{nouns})(?:数量?)?(?:是|有)?{lead} ?{figure} ?{counter}(?=的(?:{things})|[?？]|$)",
        "to": rf" ?{any_of(year['to'])} ?",
        "compared": rf"{any_of({word for each in tables['comparison'].values() for word in both(each, 'before')})} ?$",
        "counted": rf" ?{any_of([*money['scales'], *money['units'], *tables['percent']['behind']])}",
        "lately": rf"{any_of(year['within'])} ?$",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


def _of_time() -> dict[str, str]:
    """Return the patterns of years, of dates, and of years before or after one, by name."""
    tables = words()
    year, full = tables["year"], r"(?:19|20)\d\d(?!\d)"
    written = (
        rf"(?P<full>(?<!\d)(?:19|20)\d\d(?!\d)|[{numerals.ZEROS.casefold()}{numerals.FIGURES}]{{4}})"
        r"|(?P<short>(?<!\d)\d\d(?!\d))"
    )
    day, month = r"(?P<day>\d\d?)(?!\d)(?:st|nd|rd|th)?", rf"\b(?P<month>{any_of(tables['months'])})"
    return {
        "year": rf"(?P<before>{any_of(year['before'])} ?)?(?:{written})(?: ?(?P<sign>{any_of(year['behind'])}))?",
        "date": rf"(?P<year>{full})[-/.年](?P<month>\d\d?)(?![\d十百千万亿元块%])(?:[-/.月]{day}[日号]?|月)?",
        "day first": rf"\b{day} (?:of )?{month},? (?P<year>{full})",
        "month first": rf"{month}(?: {day})?,? (?P<year>{full})",
        **{
            name: rf"{any_of(table['before'])} ?(?P<before>{full})|[自从]?(?P<behind>{full}) ?{any_of(table['behind'])}"
            for name, table in tables["span"].items()
        },
    }
