"""Find the names of one kind that match a text, and list the values by which projects can be filtered.

A name matches if it equals the text, contains it, can be abbreviated to it, or is spelt much like it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ontology import identity, numbers
from jixiao.ontology.bodies import FRONTED
from jixiao.ontology.places import long_name, named as of_place, places
from jixiao.ontology.reference import reference
from jixiao.ontology.text import bilingual, folding, typos
from jixiao.store.index.entries import NUMBERS, UNITS, Entries
from jixiao.store.index.found import Choice, How
from jixiao.store.index.readers import Reader

_ABBREVIATION = 3  # characters of an abbreviation at least; shorter ones would fit almost any name
_LOOSEST = 6  # characters of a name, at most, for each of its abbreviation; letters further apart are chance
# The least likeness in percent, by RapidFuzz, of names, and of the codes and serials of document numbers.
_LIKENESS, _CODES_ALIKE, _SERIALS_ALIKE = 70.0, 60.0, 50.0
_MISTYPED = 95.0  # the likeness of a name with one mistake, in percent
_MOST_SPELT = 12  # characters of a name that pinyin spells
_WITHIN = 0.9  # factor for the likeness of a text with a part of a longer name
_WORDS, _LETTERS = 2, 4  # words of so many letters that a text in pinyin has at least; fewer would fit many names
_GOVERNMENT, _TOWN = re.compile("[政府]"), re.compile("[镇乡街](?!市)")  # 景德镇市 is no town
HOW: dict[How, int] = {"same": 0, "contains": 1, "abbreviates": 2, "near": 3}
"""The order in which names are shown, by how they match."""

_UNITS = """
SELECT folded, text, name, coalesce((SELECT projects FROM tally t WHERE t.kind = ?2 AND t.value = ?3 || s.name), 0)
FROM (
  SELECT n.folded, n.text, u.name FROM name n JOIN unit u ON u.id = n.unit
  WHERE n.kind = ?1 AND n.folded LIKE ?4 ORDER BY length(n.folded), n.folded, u.name, n.text LIMIT ?5
) s ORDER BY length(folded), folded, name, text
"""
_UNCOUNTED = """
SELECT n.folded, n.text, u.name, 0 FROM name n JOIN unit u ON u.id = n.unit
WHERE n.kind = ?1 ORDER BY n.folded, u.name, n.text LIMIT ?2
"""
_VALUES = """
SELECT folded, value, '', projects FROM tally
WHERE kind = ?1 AND folded LIKE ?2 ORDER BY length(folded), folded, value LIMIT ?3
"""
_MENTIONED = """
SELECT n.folded, n.text, u.name,
       coalesce((SELECT projects FROM tally t WHERE t.kind = ?2 AND t.value = ?3 || u.name), 0)
FROM name n JOIN unit u ON u.id = n.unit
WHERE n.kind = ?1 AND length(n.folded) > 1 AND instr(?4, n.folded) > 0
ORDER BY length(n.folded) DESC, n.folded, u.name, n.text
"""
_PROJECTS = "SELECT projects FROM tally WHERE kind = ?1 AND value = ?2"
_EVALUATIONS = "SELECT evaluations FROM tally WHERE kind = ?1 AND value = ?2"


@dataclass(frozen=True)
class Spelling:
    """One spelling of a name: folded, and as printed; its unit's name (empty for a value); its number of projects."""

    folded: str
    printed: str
    unit: str
    projects: int


def spellings(reader: Reader, below: str, kind: str, pattern: str, limit: int) -> list[Spelling]:
    """Return the names of a kind whose folded forms match a LIKE pattern, the shortest first.

    `below` is the text that precedes the names of units in their IRIs. Raises SearchTooLongError.
    """
    # The names of indicators are tallied as values.
    of_values = (_VALUES, "indicator-name" if kind == "indicator" else kind)
    asked = (_UNITS, NUMBERS[kind], kind, below) if kind in UNITS else of_values
    return [Spelling(*row) for row in reader.all(*asked, pattern, limit)]


