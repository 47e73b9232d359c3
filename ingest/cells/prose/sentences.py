"""Find levels and indicators in text: divide a sentence that holds an indicator into its name and its target.

`更换灯具≥120盏`, `游客满意度达到90%以上`, `完工时间：10月底前` and `配电箱（4台）` are divided; a sentence with a
figure that may be part of the indicator's name is not. Levels stand at the beginning of a text, line or sentence
(`（一）产出指标`, `2.质量指标：…`). A level is returned as the spans (start and end) of its words in the text:
`【产出指标-数量指标】` holds two words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from jixiao.ingest.roles.labels import CELLS
from jixiao.ingest.values.amounts import NUMBER, is_blank
from jixiao.ingest.values.plain import folded, narrow
from jixiao.ingest.values.targets import AFTER, SIGNS, parse
from jixiao.ontology.schemes import indicator_type, level1_labels, level2_labels, level_labels
from jixiao.ontology.text.folding import Characters
from jixiao.ontology.text.wording import Wording, alternatives

WORDING = Wording(
    "jixiao.ingest.cells.prose",
    "prose.toml",
    {
        "number": NUMBER,
        "signs": SIGNS,
        "after": AFTER,
        "units_of_cells": CELLS.text("units"),
        "names": CELLS.text("names"),
        "dates": CELLS.text("date_of_target"),
        "levels": alternatives(level_labels()),
    },
)
"""The words and patterns by which indicators outside of tables are found."""
Span = tuple[int, int]
_LONGEST_SENTENCE = 200  # characters; longer sentences would take the patterns too long
_SHORTEST_NAME, _SHORTEST_STATEMENT, _LONGEST_NAME = 2, 4, 60
_ENDS = ";。,、. \t\u3000"
_DIGIT = re.compile(r"\d")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PATTERNS = {name: WORDING.pattern(name) for name in WORDING.tables["patterns"] if name != "level"}
_CLAUSES = re.compile(r"(?<!\d),|,(?!\d{3})|[;。]")


_EVEN = Characters(narrow)


@dataclass(frozen=True)
class NameTarget:
    """The spans of an indicator's name and target in a text; `target` is None for an indicator without a figure."""

    name: Span
    target: Span | None


@lru_cache(maxsize=8192)  # several steps ask for the same texts
def even(text: str) -> str:
    """Return a text in NFKC form, but with characters kept that NFKC makes longer, so that no position changes."""
    return text.translate(_EVEN)


def trimmed(text: str, start: int, end: int) -> Span:
    """Return the span of `text[start:end]` without its leading number and the punctuation and spaces around it."""
    start = end - len(text[start:end].lstrip(_ENDS))
    while found := _PATTERNS["mark"].match(text, start, end):
        start = end - len(text[found.end() : end].lstrip(_ENDS))
    return start, start + len(text[start:end].rstrip(_ENDS))


def name_and_target(text: str, start: int, end: int) -> NameTarget | None:
    """Return the name and target in a passage of an even text, or None if it is uncertain where one of them ends.

    None also for a passage of more than 200 characters.
    """
    start, end = trimmed(text, start, end)
    shown = text[start:end]
    if len(shown) > _LONGEST_SENTENCE:
        return None
    for shape, suits in _SHAPES.items():
        found = _PATTERNS[shape].fullmatch(shown)
        if found and suits(found["target"].strip()):
            name = trimmed(text, start + found.start("name"), start + found.end("name"))
            target = trimmed(text, start + found.start("target"), start + found.end("target"))
            goes_on = shape not in _MARKED and _PATTERNS["ends_open"].fullmatch(text[slice(*name)])
            clauses = shape == "colon" and not _DIGIT.search(shown)
            if _is_name(text[slice(*name)], clauses=clauses) and not goes_on and target[0] < target[1]:
                return NameTarget(name, target)
    return NameTarget((start, end), None) if _is_statement(shown) and not is_word(shown) else None


def divided(text: str, start: int, end: int, *, shape: str | None = None) -> list[NameTarget | None]:
    """Return the indicators in `text[start:end]`, in order, with None for each sentence that cannot be divided.

    `shape` is given if a list writes all targets in one way: "bracket" for targets in brackets, "apart" for targets
    after the only space. Targets in words are then found as well.
    """
    found: list[NameTarget | None] = []
    for sentence in _between("sentence", text, start, end):
        for piece in numbered(text, *sentence):
            single = name_and_target(text, *piece)
            if shape and not (single and single.target):
                single = _shaped(shape, text, *piece) or single
            spans = (single.name, single.target) if single else ()
            clauses = any(_CLAUSES.search(text[slice(*span)]) for span in spans if span)
            if single and not (clauses and _DIGIT.search(text, *piece)):
                found.append(single)
            else:
                found += _clauses(text, piece) or [None]
    return found


