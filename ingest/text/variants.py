"""Find names and clauses that a filing prints twice with a character or two different: `道口抗疫`, `道品抗疫`.

The names of projects and bodies in forms are compared with the text of the whole file, without spaces and line breaks.
One half of a name must be identical, so that the search is fast. Names that differ by a number, a place or a particle
are different names, not mistakes.

Clauses are compared with clauses of other texts of their project, where one text is mostly copied from the other: two
characters may differ.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jixiao.ingest.model import BODIES, Misprint, Printed, Project, Variant
from jixiao.ingest.rendition import Place, Row
from jixiao.ingest.text.flow import Flow
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "variants.toml")
_RE = _WORDING.patterns
PARTICLES = frozenset(["", *_WORDING.words("particles")])
COUNTING = frozenset(_WORDING.text("counting"))

# Clauses.
_HAN_ONLY = re.compile(r"[\u4e00-\u9fff]*")
_SHORTEST_CLAUSE, _LONGEST_CLAUSE, _LONGEST_SLIP = 10, 120, 2  # characters of a clause, and of a difference
# Clauses with an equal beginning or end that are compared; if there are more, they are words of the form.
_MOST_ALIKE = 30

# Names of projects and bodies.
_SHORTEST, _SHORTEST_BODY = 6, 10
_LONGEST = 60
_LONGEST_PLACE = 8  # most characters of a place's name together with the text before it
_LINE = 30  # least characters of a line of running text that may continue in the next one
_MOST = 200  # most names that are compared, to bound the time

# Names of the only project of a file, in its heading.
_FEWEST = 4  # least number of characters of a project's name that is compared with headings
_LEFT = 3  # a heading with one in three characters different from a name, or fewer, is a misprint of the name


@dataclass(frozen=True)
class _Clause:
    """A clause without white space, the index of its project, the goal or section that prints it, and its places."""

    words: str
    project: int
    holder: str | int
    is_goal: bool
    places: tuple[Place, ...]


def variants(texts: Sequence[tuple[int, str | int, Printed]]) -> dict[int, list[Variant]]:
    """Return the clauses worded in two ways (`Variant`) of each project, by the project's index.

    `texts` are the goals and sections of all projects, each as the project's index, the holder and the text.
    """
    found: defaultdict[int, list[Variant]] = defaultdict(list)
    told: set[tuple[int, frozenset[str]]] = set()
    clauses = [clause for text in texts for clause in _clauses(*text)]
    printed = {(clause.project, clause.holder, clause.words) for clause in clauses}
    for later, earlier in _pairs(clauses):
        project, words = later.project, frozenset((later.words, earlier.words))
        if {(project, later.holder, earlier.words), (project, earlier.holder, later.words)} & printed:
            continue  # a text that prints both means two things: 行政复议, 行政应诉
        one, other = (earlier, later) if earlier.is_goal and not later.is_goal else (later, earlier)
        if (project, words) not in told:
            told.add((project, words))
            found[project].append(Variant(one.words, other.words, one.holder, (project, other.holder), one.places))
    return found


def _clauses(project: int, holder: str | int, printed: Printed) -> Iterator[_Clause]:
    flow, start = Flow.of(printed), 0
    for end in [*(mark.start() for mark in _RE.clause_end.finditer(flow.text)), len(flow.text)]:
        text = flow.text[start:end]
        begin = start + len(text) - len(_RE.number.sub("", text))
        words = "".join(flow.text[begin:end].split())
        if _SHORTEST_CLAUSE <= len(words) <= _LONGEST_CLAUSE:
            yield _Clause(words, project, holder, isinstance(holder, str), flow.within(begin, end))
        start = end + 1


def _pairs(clauses: Sequence[_Clause]) -> Iterator[tuple[_Clause, _Clause]]:
    """Yield the pairs of clauses of one project that differ by a slip of the pen, the later clause first.

    Only clauses with an equal first or last third are compared, which takes reasonable time and misses no slip unless
    more than 30 clauses share that third.
    """
    alike: defaultdict[tuple[int, str, str], dict[str, _Clause]] = defaultdict(dict)
    for clause in clauses:
        words = clause.words
        ends = [(words[:third], words[-third:]) for third in ((len(words) - n) // 3 for n in range(3))]
        keys = [(clause.project, *key) for begins, ends_in in ends for key in ((begins, ""), ("", ends_in))]
        near = {told: other for key in keys if len(alike[key]) <= _MOST_ALIKE for told, other in alike[key].items()}
        for key in keys[:2]:
            alike[key].setdefault(words, clause)
        yield from ((clause, other) for other in near.values() if _differ_by_a_slip(clause, other))


def _differ_by_a_slip(one: _Clause, other: _Clause) -> bool:
    """Return whether two clauses of different texts differ so little that one of them must be a mistake.

    Similar clauses within one text are items of a list, and no mistake.
    """
    left, right = difference(one.words, other.words)
    longest = max(len(left), len(right))  # as many equal characters must be before and after the difference
    around = other.words.startswith(one.words[:longest]) and other.words.endswith(one.words[-longest:])
    meant = {*left, *right} <= COUNTING or (left in PARTICLES and right in PARTICLES)
    differ = one.holder != other.holder and left != right and longest <= _LONGEST_SLIP and not meant
    return differ and around and _HAN_ONLY.fullmatch(left + right) is not None


def difference(one: str, other: str) -> tuple[str, str]:
    """Return two texts without the beginning and the end that they have in common."""
    begins = _shared(one, other)
    ends = _shared(one[begins:][::-1], other[begins:][::-1])
    return one[begins : len(one) - ends], other[begins : len(other) - ends]


def _shared(one: str, other: str) -> int:
    """Return the length of the beginning that two texts have in common."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@dataclass(frozen=True)
