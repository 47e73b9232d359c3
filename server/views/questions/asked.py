"""Find the noun that a question asks for (项目 in 哪些项目), the quantity of each bound, and unexplained passages."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from jixiao.ontology.text.wording import any_of
from jixiao.server.views.questions.lexicon import LATIN, Piece, group, is_question, words
from jixiao.server.views.questions.senses import Item

_SUPERLATIVES = frozenset(("meaning:most", "meaning:least", "meaning:dear"))


def noun(text: str, pieces: Sequence[Piece]) -> tuple[frozenset[str], bool]:
    """Return the meanings of the noun that a question asks for, empty if not clear, and True if it asks for a number.

    The noun stands beside a word that asks (哪些项目, 项目有多少), otherwise after a superlative (largest projects);
    without either, an English question with a superlative asks for its first noun. Values may stand between.
    """
    said = [text[piece.start : piece.end].strip() for piece in pieces]
    table = words()["asked"]
    nouns = _nouns(said, pieces)
    kinds = _counted(nouns, said, pieces)
    highest = [bool(piece.tags & _SUPERLATIVES) or piece.role == "top" for piece in pieces]
    if first := _measured(pieces) or _owned(said, nouns, highest):
        return first, False
    skipped = [
        top or not piece.tags or word in table["between"]
        for top, piece, word in zip(highest, pieces, said, strict=True)
    ]

    def beside(at: int, step: int) -> frozenset[str]:
        while 0 <= at < len(pieces) and not nouns[at] and skipped[at]:
            at += step
        return nouns[at] if 0 <= at < len(pieces) else frozenset()

    for at, piece in enumerate(pieces):
        # In 哪个的项目 the projects are not asked for, but whose they are.
        is_whose = said[at] in table["whose"] and said[at + 1 : at + 2] == ["的"]
        if is_question(said[at]) and "meaning:money" not in piece.tags and not is_whose:
            counts = said[at] in table["number"]
            found = (
                nouns[at]
                or (
                    frozenset().union(*kinds[at + 1 : at + 2])
                    if counts and not any(nouns[at : at + 3 if LATIN.match(said[at]) else None])
                    else frozenset()
                )
                or beside(at + 1, 1)
                or (frozenset() if LATIN.match(said[at]) else beside(at - 1, -1))
            )
            if counts and not found and said[at].endswith(tuple(table["counters"])):
                # 目标值写“及时”的指标有几个; 有几个设了质量指标的项目
                found = next(filter(None, [*reversed(kinds[:at]), *nouns[-1:] * (said[-2:-1] == ["的"])]), frozenset())
            if found or (counts and said[at].endswith(tuple(table["counters"]))):
                return found, counts and not _is_among(said[at + 1 :], highest[at + 1 :])
    for at, piece in enumerate(pieces[:-1]):
        is_of = said[at + 1] == "的"
        if highest[at] and (is_of or "meaning:plenty" not in piece.tags) and any(nouns[at + 1 + is_of :][:1]):
            return nouns[at + 1 + is_of], False
    return next(filter(None, nouns), frozenset()) if any(highest) and LATIN.match(text) else frozenset(), False


def _is_among(said: Sequence[str], highest: Sequence[bool]) -> bool:
    """Return True if the words after a number ask for one of the counted things: 几个项目里哪个最少.

    `said` are these words, and `highest` says of each if it is a superlative.
    """
    return any(highest) and any(word in words()["asked"]["whose"] for word in said)


def _measured(pieces: Sequence[Piece]) -> frozenset[str]:
    """Return the noun `indicator` if a question asks for a number of some unit, as 多少个村 does; otherwise no noun.

    Such a number is the target of an indicator.
    """
    return frozenset(("indicator",) * any(each.unit and not each.bounds for each in pieces))


def _owned(said: Sequence[str], nouns: Sequence[frozenset[str]], highest: Sequence[bool]) -> frozenset[str]:
    """Return the noun of a thing whose owner is asked for: the project in 金额最大的项目是哪个单位的.

    Empty without such a thing. `said` are the words of the question, `nouns` their meanings as nouns, and `highest`
    says of each word if it is a superlative.
    """
    belongs = tuple(words()["asked"]["belongs"])
    places = [
        at for at in range(2, len(said)) if said[at].startswith(belongs) and any(highest[max(at - 3, 0) : at - 1])
    ]
    return next((nouns[at - 1] for at in places if nouns[at - 1]), frozenset())


def is_noun(piece: Piece) -> bool:
    """Return True if a piece is a noun for things that rows of an answer may be, such as project."""
    return any(f"meaning:{name}" in piece.tags for name in group("nouns"))


def _nouns(said: Sequence[str], pieces: Sequence[Piece]) -> list[frozenset[str]]:
    """Return, for each piece, those of its meanings that are nouns, as a set that may be empty."""
    anyone = words()["asked"]["anyone"]
    return [
        frozenset(
            name
            for name in group("nouns")
            if f"meaning:{name}" in piece.tags or (name in ("body", "province") and word in anyone)
        )
        for piece, word in zip(pieces, said, strict=True)
    ]


def _counted(nouns: list[frozenset[str]], said: Sequence[str], pieces: Sequence[Piece]) -> list[frozenset[str]]:
    """Return the nouns of each piece, also of words that mean a noun only where things are counted.

    Such words are types of indicators (数量指标), unless the question is on each of several things, and categories of
    projects (一次性项目).
    """
    each = {*words()["asked"]["each"]}
    apart = any({word[:1], word.partition(" ")[0]} & each for word in said)
    return [
        names
        or frozenset(("indicator",) * (not apart and any(tag.startswith("type:") for tag in piece.tags)))
        or frozenset(("project",) * any(tag.startswith("category:") for tag in piece.tags))
        for names, piece in zip(nouns, pieces, strict=True)
    ]


def unexplained(text: str, pieces: Sequence[Piece], absent: tuple[str, ...]) -> tuple[str, ...]:
    """Return the passages of a question that nothing explains, each with doubtful words directly beside it.

    Doubtful are unknown pieces, and known words of one Chinese character: from 最后 the whole word is returned, though
    最 is known. A passage after the name of a place without filings (`absent`) names a body there, and is left out.
    """
    stretches: list[str] = []
    sure = {
        piece
        for piece in pieces
        for word in (text[piece.start : piece.end],)
        if piece.role or (piece.known and (len(word) > 1 or word.isascii() or word in words()["names"]["leading"]))
    }
    for is_loose, run in groupby(pieces, key=lambda piece: piece not in sure):
        loose = list(run)
        is_there = bool(absent) and text[: loose[0].start].rstrip().endswith(absent)
        if is_loose and not is_there and not all(piece.known for piece in loose):
            stretches.append(text[loose[0].start : loose[-1].end])
    return tuple(stretches)


def owners(text: str, items: Sequence[Item], pieces: Sequence[Piece]) -> Mapping[tuple[int, int], str]:
    """Return the name of the quantity that each bound limits, by the bound's start and end; "" if two may be meant.

    Quantities are a score, a rate of execution or a share of a target (the table `quantities` of words.toml has their
    words). A bound is of the quantity that its unit implies, such as points, or that is named before the bound, or
    after it. A bound that follows another bound without a name between them is of the same quantity (高于90而低于97).
    Of two bounds joined by 或者 or “or”, the second has "", since all conditions of an answer must hold. If a question
    names one quantity or none, only bounds whose unit implies the quantity are returned.
    """
    points, quantities = words()["points"], words()["quantities"]
    named = [
        (each.start, each.end, name)
        for each in pieces
        for name, meanings in quantities.items()
        if not each.tags.isdisjoint(f"meaning:{meaning}" for meaning in meanings)
    ]
    roles = [((item.start, item.end), item.senses[0].role.partition("-")[0], item.senses[0].text) for item in items]
    fixed = {
        span: role if role in quantities else str(points["quantity"])
        for span, role, value in roles
        if role in quantities or value == points["unit"]
    }
    if len({*(name for _, _, name in named), *fixed.values()}) <= 1:
        return fixed
    spans = sorted({span for span, role, _ in roles if role in {"figure", *quantities}})
    found: dict[tuple[int, int], str] = {}
    last, same, also = 0, "", any_of(words()["names"]["also"])
    for (start, end), (following, _) in zip(spans, [*spans, (len(text), 0)][1:], strict=True):
        before = [each for each in named if last <= each[0] and each[1] <= start]
        behind = next((each for each in named if end <= each[0] and each[1] <= following), None)
        is_either = last and re.search(points["either"], text[last:start])
        is_joined = len({each[2] for each in before[-2:]}) > 1 and re.search(f"{also} ?$", text[: before[-1][0]])
        is_free = not before and (start, end) not in fixed
        is_next = behind is not None and is_free and (not same or not text[end : behind[0]].strip())
        own = before[-1][2] if before else behind[2] if behind and is_next else "" if behind else same
        same = found[start, end] = "" if is_either else fixed.get((start, end)) or ("" if is_joined else own)
        last = behind[1] if behind and is_next else end
    return found
