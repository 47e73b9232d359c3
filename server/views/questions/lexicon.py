"""Divide a folded question into values, known words, and unknown passages.

The words are from words.toml, the views' headers, and the concept schemes. A word has tags: `stop`, `relative`,
`meaning:cite`, `outside:person`, or a value that it stands for, such as `type:满意度指标`.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache, reduce
from importlib.resources import files
from operator import getitem
from typing import Any

from jixiao.ontology import grouping, numerals, terms
from jixiao.ontology.places import named
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text import folding, wording
from jixiao.server.views import amounts

LATIN = re.compile(r"[a-z]+(?:['’][a-z]+|_[a-z0-9]+)*")
SEVERAL = "\n"
"""Separator of several texts for one parameter; a comma may be part of a text."""
NOTHING = "(?!)"
"""A pattern that matches nowhere."""
_SMALLEST = re.compile(rf"{LATIN.pattern}|.", re.DOTALL)
_ASKED = re.compile("(?<!没)有$")
_JOINED = re.compile(r"[a-z0-9]{2}")
_UNKNOWN = 5.0
"""Price of an unknown piece; Lexicon.divide looks for the division with the lowest sum, so that few are unknown."""
_WORD, _CHARACTER, _PART = 1.0, 1.2, 0.75
"""Prices of a known word, of one with a single character, and of such a character in a place's name.

Because of them one long word is better than two short."""
_LONGEST_PLACE = 6  # characters of a place's name


@cache
def words() -> Mapping[str, Any]:
    """Return the tables of words.toml, with the tables of amounts.toml as `money` and parts of figures in `phrased`."""
    text = files("jixiao.server.views.questions").joinpath("words.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text) | {"money": amounts.money()}
    tables["phrased"] |= {
        "arabic": amounts.ARABIC,
        "chinese": amounts.CHINESE,
        "zeros": numerals.ZEROS.casefold(),
        "digits": numerals.FIGURES,
    }
    return tables


def entry(path: Iterable[str]) -> Any:
    """Return the entry of words.toml that the names of tables and a key lead to."""
    return reduce(getitem, path, words())


@cache
def group(name: str) -> frozenset[str]:
    """Return the meanings, roles or parameters that the table `groups` of words.toml has under a name."""
    return frozenset(words()["groups"][name])


@lru_cache(maxsize=512)
def pattern(name: str, given: str = "") -> re.Pattern[str]:
    """Return the compiled pattern `name` of the table `patterns` of words.toml, with `given` in place of each @."""
    return re.compile(with_parts(words()["patterns"][name].replace("@", given)))


def with_parts(pattern: str) -> str:
    """Return a regular expression in which each {name} is replaced by the part of words.toml that has the name.

    The table `patterns` of words.toml says which parts there are.
    """
    return re.sub(r"\{([A-Za-z_][\w.-]*)\}", lambda match: _part(match[1]), pattern)


def _part(name: str) -> str:
    *path, key = name.split(".") if name not in words()["phrased"] else ("phrased", name)
    table = entry(path)
    part = table[key]
    if isinstance(part, str):
        return with_parts(part)
    said = [*part["zh"], *part["en"]] if "zh" in part else both(table, key)
    return wording.any_of(said) if said else NOTHING


def is_question(text: str, *, found: bool = True) -> bool:
    """Return True if a typed text asks something (哪些…, how many …, …？), and is no name to search for.

    If a search has not `found` anything by the text, words that names may have count as asking too, such as 平均.
    """
    return any(pattern(name).search(text) for name in ("asks", *["asks_unfound"] * (not found)))


@dataclass(frozen=True)
class Span:
    """A part of a question: the positions of its first character (`start`) and after its last one (`end`)."""

    start: int
    end: int


@dataclass(frozen=True)
class Stretch(Span):
    """A part of a question with its text; quotation marks may be within start and end, but not in the text."""

    text: str


@dataclass(frozen=True)
class Piece(Span):
    """A piece of a question: a known word with tags, a typed value with a role, or an unknown passage without either.

    A value has texts for a view's parameter; money (in yuan) and figures have bounds instead, each a comparison such as
    `at-least` with a number. A figure may have a unit.
    """

    tags: frozenset[str] = frozenset()
    role: str = ""
    texts: tuple[str, ...] = ()
    bounds: tuple[tuple[str, Decimal], ...] = ()
    unit: str | None = None

    @property
    def known(self) -> bool:
        """Return True for a value or a known word, False for an unknown passage."""
        return bool(self.tags or self.role)


class Lexicon:
    """The known words of questions with their tags, and phrases: regular expressions with one tag each."""

    def __init__(self) -> None:
        self.tags: defaultdict[str, set[str]] = defaultdict(set)
        self._by_first: defaultdict[str, set[int]] = defaultdict(set)
        self._phrases: list[tuple[re.Pattern[str], str]] = []
        tables = {tag: words()[tag] for tag in ("stop", "relative")}
        for group in ("meaning", "outside"):
            tables |= {f"{group}:{name}": table for name, table in words()[group].items()}
        for tag, table in tables.items():
            self.add([*table["zh"], *table["en"]], tag)
            self.add_phrases(table.get("patterns", ()), tag)
        self.add_phrases(words()["counted"]["patterns"], "stop")

    def add(self, texts: Iterable[str], tag: str) -> None:
        """Add words that have one tag."""
        for text in map(folding.fold, texts):
            self.tags[text].add(tag)
            self._by_first[text[0]].add(len(text))

    def add_phrases(self, patterns: Iterable[str], tag: str) -> None:
        """Add regular expressions over folded text, all with the tag `tag`; with_parts() fills in a {name} in them."""
        self._phrases += [(re.compile(folding.fold(with_parts(pattern))), tag) for pattern in patterns]

    def at(self, text: str, start: int) -> Iterator[Piece]:
        """Yield the known words that begin at position `start` of a folded text, each as a piece with its tags."""
        for length in self._by_first.get(text[start : start + 1], ()):
            end = start + length
            tags = self.tags.get(text[start:end])
            if tags and end <= len(text) and whole(text, start, end):
                yield Piece(start, end, frozenset(tags))

    def divide(self, text: str, values: Sequence[Piece]) -> list[Piece]:
        """Return the pieces of a folded text in order, without punctuation and spaces; `values` are known pieces.

        `values` are pieces found before. The best division leaves the fewest characters unknown, and then has the
        fewest pieces. An unknown piece is a character, a Latin word, or the name of a place of which one character is a
        known word, such as 望都.
        """
        unknown = [Piece(*match.span()) for match in _SMALLEST.finditer(text)]
        spans = ((at, at + length) for at in range(len(text)) for length in range(2, _LONGEST_PLACE))
        unknown += [Piece(*span) for span in spans if is_division(text, *span)]
        ending = grouping.by_key((piece.end, piece) for piece in (*values, *self._find(text), *unknown))
        best: list[tuple[float, tuple[Piece, ...]]] = [(0.0, ())]  # price and pieces up to each place
        for end in range(1, len(text) + 1):
            ways = [
                (best[piece.start][0] + self._price(text, piece), piece.start, piece) for piece in ending.get(end, ())
            ]
            price, start, piece = min(ways, key=lambda way: way[:2], default=(float("inf"), 0, Piece(0, 0)))
            best.append((price, (*best[start][1], piece)))
        return [piece for piece in best[-1][1] if piece.known or _says(text, piece)]

    def _price(self, text: str, piece: Piece) -> float:
        if piece.role or not (piece.tags or _says(text, piece)):
            return 0.0
        if piece.tags:
            return _WORD if piece.end - piece.start > 1 else _CHARACTER
        said = text[piece.start : piece.end]
        chars = said if not said.isascii() else said[:1]
        return sum(_PART if len(chars) > 1 and each in self.tags else _UNKNOWN for each in chars)

    def _find(self, text: str) -> Iterator[Piece]:
        """Yield every known word or phrase of a folded text, overlapping ones too, each with all of its tags."""
        tags: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
        for start in range(len(text)):
            for piece in self.at(text, start):
                tags[piece.start, piece.end] |= piece.tags
        for pattern, tag in self._phrases:
            for match in pattern.finditer(text):
                is_asked = match.group().startswith("没") and _ASKED.search(text[: match.start()])  # 有没有
                if match.group() and whole(text, *match.span()) and not is_asked:
                    tags[match.span()].add(tag)
        yield from (Piece(*span, frozenset(several)) for span, several in tags.items())


def _says(text: str, piece: Piece) -> bool:
    return any(char.isalnum() for char in text[piece.start : piece.end])


def both(table: Mapping[str, Any], key: str) -> list[str]:
    """Return a table's Chinese words under `key` and its English words under `key` + `_en`, as one list."""
    return [*table.get(key, ()), *table.get(f"{key}_en", ())]


