"""Tell counts that cannot be, such as fractions of things or more days than a year has."""

from collections.abc import Iterator
from itertools import combinations, islice

from jixiao.ingest import facts as f
from jixiao.ingest.text.measures import PEOPLE, SINGLE
from jixiao.ingest.text.mentions.subject import Row, Subject
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text.mentions", "counts.toml")
_RE = _WORDING.patterns
_MOST = {unit: int(most) for unit, most in _WORDING.meanings("most").items()}
_WORK = _WORDING.text("work")
_WHOLE = PEOPLE | SINGLE
_DAYS = 366
_BY_CHANCE, _MOST_PAIRS = 20, 100  # least count that two groups do not share by chance; most pairs compared


def contradictory(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield the counts of a project that cannot be, at the indicator, goal or section that states them."""
    within = not _takes_years(subject)
    for row in subject.rows:
        words = f"{row.name} {row.target}"
        if (_is_fraction(row) or _is_beyond_a_year(row, within=within)) and (told := f.plain(words)):
            yield row.iri, terms.impossibleCounts, told
    yield from _unequal(subject)


def _unequal(subject: Subject) -> Iterator[tuple[str, str, f.Term]]:
    """Yield numbers of households and persons that differ in one of both figures: 76户174人 and 67户174人."""
    found = ((prose.holder, one) for prose in subject.running for one in _RE.pair.finditer(prose.text))
    pairs = list(islice(found, _MOST_PAIRS))
    for (_, earlier), (holder, later) in combinations(pairs, 2):
        few, many = ((each["few"], each["many"]) for each in (earlier, later))
        alike = [one for one, other in zip(few, many, strict=True) if one == other]
        told = f.plain(f"{earlier[0]}……{later[0]}")
        if len(alike) == 1 and int(alike[0]) >= _BY_CHANCE and told:
            yield holder, terms.unequalCounts, told


def _is_fraction(row: Row) -> bool:
    """Return whether a target counts a fraction of what comes whole (22.5个), and is no average or rate."""
    if row.value is None or row.unit not in _WHOLE:
        return False
    return row.value != row.value.to_integral_value() and not _RE.parted_words.search(row.name + row.target)


def _is_beyond_a_year(row: Row, *, within: bool) -> bool:
    """Return whether an indicator says that something is open or runs for more hours or days than a year has."""
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