def matching(spellings: Iterable[Spelling], text: str, limit: int) -> list[tuple[How, Spelling]]:
    """Return the candidates (`spellings`) that match a text, with how each matches, at most `limit`.

    Each unit or value is returned once, in the spelling that matches best. Names equal to the text come first, then
    names that contain the text, then names that the text abbreviates; among these, names of most projects come first.
    """
    wanted = folding.bare(text)
    best: dict[str, tuple[How, Spelling]] = {}
    for spelling in spellings:
        how: How = "contains" if wanted in spelling.folded else "abbreviates"
        if how == "abbreviates" and (not _is_close(wanted, spelling.folded) or _is_lower(wanted, spelling.folded)):
            continue
        if spelling.folded == wanted and same_name(spelling.printed, text):
            how = "same"
        named = spelling.unit or spelling.printed
        if named not in best or HOW[how] < HOW[best[named][0]]:
            best[named] = how, spelling
    return sorted(best.values(), key=_order)[:limit]


def _is_lower(abbreviation: str, name: str) -> bool:
    """Return whether a name is a town's while an abbreviation is a higher government's: 区府办 is no 街道办事处."""
    return bool(_GOVERNMENT.search(abbreviation)) and bool(_TOWN.search(name)) and not _TOWN.search(abbreviation)


def _is_close(abbreviation: str, name: str) -> bool:
    """Return whether a name has the characters of an abbreviation in order, each near the one before."""
    most = _LOOSEST * len(abbreviation)
    for start in (place for place, char in enumerate(name) if char == abbreviation[0]):
        end = start
        for char in abbreviation:
            end = name.find(char, end, start + most) + 1
            if not end:
                break
        else:
            return True
    return False


def _order(match: tuple[How, Spelling]) -> tuple[object, ...]:
    """Return the sort key of a match: how it matches, most projects first, shorter names first, then printed name."""
    how, each = match
    return HOW[how], -each.projects, len(each.folded), each.printed, each.unit


def spelt(spellings: Iterable[Spelling], text: str) -> list[Spelling]:
    """Return the bodies whose names, in pinyin, have all words of a text: 上海市普陀区商务委员会 for putuo shangwu.

    Each body is returned once. Words may also spell the short name of an organ. The result is empty for a text of few
    letters, or one that names places alone.
    """
    words = folding.fold(text).split()
    if sum(len(word) >= _LETTERS for word in words) < _WORDS or all(map(of_place, words)):
        return []
    patterns = [folding.pinyin(word, _MOST_SPELT) if word.isascii() and word.isalpha() else "" for word in words]
    found: dict[str, Spelling] = {}
    for spelling in spellings if all(patterns) else ():
        short = [short for short, full in FRONTED.items() if spelling.folded.startswith(full)]
        called = "\n".join([spelling.folded, *short])
        if all(re.search(in_pinyin, called) for in_pinyin in patterns):
            found.setdefault(spelling.unit, spelling)
    return list(found.values())


def pattern(text: str) -> str:
    """Return a LIKE pattern for names that contain or can be abbreviated to a text; empty if it has no letters."""
    wanted = folding.bare(text)
    return f"%{'%'.join(wanted) if len(wanted) >= _ABBREVIATION else wanted}%" if wanted else ""


def every(reader: Reader, kind: str, limit: int) -> list[Spelling]:
    """Return all names of a kind, at most `limit`. Raises SearchTooLongError.

    Only values have their numbers of projects; units have 0, since counting for all of them takes too long.
    """
    if kind in UNITS:
        return [Spelling(*row) for row in reader.all(_UNCOUNTED, NUMBERS[kind], limit)]
    return spellings(reader, "", kind, "%", limit)


