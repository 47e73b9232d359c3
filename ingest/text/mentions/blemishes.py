"""Read blemishes of texts: placeholders, misprinted phrases, unpaired marks, repetitions and malformed numbers.

Counts that cannot be, such as fractions of things or more days than a year has, are blemishes, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, pairwise

from jixiao.ingest import facts as f
from jixiao.ingest.text.measures import PEOPLE, SINGLE
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import RE, WORDING, IndicatorFacts, Mention, Subject
from jixiao.ingest.text.slips import backwards, no_days
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_FIXED = {full: [re.compile(each) for each in patterns] for full, patterns in WORDING.tables["fixed"].items()}
_PAIRS = ("title_pair", "round_pair")
_TAKEN_AWAY = ("title_pair", "title_pair", "title_sign", "mixed_pair", "round_pair", "round_pair", "number_mark")
_SIGN = WORDING.text("number_sign")
_MARKS = re.compile("[《》()]")
_ROUND = str.maketrans("（）", "()")
_AROUND, _SHOWN = 6, 12  # characters shown beside a placeholder, and beside a mark
_OPENING, _LEAST = 20, 40  # characters by which a passage is recognised; of a text that has passages

_Blemish = tuple[str, int, int, str]
"""A blemish: the IRI of its property, its start and end, and the words for the fact."""


def blemishes(subject: Subject) -> Iterator[Mention]:
    """Yield the blemishes of a project's texts, each a mention with the property of its kind.

    Malformed document numbers that the graph states already are left out.
    """
    graph = subject.graph
    nodes = (*graph.texts(subject.iri, terms.hasCitation), *graph.texts(subject.iri, terms.hasStatedBasis))
    known = [number for node in nodes for number in graph.texts(node, terms.malformedNumber)]
    for prose in subject.proses:
        found = [*_placeholders(prose)]
        if prose.place not in {"name", "title"}:
            found += [each for each in _malformed(prose) if not any(each[3] in one or one in each[3] for one in known)]
        if prose.place in {"overall", "annual", "section"}:
            found += [*_misprints(prose), *_of_text(subject, prose)]
        for name, start, end, words in found:
            yield Mention(prose, terms.Mention, start, end, values={name: f.plain(words)})


def within(values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, f.Term | None]]:
    """Yield facts on the ranges that begin above their end, and the impossible dates, in the texts of a node.

    `values` has the lexical forms of the node's values by property (IRI).
    """
    texts, targets = values.get(terms.text, ()), values.get(terms.targetText, ())
    yield from ((terms.reversedRange, f.plain(words)) for text in texts for words in backwards(text))
    yield from ((terms.impossibleDate, f.plain(words)) for text in (*texts, *targets) for _, words, *_ in no_days(text))


def _of_text(subject: Subject, prose: Prose) -> Iterator[_Blemish]:
    """Yield unpaired brackets and quotes, repeated words, and legal bases listed twice, in one text of a project.

    Unpaired marks are sought in goals and in sections on bases; repeated words in all texts but overall goals; repeated
    bases only in sections on bases.
    """
    bases = prose.place == "section" and RE.on_bases.search(prose.heading)
    if bases or prose.place != "section":
        yield from _unpaired(prose.flow.text)
    if prose.place != "overall":
        yield from _repeated(prose.flow.text)
    if bases:
        yield from _listed(prose.flow.text)


def _placeholders(prose: Prose) -> Iterator[_Blemish]:
    text = prose.text
    found = RE.starred.fullmatch(text) if prose.place == "target" else None
    if found is None and prose.place != "title":
        found = RE.placeholder.search(text)
    if found:
        first, last = prose.of_clause(found.start())
        start = max(min(first, found.start()), found.start() - _AROUND)
        end = min(max(last, found.end()), found.end() + _AROUND)
        yield terms.placeholder, start, end, prose.flow.text[start:end].strip()
    elif prose.place == "section" and RE.hint.fullmatch(text) and not RE.elsewhere.match(text):
        yield terms.placeholder, 0, len(text), text.strip()


def _misprints(prose: Prose) -> Iterator[_Blemish]:
    for full, patterns in _FIXED.items():
        for found in (first for pattern in patterns if (first := pattern.search(prose.text))):
            yield terms.misprint, *found.span(), f"{found.group()}→{full}"


def _unpaired(text: str) -> Iterator[_Blemish]:
    """Yield the first bracket or title mark that has no counterpart; nothing if all have one.

    To find it, pairs are taken away first, inner ones before outer ones. Then marks of formulas (》=), of items (1）)
    and of document numbers are taken away, since those count as other blemishes.
    """
    left = text.translate(_ROUND)
    for name in _TAKEN_AWAY:
        inner = (
            (lambda found: f"¦{found.group()[1:-1]}¦") if name in _PAIRS else (lambda found: _MARKS.sub("¦", found[0]))
        )
        left = WORDING.pattern(name).sub(inner, left)
    if mark := _MARKS.search(left):
        at = mark.start()
        lines = (max(0, at - _SHOWN), at + 1) if mark.group() in "》)" else (at, at + _SHOWN)
        shown = text[slice(*lines)]
        start = lines[0] + (shown.rfind("\n") + 1 if mark.group() in "》)" else 0)
        words = text[start : lines[1]].split("\n", maxsplit=1)[0]
        yield terms.unpairedMark, start, start + len(words), words


def _repeated(text: str) -> Iterator[_Blemish]:
    """Yield the second occurrence of a text's first 20 characters, if there is one.

    The text must have more than 40 characters, and the first 20 neither digits nor a line break.
    """
    opening = text[:_OPENING]
    again = text.find(opening, _OPENING) if len(text) > _LEAST else -1
    if again >= 0 and "\n" not in opening and not any(map(str.isdecimal, opening)):
        yield terms.repetition, again, again + _OPENING, opening


def _listed(text: str) -> Iterator[_Blemish]:
    """Yield each item of a list of documents that repeats an earlier item."""
    items = [found.span() for found in RE.item.finditer(text)]
    told: set[str] = set()
    for (_, start), (end, _) in pairwise([*items, (len(text), 0)]):
        words = RE.item_end.sub("", "".join(text[start:end].split()))
        if words in told:
            yield terms.repetition, start, start + text[start:end].find("》") + 1, words
        told.add(words)


def _malformed(prose: Prose) -> Iterator[_Blemish]:
    """Yield the first document number with an impossible year, and the first with only half of a bracket pair."""
    text = prose.text
    for pattern in (RE.no_year, RE.half_bracket) if prose.place != "target" else (RE.no_year,):
        found = pattern.search(text) if _SIGN in text else None
        if found and not RE.house.search(found.group()):
            yield terms.malformedNumber, *found.span(), found.group()


_WORDING = Wording("jixiao.ingest.text.mentions", "counts.toml")
_RE = _WORDING.patterns
_MOST = {unit: int(most) for unit, most in _WORDING.meanings("most").items()}
_WORK = _WORDING.text("work")
_WHOLE = PEOPLE | SINGLE
_DAYS = 366
_BY_CHANCE, _MOST_PAIRS = 20, 100  # least count that two groups do not share by chance; most pairs compared


def contradictory(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield facts on impossible counts of a project: fractions of whole things, times beyond a year, unequal pairs.

    Each is a fact about the indicator, goal or section that states the count.
    """
    within = not _takes_years(subject)
    for row in subject.rows:
        words = f"{row.name} {row.target}"
        if (_is_fraction(row) or _is_beyond_a_year(row, within=within)) and (told := f.plain(words)):
            yield row.iri, terms.impossibleCounts, told
    yield from _unequal(subject)


