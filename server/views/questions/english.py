"""Find what a question names in English: bodies and streets by words and pinyin, topics by their meaning.

Names in the dataset are Chinese. “Songjiang People's Congress” means 上海市松江区人民代表大会常务委员会办公室:
Songjiang is the pinyin of 松江 in the body's name, and the table `english` of words.toml translates People's Congress.
A body fits if its name has every part. Topics, such as training (培训), are in words.toml and in a dictionary.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jixiao.ontology.text import folding, wording
from jixiao.server.views.questions import dictionary
from jixiao.server.views.questions.lexicon import LATIN, SEVERAL, Piece, Stretch, words
from jixiao.server.views.questions.named_things import Finder, Mention
from jixiao.store.index.found import Name

_MOST, _MOST_WORDS = 50, 8  # bodies that a name in English means, and words and values in it
_SHORTEST_PLACE, _LONGEST_PLACE = 2, 6  # characters of a place's Chinese name
_MOST_FURTHER = 0.5  # words of a meaning besides an English word, on average
_SUBJECT = 2  # phrases of a topic with a word such as “law” behind it


@dataclass(frozen=True)
class _Phrase(Stretch):
    """A word of a question, or several that a table of words.toml translates together.

    `known` is True if the lexicon explains the phrase, too.
    """

    known: bool

    @property
    def topic(self) -> str:
        return str(words()["topics"].get(self.text, ""))

    @property
    def part(self) -> str:
        """Return the Chinese part of bodies' names that the phrase means.

        "" if the table `english` lacks the phrase.
        """
        return str(words()["english"].get(self.text, ""))


def named(text: str, pieces: Sequence[Piece], finder: Finder) -> list[Mention]:
    """Return the mentions of bodies and topics that a folded question names in English, or of places in pinyin.

    Of passages that overlap, the longest that names something is taken.
    """
    found = [finder.mention(street, *span) for *span, street in streets(text, finder.labels())]
    for run in _runs(text, pieces):
        spans = [(at, end) for at in range(len(run)) for end in range(at + 1, min(at + _MOST_WORDS, len(run)) + 1)]
        for first, last in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
            start, end = run[first].start, run[last - 1].end
            if all(end <= each.start or each.end <= start for each in found):
                # A single word may be a verb, unless a topic is beside it.
                beside = last - first == 1 and any(each.topic for each in run[max(first - 1, 0) : last + 1])
                found += _meant(text, run[first:last], finder, is_noun=beside or _is_about(text, start, end))
    return found


def _runs(text: str, pieces: Sequence[Piece]) -> Iterator[list[_Phrase]]:
    """Yield the longest sequences of English words and phrases that may name something.

    No comma and no known word, except a word of names, is within a sequence.
    """
    joints = words()["names"]["joints"]
    unknown = {place for piece in pieces if not piece.known for place in range(piece.start, piece.end)}
    runs: list[list[Piece]] = [[]]
    for piece in pieces:
        belongs = _belongs(text[piece.start : piece.end], piece)
        if runs[-1] and (not belongs or re.search("[,;:]", text[runs[-1][-1].end : piece.start])):
            runs.append([])
        runs[-1] += [piece] * belongs
    for run in filter(None, runs):
        found = _token().finditer(text, run[0].start, run[-1].end)
        said = [_Phrase(*each.span(), each[1] or each[0], unknown.isdisjoint(range(*each.span()))) for each in found]
        yield [each for each in said if each.text not in joints]


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of one word or phrase; a phrase of the tables of words.toml is its first group."""
    phrases = wording.alternatives([*words()["english"], *words()["topics"], *words()["names"]["behind_topics"]])
    return re.compile(rf"({phrases})(?:e?s)?(?![a-z'])|{LATIN.pattern}|[a-z0-9]+")


def _belongs(word: str, piece: Piece) -> bool:
    parts = {part for each in word.split() for part in (each, re.sub("e?s$", "", each), each.removesuffix("s"))}
    return LATIN.match(word) is not None and (not piece.known or not parts.isdisjoint(_translated()))


@cache
def _translated() -> frozenset[str]:
    """Return the English words that are in phrases of the tables of words.toml, and the words that join phrases."""
    table = words()["names"]
    said = {
        word for phrase in (*words()["english"], *words()["topics"], *table["behind_topics"]) for word in phrase.split()
    }
    return frozenset((said - {*table["also"]}) | {*table["joints"]})


