"""Find names that nothing else finds, such as terms in brackets, and the part of a printed name that a text names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from jixiao.ontology.text import folding
from jixiao.server.views.questions.lexicon import Piece, is_question, words
from jixiao.server.views.questions.names import Finder, Mention
from jixiao.store import Name

_PAIRS = (("《", "》"), ("“", "”"), ("‘", "’"), ("（", "）"), ("(", ")"))


def indicators(text: str, pieces: Sequence[Piece], finder: Finder) -> Iterator[Mention]:
    """Yield a role of bodies and the type directly behind it as a name of indicators, even if none has this name.

    In 主管部门满意度 the department is a part of the name.
    """
    for role, kind in pairwise(pieces):
        is_typed = any(tag.startswith("type:") for tag in kind.tags)
        if is_typed and role.end == kind.start and text[role.start : role.end] in words()["names"]["roles"]:
            said = re.sub(words()["fielded"]["kind"], "", text[role.start : kind.end])
            names = finder.names("indicator", said) or (Name("", "indicator", said, said, "contains", 0),)
            yield Mention(role.start, role.start + len(said), said, {"indicator": names})


def glossed(text: str, mentions: Sequence[Mention], pieces: Sequence[Piece]) -> list[Mention]:
    """Return the mentions; an English phrase before its Chinese term in brackets belongs to it: trips (因公出国境)."""
    given = [each for each in mentions if text[each.start - 1 : each.start] + text[each.end : each.end + 1] == "()"]
    starts = {each.start: each.start - 1 for each in given}
    parts: list[Mention | Piece] = [
        *(each for each in mentions if each not in given),
        *(
            piece
            for piece in pieces
            if piece.tags != {"stop"} and not (piece.role or is_question(text[piece.start : piece.end]))
        ),
    ]
    for each in given:
        for part in sorted(parts, key=lambda part: -part.end):
            if re.match('"?[a-z]', text[part.start :]) and not text[part.end : starts[each.start]].strip(" -–—"):
                starts[each.start] = min(part.start, starts[each.start])
    kept = [each for each in mentions if not any(first <= each.start < last for last, first in starts.items())]
    return [replace(each, start=starts[each.start], end=each.end + 1) if each in given else each for each in kept]


def part(text: str, name: str) -> str:
    """Return the part of a printed name that has the same letters and digits as a folded text, else the text itself.

    From the name 《会计法》（2017） and the text 会计法2017 the part is 《会计法》（2017）, with both of a pair.
    """
    folded, places = folding.folded_places(name)
    said = [(char, place) for char, place in zip(folded, places, strict=True) if char.isalnum()]
    wanted = folding.bare(text)
    start = "".join(char for char, _ in said).find(wanted)
    if start < 0 or not wanted:
        return text
    first, last = said[start][1], said[start + len(wanted) - 1][1] + 1
    for before, behind in _PAIRS:
        unpaired = name[first:last].count(before) - name[first:last].count(behind)
        first -= unpaired < 0 and name[:first].endswith(before)
        last += unpaired > 0 and name[last:].startswith(behind)
    return name[first:last]