def _unequal(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield each two counts of households and persons with only one number in common: 76户174人 and 67户174人.

    Each is a fact about the goal or section with the later pair; common numbers below 20 are taken for chance.
    """
    found = ((prose.holder, one) for prose in subject.running for one in _RE.pair.finditer(prose.text))
    pairs = list(islice(found, _MOST_PAIRS))
    for (_, earlier), (holder, later) in combinations(pairs, 2):
        few, many = ((each["few"], each["many"]) for each in (earlier, later))
        alike = [one for one, other in zip(few, many, strict=True) if one == other]
        told = f.plain(f"{earlier[0]}……{later[0]}")
        if len(alike) == 1 and int(alike[0]) >= _BY_CHANCE and told:
            yield holder, terms.unequalCounts, told


def _is_fraction(row: IndicatorFacts) -> bool:
    """Return whether a target counts a fraction of things that are only counted whole (22.5个).

    Averages and rates are none.
    """
    if row.value is None or row.unit not in _WHOLE:
        return False
    return row.value != row.value.to_integral_value() and not _RE.parted_words.search(row.name + row.target)


def _is_beyond_a_year(row: IndicatorFacts, *, within: bool) -> bool:
    """Return whether an indicator says that something is open or runs for more hours or days than a year has.

    `within` is true for a project that does not last beyond its fiscal year.
    """
    words = row.name + row.target
    found = _RE.in_days.search(row.name)
    unit = row.unit or (found.group() if found else "")
    if row.value is None or row.value <= _MOST.get(unit, row.value) or row.operator in {"le", "lt"}:
        return False
    of_a_year = _RE.year_words.search(words) or (_MOST[unit] == _DAYS and within and _WORK not in words)
    return bool(of_a_year and _RE.running_words.search(words) and not _RE.beyond_words.search(words))


def _takes_years(subject: Subject) -> bool:
    graph, year = subject.graph, subject.year
    ends = (graph.text(subject.iri, name) or "" for name in (terms.endDate, terms.narrativeEnd))
    spans = (graph.text(subject.iri, name) or "" for name in (terms.projectTerm, terms.goalPeriod))
    return year is None or any(end[:4] > str(year) for end in ends) or any(_RE.of_years.search(span) for span in spans)
