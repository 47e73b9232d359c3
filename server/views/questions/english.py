"""Find what a question names in English: bodies and streets by words and pinyin, topics by their meaning.

Names in the dataset are Chinese. “Songjiang People's Congress” means 上海市松江区人民代表大会常务委员会办公室:
Songjiang is the pinyin of 松江 in the body's name, and the table `english` of words.toml translates People's Congress.
A body fits if its name has every part. Topics, such as training (培训), are in words.toml and in a dictionary.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from jixiao.ontology.text import folding, wording
from jixiao.ontology.text.folding import fold
from jixiao.server.views.questions import dictionary
from jixiao.server.views.questions.lexicon import LATIN, SEVERAL, Piece, whole, words
from jixiao.server.views.questions.names import Finder, Mention

_MOST, _MOST_WORDS = 50, 8  # bodies that a name in English means, and words and values in it
_SHORTEST_PLACE, _LONGEST_PLACE = 2, 6  # characters of a place's Chinese name
_PLACED = 2  # words of a run, more than which may begin or end with a place
_MOST_FURTHER = 2.0  # words of a meaning besides an English word, on average


def named(text: str, pieces: Sequence[Piece], finder: Finder) -> list[Mention]:
    """Return the bodies and topics that a folded question names in English, with places in pinyin."""
    mentions = [finder.mention(street, *span) for *span, street in streets(text, finder.labels())]
    topics = [
        finder.mention(topic, start, end) for start, end, topic in english_topics(text, _outside(pieces, mentions))
    ]
    translated = _translated(text, _outside(pieces, mentions), topics, finder)
    mentions += [*translated, *_kinds(text, finder)]
    mentions += [each for each in topics if not any(_holds(one, each) for one in translated)]
    # Wanli in “the Wanli service centre” is a name besides the topic.
    for start, end, said in (*english_names(text, pieces), *english_names(text, _outside(pieces, mentions))):
        # The education bureau of a district is no topic of its own, and education in a district is.
        is_body = any(words()["english"].get(word) in words()["names"]["bodies"] for word in said)
        taken = any(each.start == start and (each.end >= end or not is_body) for each in mentions)
        within = any(each.start < start and end <= each.end for each in mentions)
        if taken or within or all(word in words()["topics"] for word in said):
            continue
        labels = bodies_in_english(said, finder.labels("org"))[:_MOST]
        names = tuple(name for label in labels for name in finder.names("org", fold(label)) if name.how == "same")
        places = finder.names("place", text[start:end])
        if names or places:  # a place alone means what lies in it, and no body
            is_place = places and (places[0].iri or places[0].how == "same" or not names)
            by_kind = {"place": places} if is_place else {"org": names}
            mentions.append(Mention(start, end, text[start:end], by_kind))
    # In “the Wanli education bureau” the education is no topic of its own.
    return [each for each in mentions if not any(_holds(one, each) and not _holds(each, one) for one in mentions)]


def _kinds(text: str, finder: Finder) -> Iterator[Mention]:
    """Yield the kinds of bodies that a question names by their field, such as education bureaus."""
    table = words()["english"]
    kinds = {word: part for word, part in table.items() if part in words()["names"]["bodies"]}
    fields, ends = wording.alternatives([*table, *words()["topics"]]), wording.alternatives(kinds)
    for match in re.finditer(rf"\b(?P<field>{fields}) (?P<kind>{ends})(?:e?s)?\b", text):
        if f"{match['field']} {match['kind']}" in table:  # a government office has its place beside it
            continue
        field = table.get(match["field"]) or words()["topics"][match["field"]]
        if names := finder.names("org", field + kinds[match["kind"]]):
            yield Mention(*match.span(), field + kinds[match["kind"]], {"org": names})


def _outside(pieces: Sequence[Piece], mentions: Sequence[Mention]) -> list[Piece]:
    return [piece for piece in pieces if not any(each.start <= piece.start < each.end for each in mentions)]


def _holds(one: Mention, other: Mention) -> bool:
    return one.start <= other.start and other.end <= one.end


def _translated(text: str, pieces: Sequence[Piece], topics: Sequence[Mention], finder: Finder) -> list[Mention]:
    """Return the runs of English words, none of them one topic, that mean a part of projects' names.

    A single word is one only beside a word such as “about” or “project”, since it may be a verb.
    """
    found = []
    for run in _runs(text, pieces):
        # “Jin'an international tennis open” has a place before the words.
        for words_of in (run, run[1:], run[:-1])[: 3 if len(run) > _PLACED else 1]:
            start, end = words_of[0].start, words_of[-1].end
            is_kind = all(text[piece.start : piece.end] in words()["english"] for piece in words_of)
            if is_kind or any(each.start <= start and end <= each.end for each in topics):
                continue
            single = 0.0 if _is_about(text, start, end) else -1.0
            most = _MOST_FURTHER * len(words_of) if len(words_of) > 1 else single
            parts = dictionary.vocabulary(tuple(map(fold, finder.labels("series")))).find(text[start:end], most)
            if parts:
                names = finder.mention(parts[0], start, end).names if len(parts) == 1 else {}
                found.append(Mention(start, end, SEVERAL.join(parts), names))
                break
    return found


def english_names(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield the stretches of a question that may name a body in English, each as start, end and words.

    A stretch is a run of English words without a comma, with at least one that is not a known word. Words that are one
    entry of the table `english`, such as people's congress, are given as one text.
    """
    run: list[Piece] = []
    for piece in (*pieces, None):
        is_apart = piece is not None and bool(run) and "," in text[run[-1].end : piece.start]
        if piece is not None and not is_apart and _belongs(text, piece, run):
            run.append(piece)
            continue
        while run and _is_joint(text, run[-1]):
            run.pop()
        if any(not each.known for each in run) and len(run) <= _MOST_WORDS:
            said = [each for each in run if not _is_joint(text, each)]
            stretch = " ".join(text[each.start : each.end] for each in said)
            phrases = tuple(_phrases(stretch.split()))
            if len(said) == len(phrases) > 1 and not any(word in words()["english"] for word in phrases):
                # Places alone, as in “Songjiang in Shanghai”, are no one body.
                yield from ((each.start, each.end, (text[each.start : each.end],)) for each in said)
            else:
                yield run[0].start, run[-1].end, phrases
        run = [piece] if piece is not None and is_apart and _belongs(text, piece, []) else []