class _Name:
    """A name or part of one, with its places.

    A difference counts only from the character `first` on, since those before it may belong to another word.
    """

    words: str
    places: tuple[Place, ...]
    first: int = 0


def misprinted_names(projects: Sequence[Project], rows: Sequence[Row]) -> Iterator[Misprint]:
    """Yield a misprint for each name of a project or body that the file prints in two ways.

    `rows` are those of the file. For the only project of a file, a heading with a similar name counts, too.
    """
    names = [piece for project in projects if project.name for piece in _pieces(project.name)]
    own = {name.words for name in names}
    bodies = filter(None, (project.form.fields.get(name) for project in projects for name in BODIES))
    # Short ones may be two bodies: 县教育局 and 县体育局.
    parts = (piece for body in bodies for piece in _pieces(body) if len(piece.words) >= _SHORTEST_BODY)
    names += dict.fromkeys(parts)
    if len(projects) == 1 and projects[0].name:
        yield from _unlike_heading(projects[0].name, rows)
    text, places = _joined(rows)
    told: set[tuple[Place | str, Place | str]] = set()
    for name in names[:_MOST]:
        for at in _near(name, text):
            other, here, there = text[at : at + len(name.words)], name.places[0], places[at]
            if other not in own and not {(here, there), (there, here), (other, name.words)} & told:
                told |= {(here, there), (name.words, other)}
                yield Misprint(name.words, other, tuple(dict.fromkeys((*name.places, there))), terms.nameVariant)


def _pieces(name: Printed) -> Iterator[_Name]:
    """Yield the parts of a project's name that are searched for other writings.

    They are the parts between punctuation marks, and, of longer parts, the names of places in them.
    """
    for piece in (_RE.behind.sub("", each) for each in _RE.pieces.findall("".join(name.text.split()))):
        if _SHORTEST <= len(piece) <= _LONGEST:
            yield _Name(piece, name.places)
        for place in _RE.place.finditer(piece):
            words = piece[max(0, place.end() - _LONGEST_PLACE) : place.end()]
            if _SHORTEST <= len(words) < len(piece):
                yield _Name(words, name.places, first=2 if len(words) < place.end() else 0)


def _joined(rows: Iterable[Row]) -> tuple[str, list[Place]]:
    """Return the text of all cells in rows without spaces, and the place of each of its characters.

    Characters that occur in no name are replaced by line breaks, across which no name is found.
    """
    pieces: list[tuple[str, Place]] = []
    for row in rows:
        for cell in row.filled:
            pieces += ((_RE.han.sub("\n", "".join(part.split())), cell.place(line)) for line, part in cell.parts)
            if len(row.cells) > 1 or len(cell.text) < _LINE:  # running text continues on the next line
                pieces.append(("\n", cell.place(cell.line)))
    return "".join(text for text, _ in pieces), [place for text, place in pieces for _ in text]


def _unlike_heading(name: Printed, rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield a misprint if a heading of the file gives its only project a name similar to `name`, but another."""
    words = _RE.not_naming.sub("", "".join(name.text.split()))
    for cell in (cell for row in rows for cell in row.filled if len(words) >= _FEWEST):
        called = _called(cell.text)
        near = (called[at : at + len(words)] for at in range(len(called) - len(words) + 1) if words not in called)
        most = max(1, len(words) // _LEFT)
        if other := next((each for each in near if sum(map(str.__ne__, words, each)) <= most), None):
            yield Misprint(words, other, (*name.places, *cell.places), terms.nameVariant)
            return


@lru_cache(maxsize=8192)
def _called(text: str) -> str:
    """Return the name of a project in the text of a heading, or ""."""
    heading = _RE.heading.search("".join(text.split()))
    return _RE.not_naming.sub("", heading[1]) if heading else ""


def _near(name: _Name, text: str) -> Iterator[int]:
    """Yield the offsets in a text of words as long as a name that differ from the name by a slip of the pen.

    One half of the name must be unchanged.
    """
    half = len(name.words) // 2
    for known, offset in ((name.words[:half], 0), (name.words[half:], half)):
        at = text.find(known)
        while at >= 0:
            start = at - offset
            if start >= 0 and _is_slip(name, text[start : start + len(name.words)]):
                yield start
            at = text.find(known, at + len(known))


def _is_slip(name: _Name, other: str) -> bool:
    words, at = name.words, _shared(name.words, other)
    left, right = difference(words, other)
    # Another last character makes another word: 文化中心运营 and 文化中心运行.
    within = len(words) == len(other) and len(left) == 1 and name.first <= at < len(words) - 1 and "\n" not in other
    meant = {left, right} <= COUNTING or {left, right} <= PARTICLES or any(map(str.isascii, left + right))
    return within and not meant
