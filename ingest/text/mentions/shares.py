"""Find the shares that one act divides a whole into, and passages that name the sources of money.

Shares are ratios (6:2:2), percentages of several bearers or instalments, and counts behind 其中 that are named alike.
`jx:printedResult` is the whole that they should come to; the setting `share` tells that the rest is left open. All
money from one source (资金全部自筹) is one share of a hundred, and names the field of the form that has such money.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.factors import RE, WORDING, YUAN
from jixiao.ingest.text.mentions.prose import Prose, Quantity
from jixiao.ingest.text.mentions.subject import Mention, Subject, settings
from jixiao.ontology import terms

_NO_COUNTS = frozenset({YUAN, WORDING.text("percent"), ""})
_TEN, _HUNDRED, _OPEN = Decimal(10), Decimal(100), settings(["share"])
_FEWEST, _MOST, _ALIKE = 2, 6, 2  # shares of a whole; characters in which names of parts end alike


def shares(subject: Subject) -> Iterator[Mention]:
    """Yield the shares in the goals and sections of a project, and the sources of money that they name."""
    read = "".join(prose.text for prose in subject.running)
    for prose in (*subject.running, *(each for each in subject.bases if each.text not in read)):
        yield from _ratios(prose)
        yield from _rates(prose)
        yield from _counts(prose)
        yield from _sources(prose)


def _shares(prose: Prose, span: tuple[int, int], parts: Sequence[Decimal], whole: Decimal, *, is_open: bool) -> Mention:
    total = {terms.computedValue: f.decimal(sum(parts, Decimal(0))), terms.printedResult: f.decimal(whole)}
    return Mention(prose, terms.StatedShares, *span, values=total | {terms.setting: _OPEN if is_open else None})


def _ratios(prose: Prose) -> Iterator[Mention]:
    for found in RE.ratio.finditer(prose.text):
        parts = [Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", found["ratio"])]
        whole = _HUNDRED if sum(parts) > _HUNDRED / 2 else _TEN
        yield _shares(prose, found.span("ratio"), parts, whole, is_open=False)


def _rates(prose: Prose) -> Iterator[Mention]:
    """Yield the shares in per cent of the bearers or instalments in a sentence, up to a second first instalment."""
    rates = [each for each in prose.quantities if each.unit in {"%", "％"} and each.upper is None]
    for start, end in dict.fromkeys(prose.of_sentence(each.start) for each in rates):
        found = [each for each in rates if start <= each.start < end]
        behind = (start, *(each.end for each in found))
        gaps = [prose.text[last : each.start] for last, each in zip(behind, found, strict=False)]
        again = next((at for at, gap in enumerate(gaps) if at and RE.first_phase.search(gap)), None)
        found, gaps, first = found[:again], gaps[:again], RE.phases.search(gaps[0])
        phases = [len(RE.phases.findall(gap)) for gap in gaps]
        borne = all(_is_share(gap, first=not at) for at, gap in enumerate(gaps))
        if (
            (sum(phases) > _FEWEST if phases[0] else borne)
            and _FEWEST <= len(found) <= _MOST
            and RE.borne.search(prose.text, start, end)
            and not any(RE.no_share.search(each) for each in gaps)
        ):
            span = start + first.start() if first else found[0].start, found[-1].end
            parts = [each.value * max(1, number) for each, number in zip(found, phases, strict=True)]
            is_open = bool(RE.left.search(prose.text, start, end)) or (not first and len(found) == _FEWEST)
            yield _shares(prose, span, parts, _HUNDRED, is_open=is_open)


def _is_share(gap: str, *, first: bool) -> bool:
    """Return whether a percentage is a share: of a bearer in the words before it, or in a list that is shared."""
    words = RE.joints.sub("", gap)
    return bool(RE.bearer.search(words) or (RE.borne.search(words) if first else not words))


def _counts(prose: Prose) -> Iterator[Mention]:
    """Yield counts with the parts that follow 其中 in the same unit, named alike."""
    for at, whole in enumerate(prose.quantities[:-1]):
        parts: list[Quantity] = []
        start, alike = whole.end, ""
        for one in prose.quantities[at + 1 :]:
            words = RE.joints.sub("", prose.text[start : one.start])
            opens = RE.of_which.match(words)
            if one.unit != whole.unit or whole.unit in _NO_COUNTS or bool(parts) == bool(opens):
                break
            if alike not in ("", words[-_ALIKE:]) or "。" in words[1:]:
                break
            alike, start = words[-_ALIKE:], one.end
            parts.append(one)
        if _FEWEST <= len(parts) <= _MOST:
            span = parts[0].start, parts[-1].end
            yield _shares(prose, span, [each.value for each in parts], whole.value, is_open=False)


def _sources(prose: Prose) -> Iterator[Mention]:
    """Yield each passage that says where all money comes from, and the first that names other sources."""
    for found in RE.all_money.finditer(prose.text):
        sentence = prose.text[slice(*prose.of_sentence(found.start()))]
        own, public = (bool(each.search(sentence)) for each in (RE.own_money, RE.public_money))
        if own != public and not RE.only_part.search(sentence):
            whole = dict.fromkeys((terms.computedValue, terms.printedResult), f.decimal(_HUNDRED))
            source = f.iri(terms.otherFunds if own else terms.fiscalFunds)
            yield Mention(prose, terms.StatedShares, *found.span(), values=whole | {terms.names: source})
    if other := RE.others_money.search(prose.text):
        names = {terms.names: f.iri(terms.otherFunds)}
        yield Mention(prose, terms.StatedName, *other.span(), other.group(), values=names)