def _shaped(shape: str, text: str, start: int, end: int) -> NameTarget | None:
    """Return the name and the target of a passage that matches a shape, "bracket" or "apart"; otherwise None.

    The target may be any text.
    """
    start, end = trimmed(text, start, end)
    found = _PATTERNS[shape].fullmatch(text, start, end)
    named = found is not None and _is_name(found["name"], clauses=False)
    return NameTarget(found.span("name"), found.span("target")) if found and named else None


def _clauses(text: str, sentence: Span) -> list[NameTarget]:
    """Return the indicators of a sentence divided at commas, else at other marks, else at spaces.

    Empty unless every clause of one of these divisions has a name and a target.
    """
    depends = _PATTERNS["depends"]  # a clause that belongs to the clause before it
    for separator in ("comma", "pause", "blank"):
        several = [name_and_target(text, *clause) for clause in _between(separator, text, *sentence)]
        sure = [each for each in several if each and each.target and not depends.match(text, *each.name)]
        if len(sure) == len(several) > 1:
            return sure
    return []


def numbered(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans into which `text[start:end]` is divided before each indicator's number."""
    marks = [
        at
        for at in (found.start() for found in _PATTERNS["item"].finditer(text, start, end))
        if at == start or text[at - 1] in _ENDS
    ]
    edges = [start, *(mark for mark in marks if mark > start), end]
    yield from (span for span in pairwise(edges) if trimmed(text, *span)[0] < trimmed(text, *span)[1])


def is_numbered(text: str, start: int, end: int) -> bool:
    """Return whether the passage `text[start:end]` begins with the number of an indicator."""
    begins = len(text[:end]) - len(text[start:end].lstrip())
    return _PATTERNS["item"].match(text, begins, end) is not None


def _between(name: str, text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the spans of `text[start:end]` between matches of the pattern `name` of prose.toml.

    Empty spans are left out, and a match within brackets divides nothing.
    """
    covered = {at for bracket in _IN_BRACKETS.finditer(text, start, end) for at in range(*bracket.span())}
    edges = [found.span() for found in _PATTERNS[name].finditer(text, start, end) if found.start() not in covered]
    starts, ends = [start, *(edge[1] for edge in edges)], [*(edge[0] for edge in edges), end]
    yield from (span for span in zip(starts, ends, strict=True) if trimmed(text, *span)[0] < trimmed(text, *span)[1])


def is_nothing(text: str) -> bool:
    """Return whether a text says that there is no indicator: 无, 不涉及."""
    return is_blank(text) or folded(text) in WORDING.words("nothing")


def is_target(text: str) -> bool:
    """Return whether a text is a target with a figure and nothing else."""
    return parse(text).value is not None or CELLS.pattern("date_of_target").fullmatch(even(text)) is not None


def is_word(text: str) -> bool:
    """Return whether a text is a target in known words, such as 改善 or 按时完成."""
    return any(known.fullmatch(text) for known in (CELLS.pattern("words"), _PATTERNS["state"]))


def is_value(text: str) -> bool:
    """Return whether a text is a target and nothing else, in figures or words."""
    return is_target(text) or is_word(text)


def _is_name(text: str, *, clauses: bool) -> bool:
    """Return whether a text may be an indicator's name, by its length and by what it has not.

    It is plain (`_is_plain`), is no level and no word of a header, has no target in brackets, and has clauses only if
    `clauses` is true.
    """
    return (
        _SHORTEST_NAME <= len(text) <= _LONGEST_NAME
        and _is_plain(text)
        and (clauses or not _CLAUSES.search(text))
        and not _PATTERNS["no_name"].fullmatch(text)
        and not _PATTERNS["holds_target"].search(text)
    )


def _is_statement(text: str) -> bool:
    """Return whether a text may be an indicator that states no target.

    It has 4 to 60 characters, more than one of them outside of brackets and dates. It is plain (`_is_plain`), and ends
    with no bracket.
    """
    words = len(_PATTERNS["in_name"].sub("", text))
    return _SHORTEST_STATEMENT <= len(text) <= _LONGEST_NAME and words > 1 and text[-1] != ")" and _is_plain(text)


def _is_plain(text: str) -> bool:
    """Return whether a text has no figure, no colon, no sign of comparison, and no target after a space.

    Figures and signs in brackets, and the figures of years and dates, do not count.
    """
    plain = _PATTERNS["in_name"].sub("", text)
    valued = any(map(is_target, text.split()[1:]))
    return not (valued or _DIGIT.search(plain) or re.search(r"[:<>=≥≤]", plain))


_MARKED = ("colon", "bracket", "behind_comma")
_SHAPES: dict[str, Callable[[str], bool]] = {
    "colon": bool,
    "bracket": is_value,
    "behind_comma": is_value,
    "signed": bool,
    "verbal": bool,
    "counted": bool,
    "bare": bool,
    "stated": bool,
}
"""The ways to write a name and a target together, and the test of the target for each; the first match counts."""


_LEVEL, _BOUNDARY, _ITEM, _NO_NAME = map(WORDING.pattern, ("level", "boundary", "item", "no_name"))


@dataclass(frozen=True)
class Level:
    """One or two levels in an even text: the spans of their words, and the `start` and `end` of the whole match.

    `of_two` is true if the word may be a first or a second level: 成本指标.
    """

    level1: Span | None
    level2: Span | None
    start: int
    end: int
    of_two: bool = False


def levels(text: str) -> Iterator[Level]:
    """Yield the levels in an even text: at its start, where a sentence or line begins, or after another level."""
    reach = 0
    starts = {0: True} | {found.end(): bool(found["strong"]) for found in _BOUNDARY.finditer(text)}
    for start, strong in starts.items():
        at = start
        while at >= reach and (found := _LEVEL.match(text, at)) and (level := _level(found, strong or at > start)):
            yield level
            at = reach = level.end


@lru_cache(maxsize=8192)  # several stages ask for the same cells
def level_at_start(text: str) -> Level | None:
    """Return the level at the beginning of an even text, or None."""
    found = _LEVEL.match(text)
    return _level(found, strong=True) if found else None


@lru_cache(maxsize=8192)
def whole_level(text: str) -> Level | None:
    """Return the level if an even text is nothing but a level, perhaps with a number or weight; otherwise None."""
    found = _LEVEL.fullmatch(text)
    return _level(found, strong=True) if found else None


def _level(found: re.Match[str], strong: bool) -> Level | None:
    """Return the level of a match, or None if its words are the beginning of something else.

    `strong` is true if a new text surely begins before the match. A word such as 满意度 may also be a name: it is a
    level if a colon and more than a target follow, or if no text follows.
    """
    text, end = found.string, found.end()
    if found["unknown"]:
        return Level(None, found.span("unknown"), found.start(), end)
    if found["first"]:
        known = strong and found["first"] in level1_labels()
        return Level(found.span("first"), found.span("second"), found.start(), end) if known else None
    rest = _BOUNDARY.split(text[end:].strip(), maxsplit=1)[0]
    if not (found["close"] or found["colon"]):
        ends = not text[end:] or text[end].isspace() or _ITEM.match(text, end)
        if not ends or not strong:
            return None
    if not found["close"] and not is_sure_level(found["a"]) and not found["b"] and is_target(rest):
        return None
    return _of_words(found, end)


def _of_words(found: re.Match[str], end: int) -> Level | None:
    first, second = found.span("a"), found.span("b" if found["b"] else "c") if found["b"] or found["c"] else None
    if second:
        known = found["a"] in level1_labels() and found.string[slice(*second)] in level2_labels()
        return Level(first, second, found.start(), end) if known else None
    of_two = found["a"] in level1_labels() & level2_labels()
    if found["a"] in level1_labels():
        return Level(first, None, found.start(), end, of_two)
    return Level(None, first, found.start(), end)


def are_akin(one: str, other: str) -> bool:
    """Return whether two levels have the same first level, as 数量指标 and 质量指标 do."""
    first, second = (indicator_type(word, word) or "" for word in (one, other))
    return first.rpartition("/")[2].partition("-")[0] == second.rpartition("/")[2].partition("-")[0]


def is_sure_level(word: str) -> bool:
    """Return whether a word can only be a level: 满意度 may be an indicator's name, 满意度指标 may not."""
    return _NO_NAME.fullmatch(word) is not None
