"""Find the figures in the words of a goal or section: `培训通过率100%`, `46名党员`, `杂志一年6期`.

Only plain rates and counts are taken, since a wrong figure is worse than a missing one. Years, money, ordinals, names
in quotation marks and rates per unit (每期800册) are left out. A figure is about an indicator of the project if it
counts the same thing: the indicator 入股合作社个数 counts 合作社, and so does `10个合作社为贫困户分红`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from jixiao.ingest.model import Figure, Indicator, Printed
from jixiao.ingest.text.flow import Flow, Spans, describes_a_body
from jixiao.ingest.text.measures import RE, WORDING, Measure, Words, about, countable, without_filling
from jixiao.ingest.values import targets
from jixiao.ingest.values.amounts import LARGE
from jixiao.ontology.identity import key, label

_COMPOUNDS, _VAGUE, _PARTED = (frozenset(WORDING.words(name)) for name in ("compounds", "vague", "parted"))
_PERSONS, _SINGLE = WORDING.words("persons"), WORDING.text("single")
_NO_NUMBER, _OF_THEM = WORDING.text("no_number"), WORDING.text("of")
_QUOTED = re.compile(r"“[^”\n]{0,80}”|\"[^\"\n]{0,40}\"|《[^》\n]{0,100}》|[（(][^（）()\n]{0,80}[）)]")
_EDGE = re.compile(r"[，,。；;！!？?\n“”\"（）()…:：]")
_NO_WORD = re.compile(r"[\d%％A-Za-z=<>≥≤*_/]")
_BEFORE, _BEHIND = 40, 24  # characters searched before and after a figure
_LONGEST, _LONGEST_RATE = 16, 24  # most characters of a counted thing, and of a rate's name


@dataclass(frozen=True)
class Found:
    """A figure in a text: what it measures, its target, and the start and end of its words."""

    label: str
    target: targets.Target
    start: int
    end: int


def figures(printed: Printed, holder: str | int, known: tuple[Measure, ...] = ()) -> tuple[Figure, ...]:
    """Return the figures of a text in order, each once; `holder` is the goal or section of the text (see Figure).

    A figure for the thing that one of the `known` measures counts takes the name of that measure.
    """
    flow = Flow.of(printed)
    found: dict[tuple[object, ...], Figure] = {}
    for single in sorted(found_in(flow.text, known), key=lambda one: one.start):
        target, places = single.target, flow.within(single.start, single.end)
        same = (key(single.label), target.operator, target.value, target.upper, target.unit)
        found.setdefault(same, Figure(single.label, target, holder, places))
    return tuple(found.values())


@lru_cache(maxsize=4096)  # names and targets are much the same in every form
def found_in(text: str, known: tuple[Measure, ...]) -> tuple[Found, ...]:
    """Return the rates and counts in a text outside of quotation marks, titles and brackets.

    Figures by which a body describes itself (单位概况), such as its staff, are not figures of its project. A rate or
    count of the thing of one of the `known` measures takes the name of this measure.
    """
    found = [*_renamed(list(_rates(text)), known), *_counts(text, known)]
    quoted = Spans(match.span() for match in _QUOTED.finditer(text) if found)
    own = (one for one in found if not quoted.meet(one.start, one.end) and not describes_a_body(text, one.start))
    return tuple(own)


def _rates(text: str) -> Iterator[Found]:
    for match in RE.rate.finditer(text):
        start, clause, _ = _before(text, match.start())
        target = _target(text[start : match.end()], "%")
        if target is None or RE.of_something.match(text, match.end()):
            continue
        for name in _measures(clause):
            yield Found(name, target, start, match.end())


def _renamed(rates: Sequence[Found], known: Sequence[Measure]) -> Iterator[Found]:
    """Yield the rates, each under the name of the indicator that it is about: 认同度 becomes 对计划的认同度.

    A rate keeps its own name if no indicator fits, or if two rates of the text fit one indicator.
    """
    names = [_named(known, Words("%", name=each.label)) for each in rates]
    for each, name in zip(rates, names, strict=True):
        yield replace(each, label=name) if name and names.count(name) == 1 else each


def _counts(text: str, known: Sequence[Measure]) -> Iterator[Found]:
    for match in RE.count.finditer(text):
        unit = match["unit"] or match["unit2"]
        stop = match.end("unit") if match["unit"] else match.end("unit2")
        start, clause, whole = _before(text, match.start())
        if not _is_count(text, match, unit, stop, clause):
            continue
        behind = "" if unit.endswith(_PERSONS) else text[match.end() : match.end() + _BEHIND]
        name = _named(known, Words(unit, behind=behind.strip())) or _counted_behind(behind, match, clause)
        if name is None:
            name = _named(known, Words(unit, before=clause))
            name = name or (_counted_before(clause) if whole else None)
        name = _named(known, Words(unit, name=name)) or name if name else None
        target = _target(text[start : match.end()], unit) if name else None
        if name and target:
            yield Found(name, target, start, match.end())


def _before(text: str, start: int) -> tuple[int, str, bool]:
    """Return the start of a figure with its sign, the clause before the figure, and whether that clause is complete.

    `start` is the offset of the figure's digits; the returned offset is that of a sign before them (such as ≥), if any.
    The clause is cut off after 40 characters.
    """
    window = text[max(0, start - _BEFORE) : start]
    sign = RE.sign.search(window)
    first = sign.start() if sign else len(window)
    edges = [match.end() for match in _EDGE.finditer(window, 0, first)]
    clause = window[edges[-1] if edges else 0 : first].rstrip()
    return start - len(window) + first, clause, bool(edges) or start <= _BEFORE


def _target(printed: str, unit: str) -> targets.Target | None:
    """Return a figure as the target of an indicator.

    None if it has no number, or a fraction of things that are only counted whole (人). `printed` is the figure with its
    sign and `unit`, as printed.
    """
    target = targets.parse(printed)
    # With units such as 人, only whole numbers are quantities.
    is_sound = "." not in printed or unit == "%" or unit[0] in LARGE or unit in _PARTED
    return target if target.value is not None and is_sound else None


def _measures(clause: str) -> Iterator[str]:
    """Yield the names of a rate, taken from the clause before it: 出勤率、合格率达到100% gives 出勤率 and 合格率."""
    words = without_filling(clause)
    rest, names = "", []
    pieces = RE.list.split(words)
    for joint, piece in zip(["", *pieces[1::2]], pieces[0::2], strict=True):
        if RE.is_rate.search(rest):
            names.append(rest)
            rest = piece
        else:
            rest = piece if joint == "、" and len(rest) > 4 else rest + joint + piece
    for name in [*names, rest]:
        shown = _without_lead(name)
        sound = RE.is_rate.search(shown) and not RE.is_no_rate.search(shown) and not _NO_WORD.search(shown)
        if sound and 2 <= len(shown) <= _LONGEST_RATE:
            yield label(shown)


def _is_count(text: str, match: re.Match[str], unit: str, stop: int, clause: str) -> bool:
    """Return whether a figure with its unit counts something.

    An ordinal, a share, and 一 as an article (一支队伍) count nothing. `stop` is the offset after the unit, and
    `clause` the clause before the figure.
    """
    counts = text[stop - 1 : stop + 1] not in _COMPOUNDS and not RE.no_count_before.search(clause)
    return counts and (not match["han"] or match["han"] not in _NO_NUMBER or unit[0] in LARGE)


def _counted_behind(behind: str, match: re.Match[str], clause: str) -> str | None:
    """Return the thing counted in `behind`, the text after a figure; None without a thing, "" for an unclear one.

    A thing is unclear if nothing shows where its name ends and what is done to it begins, as in 为20间书屋补书.
    `clause` is the clause before the figure.
    """
    edge = _EDGE.search(behind)
    words = behind[: edge.start() if edge else len(behind)].strip()
    stop = RE.stop.search(words)
    if not words or (stop and stop.start() == 0) or words[0] == "、":
        return None
    words = _with_listed(words[: stop.start()] if stop else words)
    endless = edge is None and stop is None and len(words) > _LONGEST
    head, of, _ = words.partition(_OF_THEM)
    joint = RE.joint.search(head)
    joined = (joint is not None and joint.start() > 1) or (of and not RE.possessor.search(head))
    meeting = match["han"] and RE.meeting.search(head)
    unsure = RE.group_and_more.match(head) if stop else RE.done_to.search(head) or RE.led.search(clause)
    if (
        endless
        or joined
        or meeting
        or unsure
        or RE.no_thing.search(head)
        or RE.clause.search(head)
        or _NO_WORD.search(head)
    ):
        return ""
    return label(head) if 2 <= len(head) <= _LONGEST or head in _SINGLE else ""


def _with_listed(words: str) -> str:
    """Return the counted thing at the start of `words`: the first two items of a list, or the first one alone.

    After 384个 the items 村、居委会 name the thing together. In 4次报告会、开展… the first item names the thing alone,
    since the second is no thing.
    """
    first, comma, rest = words.partition("、")
    second = rest.partition("、")[0]
    if not comma or not second or RE.behind_joint.match(second):
        return first
    return f"{first}、{second}"


def _counted_before(clause: str) -> str | None:
    """Return the counted thing before a figure, as in 出版文史书籍1本, or None."""
    words = _without_lead(without_filling(clause).rpartition("、")[2])
    ends = [match.end() for match in RE.verb.finditer(words)]
    words = next((words[end:] for end in reversed(ends) if len(words) - end >= 2), words)
    words = _without_lead(words)
    opening = RE.opening_verb.search(words)
    rest = words[opening.end() :] if opening else ""
    if len(rest) >= 2 and rest not in _VAGUE:
        words = rest
    unsound = RE.clause.search(words) or RE.time.search(words) or RE.no_thing.search(words)
    if unsound or _NO_WORD.search(words) or not 2 <= len(words) <= _LONGEST or RE.no_end.search(words):
        return None
    return label(words)


def _without_lead(words: str) -> str:
    """Return a name without introductory words before it, if more than two characters remain."""
    rest = RE.lead.sub("", words)
    return rest if len(rest) > 2 or rest == words else words.strip()


def measures(indicators: Iterable[Indicator]) -> tuple[Measure, ...]:
    """Return the indicators with a number as target that count something or are rates, as measures, in order."""
    targets_of = ((each.name.text, each.target) for each in indicators)
    known = ((name, target) for name, target in targets_of if target and target.value is not None)
    return countable(Measure.of(name, target.unit) for name, target in known)


def _named(known: Iterable[Measure], words: Words) -> str | None:
    """Return the name of the measure that a figure is about; None if it is about no known measure."""
    return next((each.name for each in about(known, words)), None)