def nearest(
    spellings: Sequence[Spelling], text: str, number: identity.DocumentNumber | None, limit: int
) -> list[Spelling]:
    """Return the `limit` names among `spellings` that are spelt most like a text.

    If the text is a document number (`number`), the most similar numbers are returned, or similar names if there are
    none.
    """
    best: dict[str, tuple[float, Spelling]] = {}
    numbered = [] if number is None else list(_numbered(spellings, number))
    for like, spelling in numbered or _alike(spellings, folding.bare(text)):
        named = spelling.unit or spelling.printed
        if named not in best or like > best[named][0]:
            best[named] = like, spelling
    ranked = sorted(best.values(), key=lambda item: (-item[0], item[1].printed, item[1].unit))
    return [each for _, each in ranked[:limit]]


def _alike(spellings: Sequence[Spelling], wanted: str) -> Iterator[tuple[float, Spelling]]:
    """Yield names like a text, with their likeness in percent; likeness with a part of a longer name counts less.

    A name that the letters of the text spell in pinyin, in whole or in part, has 100.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - most names are found as they are written

    folded = [each.folded for each in spellings]
    if in_pinyin := folding.pinyin(wanted, _MOST_SPELT):
        yield from ((100.0, each) for each in spellings if re.search(in_pinyin, each.folded))
    if mistyped := typos.pattern(wanted):
        with_mistake = re.compile(mistyped)
        yield from (
            (_MISTYPED, spelling)
            for spelling in spellings
            if with_mistake.search(spelling.folded) and wanted not in spelling.folded
        )
    for scorer, weight in ((fuzz.ratio, 1.0), (fuzz.partial_ratio, _WITHIN)):
        cutoff = _LIKENESS / weight
        for name, like, place in process.extract(wanted, folded, scorer=scorer, score_cutoff=cutoff, limit=None):
            if name != wanted and (weight == 1.0 or len(wanted) < len(name)):
                yield like * weight, spellings[place]


def _numbered(spellings: Iterable[Spelling], number: identity.DocumentNumber) -> Iterator[tuple[float, Spelling]]:
    """Yield document numbers similar to `number`, preceded by their likeness in percent.

    Only numbers with an equal code or an equal serial are compared.
    """
    code, serial = folding.bare(number.code), f"{folding.bare(number.serial)}号"
    for spelling in spellings:
        if spelling.folded.startswith(code) or spelling.folded.endswith(serial):
            like = _likeness(number, spelling.printed)
            if like:
                yield like, spelling


def _likeness(number: identity.DocumentNumber, printed: str) -> float:
    """Return the likeness of a document number and a printed one in percent; 0 if they are equal or too different.

    Two of code, year and serial must be equal. Numbers that differ only in the year come first (91 to 100), then those
    that differ in the serial (80 to 90), then in the code (80).
    """
    from rapidfuzz import fuzz  # noqa: PLC0415 - as above

    other = numbers.parse(printed)
    if other is None or (other.code, other.year, other.serial) == (number.code, number.year, number.serial):
        return 0.0
    same = (number.code == other.code, number.serial == other.serial, number.year == other.year)
    if same[0] and same[1]:
        return 100.0 - min(9, abs((number.year or 0) - (other.year or 0)))
    if same[0] and same[2]:
        like = fuzz.ratio(number.serial, other.serial)
        return 70.0 + 0.2 * like if like >= _SERIALS_ALIKE else 0.0
    return 80.0 if same[1] and same[2] and fuzz.ratio(number.code, other.code) >= _CODES_ALIKE else 0.0


def projects(reader: Reader, kind: str, value: str) -> int:
    """Return how many projects have a value of a kind, by the tallies."""
    return sum(number for (number,) in reader.all(_PROJECTS, kind, value))


def evaluations(reader: Reader, kind: str, value: str) -> int:
    """Return how many self-evaluations have a value of a kind, by the tallies."""
    return sum(number for (number,) in reader.all(_EVALUATIONS, kind, value))


def mentioned(reader: Reader, below: str, kind: str, text: str) -> list[Spelling]:
    """Return the names of units of a kind that occur in a text, the longest first.

    A name that only occurs within longer names is left out. `below` precedes the names of units in their IRIs.
    """
    rest = folding.bare(text)
    found: list[Spelling] = []
    for row in reader.all(_MENTIONED, NUMBERS[kind], kind, below, rest):
        each = Spelling(*row)
        known = {(longer.folded, longer.unit) for longer in found}
        if (each.folded, each.unit) not in known and (each.folded in rest or each.folded in {one for one, _ in known}):
            found.append(each)
            rest = rest.replace(each.folded, "\n")
    return found


def same_name(one: str, other: str) -> bool:
    """Return whether two texts are one name by `identity.key`, in traditional or simplified characters."""
    return folding.fold(identity.key(one)) == folding.fold(identity.key(other))


_WORDED = ("category", "nature", "operator", "rule", "place")
"""Kinds of values that are shown in other words than the index stores, such as a rule by its title."""

_CHOICES = """
SELECT value, projects, evaluations FROM tally
WHERE kind = ?1 AND folded LIKE ?2
  AND CASE ?4 WHEN 'project' THEN projects WHEN 'evaluation' THEN evaluations ELSE 1 END
