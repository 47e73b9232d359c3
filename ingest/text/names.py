"""Find names that are printed twice in a filing with one character different: `沙沟子村养殖场`, `沙湾子村养殖场`.

The names of projects, their bodies and the titles in 《》 are compared with the text of the whole file, without blanks
and line breaks. One half of a name must be identical, so that the search is fast. Names that differ by a number, a
place or a particle are different names, not mistakes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jixiao.ingest.model import BODIES, Misprint, Printed, Project
from jixiao.ingest.rendition import Place, Row
from jixiao.ingest.text.variants import COUNTING, PARTICLES
from jixiao.ontology import terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text", "names.toml")
_PIECES, _TITLE, _HAN, _PLACE = (_WORDING.pattern(name) for name in ("pieces", "title", "han", "place"))
_HEADING, _NOT_NAMING, _BEHIND = (_WORDING.pattern(name) for name in ("heading", "not_naming", "behind"))
_COUNTED, _RANKS = _WORDING.text("counted"), frozenset(_WORDING.text("ranks"))
_SHORTEST, _SHORTEST_TITLE = 6, 8
_LONGEST_PLACE = 8  # most characters of a place's name together with the text before it
_FEWEST = 4  # least characters of a project's name that is compared with headings
_LEFT = 3  # a heading with one in three characters different from a name, or fewer, is a misprint of the name
_LONGEST = 60
_LONG = 9  # characters before the last one; in a shorter name, another last character makes another word
_LINE = 30  # least characters of a line of running text that may continue in the next one
_MOST = 200  # most names, and most titles, that are compared, to bound the time


@dataclass(frozen=True)
class _Name:
    """A name or part of one, with its places.

    A difference counts only from the character `first` on, since those before it may belong to another word.
    """

    words: str
    places: tuple[Place, ...]
    first: int = 0
    is_title: bool = False
    is_body: bool = False


@dataclass(frozen=True)
class _Text:
    """The text of a file without blanks, and the place of each of its characters.

    Characters that occur in no name are replaced by line breaks, across which no name is found.
    """

    chars: str
    places: tuple[Place, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "_Text":
        """Return the text of all cells in rows, joined."""
        chars: list[str] = []
        places: list[Place] = []
        for row in rows:
            for cell in row.filled:
                for line, part in cell.parts:
                    plain = _HAN.sub("\n", "".join(part.split()))
                    chars.append(plain)
                    places += [cell.place(line)] * len(plain)
                if len(row.cells) > 1 or len(cell.text) < _LINE:  # running text continues on the next line
                    chars.append("\n")
                    places.append(cell.place(cell.line))
        return cls("".join(chars), tuple(places))


def varying(projects: Sequence[Project], rows: Sequence[Row]) -> Iterator[Misprint]:
    """Yield a misprint for each name of a project or body, and each title, that `rows` also have in another writing."""
    names = [piece for project in projects if project.name for piece in _pieces(project.name)]
    names += dict.fromkeys(body for project in projects for body in _bodies(project))
    titles = list(_titles(rows))
    if len(projects) == 1 and projects[0].name:
        yield from _unlike_heading(projects[0].name, rows)
    if not names and not titles:
        return
    text = _Text.of(rows)
    own = {name.words for name in names}
    told: set[tuple[Place, Place]] = set()
    for name in (*names[:_MOST], *titles[:_MOST]):
        for at in _near(name, text.chars):
            other, here, there = text.chars[at : at + len(name.words)], name.places[0], text.places[at]
            if other not in own and not {(here, there), (there, here)} & told:
                told.add((here, there))
                yield Misprint(name.words, other, tuple(dict.fromkeys((*name.places, there))), terms.nameVariant)


def _pieces(name: Printed) -> Iterator[_Name]:
    """Yield the parts of a project's name that are searched for other writings.

    They are the parts between punctuation marks, and, of longer parts, the names of places in them.
    """
    for piece in (_BEHIND.sub("", each) for each in _PIECES.findall("".join(name.text.split()))):
        if _SHORTEST <= len(piece) <= _LONGEST:
            yield _Name(piece, name.places)
        for place in _PLACE.finditer(piece):
            words = piece[max(0, place.end() - _LONGEST_PLACE) : place.end()]
            if _SHORTEST <= len(words) < len(piece):
                yield _Name(words, name.places, first=2 if len(words) < place.end() else 0)


def _bodies(project: Project) -> Iterator[_Name]:
    for field in BODIES:
        if body := project.form.fields.get(field):
            yield from (
                _Name(piece, body.places, is_body=True)
                for piece in _PIECES.findall("".join(body.text.split()))
                if _SHORTEST_TITLE <= len(piece) <= _LONGEST
            )


def _unlike_heading(name: Printed, rows: Iterable[Row]) -> Iterator[Misprint]:
    """Yield a misprint if a heading of the file gives its only project, called `name`, a similar name."""
    words = _NOT_NAMING.sub("", "".join(name.text.split()))
    for cell in (cell for row in rows for cell in row.filled if len(words) >= _FEWEST):
        heading = _HEADING.search("".join(cell.text.split()))
        called = _NOT_NAMING.sub("", heading[1]) if heading else ""
        near = (called[at : at + len(words)] for at in range(len(called) - len(words) + 1) if words not in called)
        most = max(1, len(words) // _LEFT)
        if other := next((each for each in near if sum(map(str.__ne__, words, each)) <= most), None):
            yield Misprint(words, other, (*name.places, *cell.places), terms.nameVariant)
            return


def _titles(rows: Iterable[Row]) -> Iterator[_Name]:
    for cell in (cell for row in rows for cell in row.filled):
        for line, part in cell.parts:
            for found in _TITLE.finditer(part):
                for piece in _PIECES.findall("".join(found[1].split())):
                    if _SHORTEST_TITLE <= len(piece) <= _LONGEST:
                        yield _Name(piece, (cell.place(line),), is_title=True)


def _near(name: _Name, text: str) -> Iterator[int]:
    """Yield the positions in a text of words that differ from a name by one character."""
    half = len(name.words) // 2
    for known, offset in ((name.words[:half], 0), (name.words[half:], half)):
        at = text.find(known)
        while at >= 0:
            start = at - offset
            if start >= 0 and _is_slip(name, text[start : start + len(name.words)]):
                yield start
            at = text.find(known, at + 1)


def _is_slip(name: _Name, other: str) -> bool:
    words = name.words
    if len(words) != len(other) or "\n" in other:
        return False
    differing = [at for at, (a, b) in enumerate(zip(words, other, strict=True)) if a != b]
    if len(differing) != 1 or (at := differing[0]) < name.first:
        return False
    if at == len(words) - 1 and at < _LONG:
        return False  # 文化中心运营 and 文化中心运行 are two words
    both = {words[at], other[at]}
    if name.is_body and both <= _RANKS:
        return True
    if both <= COUNTING:
        return name.is_title and words[at + 1 : at + 2] == _COUNTED
    return not (both <= PARTICLES or any(char.isascii() for char in both))