def whole(text: str, start: int, end: int) -> bool:
    """Return True if neither the start nor the end of a passage is inside a Latin word or a figure."""
    return not any(_JOINED.match(text[place - 1 : place + 1]) for place in (start, end))


def tidy(typed: str) -> str:
    """Return a typed question folded (lower case, half width), with single spaces, for take_apart().

    The possessive 's is removed, and a kind of bodies that follows two places is put after each of them:
    松江区政府办和闵行区政府办.
    """
    for written, meant in words()["names"]["written"]:
        typed = re.sub(written, meant, typed)
    return " ".join(folding.fold(typed).split())


def is_division(text: str, start: int, end: int) -> bool:
    """Return True if a passage is a Chinese name of a place.

    A 和 after other text joins names, and begins none: 和政 is no place in 和政协办.
    """
    no_place = text[start].isascii() or (start > 0 and text[start] in words()["names"]["also"])
    return not no_place and bool(named(text[start:end]))


_SCHEMES = {
    f"{terms.VOCAB}indicator-type": "type",
    f"{terms.VOCAB}project-category": "category",
    f"{terms.VOCAB}project-nature": "category",
}


def add_concepts(lexicon: Lexicon) -> None:
    """Add the words for types of indicators and categories of projects, tagged with the concept's Chinese label.

    All forms of a label get the tag: 满意度, 满意度目标 and “satisfaction targets” mean `type:满意度指标`. Patterns of
    the forms are in words.toml.
    """
    for tag in (*_SCHEMES.values(), "org"):
        for word, label in words()["concept"][tag].get("also", {}).items():
            lexicon.add((word,), f"{tag}:{label}")
    for term in reference().values():
        tag = _SCHEMES.get(term.scheme or "", "") if term.kind == "concept" else ""
        if tag:
            lexicon.add(_forms(tag, term, lexicon), f"{tag}:{term.label.zh}")


def _forms(tag: str, term: Term, lexicon: Lexicon) -> Iterable[str]:
    """Yield the forms in which people write a concept's labels, made from the label without its ending (its stem).

    For 满意度指标 the stem is 满意度, and 满意度目标 is another form. The stem alone is a form only if it is long
    enough and not in the lexicon already.
    """
    forms = words()["concept"][tag]
    for name in map(folding.fold, (term.label.zh, term.label.en, *term.others)):
        stem = next(
            (name.removesuffix(end) for end in map(folding.fold, forms["endings"]) if name.endswith(end)), name
        ).strip()
        yield name
        yield from (form.replace("{}", stem) for form in (forms["zh"] if not stem.isascii() else forms["en"]))
        if stem not in lexicon.tags and len(stem) >= forms["shortest"]:
            yield stem
