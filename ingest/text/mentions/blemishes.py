"""Read blemishes of texts: placeholders, misprinted phrases, unpaired marks and repetitions.

Two counts of one group of people that differ are blemishes, too.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import RE, WORDING, Mention, Subject
from jixiao.ingest.text.slips import no_days
from jixiao.ingest.text.variants import difference
from jixiao.ontology import terms

_FIXED = {full: [re.compile(each) for each in patterns] for full, patterns in WORDING.tables["fixed"].items()}
_PHRASES = {
    phrase: re.compile(rf"{phrase[0]}\w{{{len(phrase) - 3},{len(phrase) - 2}}}{phrase[-1]}")
    for phrase in WORDING.words("phrases")
}
_TAKEN_AWAY = ("mixed_pair", "marks_pair", "marks_pair", "title_sign", "marks_pair", "marks_pair", "number_mark")
_MARKS, _GOES_ON = re.compile("[《》()“”]"), re.compile("[。；;！？》）)”\n]")
_CLOSING, _PAIRS = "》)”", ("《》", "()", "“”")
_ROUND = str.maketrans("（）", "()")
_AROUND, _SHOWN = 6, 12  # characters shown beside a placeholder, and beside a mark
_OPENING, _LEAST = 20, 40  # characters by which a passage is recognised; of a text that has passages

_Blemish = tuple[str, int, int, str]
"""A blemish: the IRI of its property, its start and end, and the words for the fact."""


def blemishes(subject: Subject) -> Iterator[Mention]:
    """Yield the blemishes of a project's texts, each a mention with the property of its kind."""
    for prose in subject.proses:
        found = [*_placeholders(prose)]
        if prose.place in {"overall", "annual", "section"}:
            found += [*_misprints(prose), *_unpaired(prose.flow.text), *_repeated(prose.flow.text)]
        for name, start, end, words in found:
            yield Mention(prose, terms.Mention, start, end, values={name: f.plain(words)})


def within(values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, f.Term | None]]:
    """Yield facts on the impossible dates in the texts of a node.

    `values` has the lexical forms of the node's values by property (IRI).
    """
    texts, targets = values.get(terms.text, ()), values.get(terms.targetText, ())
    yield from ((terms.impossibleDate, f.plain(words)) for text in (*texts, *targets) for _, words, *_ in no_days(text))


def _placeholders(prose: Prose) -> Iterator[_Blemish]:
    text = prose.text
    starred = RE.starred.fullmatch(text) if prose.place == "target" else None
    if found := starred or (RE.placeholder.search(text) if prose.place != "title" else None):
        first, last = prose.of_clause(found.start())
        start = max(min(first, found.start()), found.start() - _AROUND)
        end = min(max(last, found.end()), found.end() + _AROUND)
        yield terms.placeholder, start, end, prose.flow.text[start:end].strip()
    elif prose.place == "section" and RE.hint.fullmatch(text) and not RE.elsewhere.match(text):
        yield terms.placeholder, 0, len(text), text.strip()


def _misprints(prose: Prose) -> Iterator[_Blemish]:
    """Yield the fixed phrases in a known wrong form, or with one character within that is wrong or missing."""
    found = [(full, pattern.search(prose.text)) for full, patterns in _FIXED.items() for pattern in patterns]
    for full, pattern in _PHRASES.items():
        unlike = ((each, *difference(each.group(), full)) for each in pattern.finditer(prose.text))
        found += [(full, each) for each, wrong, right in unlike if len(right) == 1 and not RE.particle.match(wrong)]
    yield from ((terms.misprint, *each.span(), f"{each.group()}→{full}") for full, each in found if each)


def _unpaired(text: str) -> Iterator[_Blemish]:
    """Yield the first bracket, title mark or quotation mark that has no counterpart; nothing if all have one.

    To find it, pairs are taken away first, inner ones before outer ones, and then marks of formulas (》=), of items
    (1）) and of document numbers. A text that breaks off behind an opening mark may have lost the rest.
    """
    left = text.translate(_ROUND)
    for name in _TAKEN_AWAY:
        left = WORDING.pattern(name).sub(_without_marks, left)
    mark = _MARKS.search(left)
    if mark and mark.group() in _CLOSING:
        start = max(0, mark.end() - _SHOWN, text.rfind("\n", 0, mark.end()) + 1)
        yield terms.unpairedMark, start, mark.end(), text[start : mark.end()]
    elif mark and _GOES_ON.search(text, mark.end()):
        words = text[mark.start() :][:_SHOWN].split("\n", maxsplit=1)[0]
        yield terms.unpairedMark, mark.start(), mark.start() + len(words), words


def _without_marks(found: re.Match[str]) -> str:
    """Return the words of a pair of marks without these two, or other words without any marks."""
    words = found.group()
    return f"¦{words[1:-1]}¦" if words[0] + words[-1] in _PAIRS else _MARKS.sub("¦", words)


def _repeated(text: str) -> Iterator[_Blemish]:
    """Yield the second occurrence of a text's first 20 characters, and each item that a list names again.

    The text must have more than 40 characters, and the first 20 neither digits nor a line break. Lists are of names
    (甲、乙、甲), and of documents with their numbers (《甲》；《乙》；《甲》).
    """
    opening = text[:_OPENING]
    again = text.find(opening, _OPENING) if len(text) > _LEAST else -1
    if again >= 0 and "\n" not in opening and not any(map(str.isdecimal, opening)):
        yield terms.repetition, again, again + _OPENING, opening
    for items in RE.items.finditer(text):
        told: set[str] = set()
        for item in RE.item.finditer(text, *items.span()):
            if item.group() in told:
                yield terms.repetition, *item.span(), item.group()
            told.add(item.group())


_BY_CHANCE, _MOST_PAIRS = 20, 100  # least count that two groups do not share by chance; most pairs compared


def contradictory(subject: Subject) -> Iterator[Mention]:
    """Yield each two counts of households and persons with only one number in common: 76户174人 and 67户174人.

    Both mentions have one fact; common numbers below 20 are taken for chance.
    """
    found = ((prose, one) for prose in subject.running for one in RE.pair.finditer(prose.text))
    for pair in combinations(islice(found, _MOST_PAIRS), 2):
        few, many = ((one["few"], one["many"]) for _, one in pair)
        alike = [one for one, other in zip(few, many, strict=True) if one == other]
        if len(alike) == 1 and int(alike[0]) >= _BY_CHANCE:
            told = {terms.unequalCounts: f.plain("……".join(one[0] for _, one in pair))}
            yield from (Mention(prose, terms.Mention, *one.span(), values=told) for prose, one in pair)
