"""Find the Chinese words that English ones mean: those of words.yaml, or of the dictionary CC-CEDICT.

Only those count that occur in the data.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product

from jixiao.ontology.text import dictionary
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.words import Piece, table

_WORD = re.compile(r"[a-z][a-z'-]*")
_RUN = re.compile(rf"{_WORD.pattern}(?: +{_WORD.pattern})*")
_MOST_WORDS = 5  # English words of a phrase
_MOST_MEANINGS = 6  # Chinese words of one topic
_NAMED = (("organ", "org", "contains"), ("document", "basis", "is"))
"""Kinds of pieces for names, with the kind of the things in the index, and the operator."""
_OTHER_FORMS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ed", ""))
"""Endings of words that the dictionary has in another form."""


def names(text: str, known: Callable[[str, str], bool]) -> Iterator[Piece]:
    """Yield kinds of bodies and documents that a text names: forestry bureaus are 林业局, the Budget Law is 预算法.

    `known` says if something of a kind (org, basis) has a text in its name.
    """
    for (kind, of, operator), match in product(_NAMED, _WORD.finditer(text)):
        endings = table()["english"][of]
        ends = endings.get(match[0]) or endings.get(match[0].removesuffix("s"), ())
        for start, end in phrases(text) if ends else ():
            is_before = end < match.start() and not text[end : match.start()].strip()
            is_behind = start > match.end() and text[match.end() : start].strip() in ("on", "of", "for")
            spellings = [chinese + ending for chinese in meanings(text[start:end]) for ending in ends]
            used = [name for name in spellings if known(of, name)][:_MOST_MEANINGS]
            # A law that is not in the dataset has a title all the same: the Budget Law is no budget.
            if is_before and match[0] in table()["laws"]["english"] and " " not in text[start:end]:
                used = used or spellings[:1]
            if used and (is_before or is_behind):
                first, last = min(start, match.start()), max(end, match.end())
                said = Bilingual("、".join(used), f"{text[first:last]} ({', '.join(used)})")
                yield Piece(first, last, kind, tuple(used), operator, said)


def phrases(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last position of each run of English words in a text that may be a phrase."""
    words = [*_WORD.finditer(text)]
    for at, first in enumerate(words):
        yield from ((first.start(), last.end()) for last in words[at : at + _MOST_WORDS])


def other_words(text: str, pieces: Sequence[Piece], occurs: Callable[[str], bool]) -> Iterator[Piece]:
    """Yield the English words that no piece explains; those of which nothing has the Chinese words are `lost`."""
    covered = {at for piece in pieces for at in range(piece.start, piece.end)}
    free = "".join("|" if at in covered else char for at, char in enumerate(text))
    for run in _RUN.finditer(free):
        yield from _of_run(text, [*_WORD.finditer(text, *run.span())], occurs)


def _of_run(text: str, run: Sequence[re.Match[str]], occurs: Callable[[str], bool]) -> Iterator[Piece]:
    """Yield the words that follow each other: the longest phrases that have a meaning, then single words."""
    at = 0
    while at < len(run):
        for end in range(min(len(run), at + _MOST_WORDS), at, -1):
            start, stop = run[at].start(), run[end - 1].end()
            meant = [word for word in meanings(text[start:stop]) if len(word) > 1 and occurs(word)][:_MOST_MEANINGS]
            if meant or end == at + 1:
                spoken = Bilingual("、".join(meant), f"{text[start:stop]} ({', '.join(meant)})")
                values = tuple(meant) or (text[start:stop],)
                yield Piece(start, stop, "word" if meant else "lost", values, words=spoken)
                at = end
                break


def meanings(phrase: str) -> Sequence[str]:
    """Return the Chinese words that mean an English phrase, those of words.yaml before those of the dictionary."""
    forms = [phrase, *(phrase.removesuffix(end) + other for end, other in _OTHER_FORMS if phrase.endswith(end))]
    chinese = [word for form in forms for word in _listed().get(form, ())]
    listed = [*chinese, *(other for word in chinese for other in table()["area"].get(word, ()))]
    if listed and " " in phrase:
        return listed
    return list(dict.fromkeys([*listed, *(word for form in forms for word in dictionary.meanings(form))]))


@cache
def _listed() -> Mapping[str, Sequence[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for chinese, english in table()["topic"].items():
        for phrase in english:
            found[phrase] += chinese.split(",")
    return found