def _meant(text: str, phrases: Sequence[_Phrase], finder: Finder, *, is_noun: bool) -> list[Mention]:
    """Return the mention, in a list, that several phrases are together; empty if they name nothing.

    A mention is of a topic or law, a body or place, or a part of projects' names. Words that the lexicon explains are
    no mention. `is_noun` is True if a single phrase surely is a noun, and no verb.
    """
    start, end = phrases[0].start, phrases[-1].end
    said, behind = [each.text for each in phrases], words()["names"]["behind_topics"]
    topics = [each.topic for each in phrases if each.topic]
    if all(each.known for each in phrases) and not (topics and behind.keys() & {*said}):
        return []
    subject = [each.topic for each in phrases if each.text not in behind] or topics
    if len(subject) == 1 and subject[0] and len(phrases) <= _SUBJECT:  # the Forest Law, law on forests
        return [finder.mention(subject[0] + "".join(behind.get(each, "") for each in said), start, end)]
    is_named = len(phrases) == 1 or any(each.part for each in phrases)  # “Songjiang in Shanghai” is no one body
    if is_named and len(topics) < len(phrases) and (by_kind := _bodies(text[start:end], said, finder)):
        return [Mention(start, end, text[start:end], by_kind)]
    is_kind = all(each.part for each in phrases)
    return [] if is_kind or (len(phrases) == 1 and not is_noun) else _in_names(text, phrases, finder, is_noun=is_noun)


def _in_names(text: str, phrases: Sequence[_Phrase], finder: Finder, *, is_noun: bool) -> list[Mention]:
    """Return a list with the mention of a part of projects' names that phrases mean by the dictionary.

    If no name has such a part and `is_noun` is True, the mention has the dictionary's translations; otherwise the list
    is empty.
    """
    start, end = phrases[0].start, phrases[-1].end
    most = _MOST_FURTHER * len(phrases) if len(phrases) > 1 else 0.0
    several = dictionary.vocabulary(tuple(map(folding.fold, finder.labels("series")))).find(text[start:end], most)
    several = several or dictionary.nouns(text[start:end].removesuffix("s")) * is_noun
    names = finder.mention(several[0], start, end).names if len(several) == 1 else {}
    return [Mention(start, end, SEVERAL.join(several), names)] if several else []


def _bodies(text: str, said: Sequence[str], finder: Finder) -> dict[str, tuple[Name, ...]]:
    """Return the names of the place or of the bodies that words mean, as a dict with one kind, `place` or `org`.

    The dict is empty if there are none. A place is preferred where the words are a place's name alone.
    """
    labels = bodies_in_english(said, finder.labels("org"))[:_MOST]
    names = tuple(name for label in labels for name in finder.names("org", folding.fold(label)) if name.how == "same")
    places = finder.names("place", text)
    if places and (places[0].iri or places[0].how == "same" or not names):
        return {"place": places}
    return {"org": names} if names else {}


def streets(text: str, labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the streets in labels that a text names in pinyin (Lanxi Road), each as start, end and Chinese name."""
    ways = words()["streets"]["in_english"]
    for match in re.finditer(rf"({LATIN.pattern}) ({wording.alternatives(ways)})\b", text):
        named = {part + ways[match[2]] for part in _places(match[1], labels)}
        yield from ((*match.span(), name) for name in sorted(named)[:1] if any(name in label for label in labels))


def bodies_in_english(said: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the labels that have the translation, or the place in pinyin, of every word in `said`.

    Words of kinds alone, such as county government, name no body.
    """
    table = words()["english"]
    # “District in Ningxia” asks for districts, as “county government” for governments of counties.
    if {table[word] for word in said if word in table} <= {*"省市县区"} and any(word in table for word in said):
        return []
    wanted = [{table[word]} if word in table else _places(word, labels) for word in said]
    if set().union(*wanted) <= {*words()["names"]["kinds"], *words()["names"]["bodies"]}:
        return []
    return [label for label in labels if all(any(part in label for part in parts) for parts in wanted)]


def _places(word: str, labels: Iterable[str]) -> set[str]:
    """Return the parts of labels whose characters, read in pinyin, spell the word."""
    ways, borders = folding.pinyin(word, _LONGEST_PLACE), words()["streets"]["borders"]
    pattern = f"(?=({ways})(?:{borders}))|(?:^|(?<={borders}))({ways})"
    parts = {match[1] or match[2] for label in labels for match in re.finditer(pattern, label)} if ways else set()
    return {part for part in parts if len(part) >= _SHORTEST_PLACE}


def _is_about(text: str, start: int, end: int) -> bool:
    """Return True if a passage of a question is what projects are about: “about X”, “X projects”."""
    about = wording.alternatives(words()["meaning"]["about"]["en"])
    return bool(re.search(rf"{about} (?:the )?$", text[:start]) or re.match(" projects?", text[end:]))