ORDER BY CASE ?4 WHEN 'evaluation' THEN evaluations ELSE projects END DESC, value LIMIT ?3
"""
_NAMED = """
SELECT s.iri, coalesce(t.projects, 0), coalesce(t.evaluations, 0)
FROM (
  SELECT DISTINCT ?3 || u.name AS iri FROM name n JOIN unit u ON u.id = n.unit WHERE n.kind = ?1 AND n.folded LIKE ?2
) s LEFT JOIN tally t ON t.kind = ?5 AND t.value = s.iri
ORDER BY 2 DESC, s.iri LIMIT ?4
"""


def choices(  # noqa: PLR0913, PLR0917 - one list
    reader: Reader, entries: Entries, kind: str, containing: str, limit: int, of: str
) -> list[Choice]:
    """Return the values of a kind whose words contain the text `containing`, values of most projects first.

    At most `limit` values are returned. With `of`, one of COUNTED, values of most such units (projects or evaluations)
    come first, and values without such a unit are left out, unless they are things found by a text. Raises
    SearchTooLongError.
    """
    like = f"%{folding.bare(containing)}%"
    if kind in UNITS and len(like) > len("%%"):
        rows = reader.all(_NAMED, NUMBERS[kind], like, entries.below, limit, kind)
    else:
        rows = reader.all(_CHOICES, kind, "%" if kind in _WORDED else like, -1 if kind in _WORDED else limit, of)
    made = [_choice(entries, kind, *row) for row in rows]
    if kind in _WORDED:
        made = [each for each in made if folding.bare(containing) in folding.bare(_in_words(each))]
    return made[:limit]


def _choice(entries: Entries, kind: str, value: str, projects: int, evaluations: int) -> Choice:
    """Return a value with words for people: the label of a thing, or the names of a concept in both languages."""
    if kind in UNITS:
        label = entries.label(value)
        number = numbers.parse(label) if kind == "basis" else None
        # Several orders of one number have one label: titles tell them apart.
        if number is not None and len(entries.with_number(number)) > 1:
            return Choice(entries.body(value)[0][-1], " ".join(entries.body(value)[0]), projects, value, evaluations)
        return Choice(label, label, projects, value, evaluations)
    if kind == "rule":
        name = value.partition("#")[2]
        return Choice(name, name, projects, value, evaluations)
    if kind == "place":
        code = value.rpartition("/")[2]
        named = bilingual.Bilingual(long_name(code), places()[code].english)
        return Choice(named.zh, named, projects, value, evaluations)
    term = reference().get(value)
    if term is not None:
        return Choice(term.name if kind == "operator" else term.label.zh, term.label, projects, value, evaluations)
    return Choice(value, value, projects, evaluations=evaluations)


def _in_words(choice: Choice) -> str:
    """Return all texts by which a person may look for a choice."""
    label = choice.label
    return (
        f"{choice.value} {label.zh} {label.en}" if isinstance(label, bilingual.Bilingual) else f"{choice.value} {label}"
    )