def english_topics(text: str, pieces: Sequence[Piece]) -> Iterator[tuple[int, int, str]]:
    """Yield the stretches that name a topic or a law in English, each as start, end and Chinese word.

    A topic may be plural; one without an unknown word is left out, as the lexicon explains it already. A law is a topic
    with a word such as “law” beside it: “forest law” and “law on forests” are 森林法.
    """
    laws = words()["laws"]
    among = words()["topics"] | laws["of"]
    kinds, topic = wording.alternatives(laws["kinds"]), wording.alternatives(among)
    tail = wording.alternatives(words()["names"]["tails"])
    pattern = rf"(?:(?P<of>{kinds}) (?:on|of)(?: the)? )?(?P<topic>{topic})(?:e?s)?(?: (?:(?P<law>{kinds})|{tail}))?"
    for match in re.finditer(pattern, text):
        start, end = match.span()
        within = [piece for piece in pieces if start <= piece.start and piece.end <= end]
        is_topic = any(not piece.known for piece in within)
        law = match["law"] or match["of"]
        if (law or is_topic) and whole(text, start, end):
            yield (
                start,
                end,
                (among if law else laws["of"] | words()["topics"])[match["topic"]] + laws["kinds"].get(law, ""),
            )


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
    if set().union(*wanted) <= set(words()["names"]["kinds"]):
        return []
    return [label for label in labels if all(any(part in label for part in parts) for parts in wanted)]


def _belongs(text: str, piece: Piece, run: Sequence[Piece]) -> bool:
    word = text[piece.start : piece.end]
    return LATIN.match(word) is not None and (
        not piece.known
        or any(part in _english_words() for part in word.split())
        or (bool(run) and _is_joint(text, piece))
    )


def _is_joint(text: str, piece: Piece) -> bool:
    return text[piece.start : piece.end] in words()["names"]["joints"]


def _phrases(said: Sequence[str]) -> Iterator[str]:
    """Yield the words, those together that are an entry of the table `english`; the longest entry is preferred."""
    at = 0
    while at < len(said):
        ends = (end for end in range(len(said), at + 1, -1) if " ".join(said[at:end]) in words()["english"])
        end = next(ends, at + 1)
        yield " ".join(said[at:end])
        at = end


@cache
def _english_words() -> frozenset[str]:
    return frozenset(word for phrase in words()["english"] for word in phrase.split())


def _places(word: str, labels: Iterable[str]) -> set[str]:
    """Return the parts of labels whose characters, read in pinyin, spell the word."""
    ways, borders = folding.pinyin(word, _LONGEST_PLACE), words()["streets"]["borders"]
    pattern = f"(?=({ways})(?:{borders}))|(?:^|(?<={borders}))({ways})"
    parts = {match[1] or match[2] for label in labels for match in re.finditer(pattern, label)} if ways else set()
    return {part for part in parts if len(part) >= _SHORTEST_PLACE}


def _runs(text: str, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the runs of English words that are no known words, with words such as “of” between them."""
    run: list[Piece] = []
    for piece in (*pieces, None):
        said = "" if piece is None else text[piece.start : piece.end]
        if (
            piece is not None
            and LATIN.match(said)
            and (not piece.known or (run and said in words()["names"]["joints"]))
        ):
            run.append(piece)
            continue
        while run and run[-1].known:
            run.pop()
        if run:
            yield run
        run = []


def _is_about(text: str, start: int, end: int) -> bool:
    """Return True if a stretch of a question is what projects are about: “about X”, “X projects”."""
    about = wording.alternatives(words()["meaning"]["about"]["en"])
    return bool(re.search(rf"{about} (?:the )?$", text[:start]) or re.match(" projects?", text[end:]))
