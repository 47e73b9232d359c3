"""Look up the meanings of words of forms in labels.toml, and find the known word that an unknown one surely stands for.

Labels are made of few parts, listed in parts.toml: 本年 + 资金 + 总额 says the same as 年度 + 资金 + 总额. A word is
like a known one if it consists of such parts alone, has the same senses (a *sense* is a group of parts with one
meaning) and ends in the same sense; parts of no weight (项目, 绩效) may be more or fewer if two senses remain. A
damaged word lacks a character before its last one, has a character twice, or has question marks in it; the label of a
name may have a stray one behind it. A word without its end is no damaged word, but the first line of a broken one.

A word on no list may have the shape of a label (预算项目名称): it stands for the label of names, or for one
whose value is not kept, so that this word ends the value before it and takes its own.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from jixiao.ingest.values.amounts import WORDING as VALUES, named
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level_labels
from jixiao.ontology.text.wording import Wording, alternatives

_SHORTEST_ALIKE, _LONGEST_ALIKE = 3, 20  # characters of a word that may be like another
_SHORTEST_DAMAGED = 4  # characters of a known word that may be damaged
_FEWEST_SENSES = 2
_FEWEST_OF_FORM = 12  # least number of lines of a form
_LOST = "?\ufffd"  # stand for characters that a page could not show
_MOST_OF_KNOWN = 2 / 3  # share of the known words with the same senses that must have the same role

CELLS = Wording("jixiao.ingest.roles", "cells.toml")
"""The words and patterns by which texts without separators are divided."""
OF_NAMES = CELLS.text("of_names")
"""The end of labels of names, behind which a stray character may stand."""
Key = tuple[str, frozenset[str]]
"""The last sense of a word, which says what the word is about, and all its senses."""


class Likeness(NamedTuple):
    """The known word that an unknown one stands for, and how much of them is the same, from 0 to 1."""

    word: str
    score: float


class Known:
    """Known words of forms, indexed by the meanings of their parts, and by their spellings without one character."""

    def __init__(self, roles: Mapping[str, Hashable]) -> None:
        """Index the words of `roles`, which maps each known word to its role.

        Only words of one role may stand for each other.
        """
        tables = Wording("jixiao.ingest.roles", "parts.toml").tables
        self._senses = {part: sense for sense, parts in tables["senses"].items() for part in parts}
        self._optional = frozenset(tables["optional"])
        self._part = re.compile(alternatives([*self._senses, *tables["joints"]]))
        self._roles = roles
        self._several = re.compile(f"{alternatives(roles)}{{2,}}")
        alike: defaultdict[Key, list[str]] = defaultdict(list)
        damaged: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(roles, key=lambda word: (len(word), word)):
            for key in self._keys(word):
                alike[key].append(word)
            for rest in _without_one(word[:-1]) if len(word) >= _SHORTEST_DAMAGED else ():
                damaged[rest + word[-1]].append(word)
        self._alike = {key: known for key, words in alike.items() if (known := self._one_role(words))}
        self._damaged = {rest: known for rest, words in damaged.items() if (known := self._one_role(words))}

    def _keys(self, word: str) -> tuple[Key, ...]:
        """Return the keys under which a word made of known parts is indexed.

        A key is the sense of the last part, and the set of all senses, or of those without optional parts (项目, 绩效).
        Empty for any other text, and for a word of too few senses.
        """
        parts = [] if self._part.sub("", word) else self._part.findall(word)
        senses = [self._senses[part] for part in parts if part in self._senses]
        kinds = (frozenset(senses), frozenset(senses) - self._optional)
        return tuple((senses[-1], kind) for kind in dict.fromkeys(kinds) if len(kind) >= _FEWEST_SENSES)

    def find(self, word: str) -> Likeness | None:
        """Return the known word that an unknown one stands for, or None.

        None for a text made of several known words, which stood in cells of their own.
        """
        if not _SHORTEST_ALIKE <= len(word) - sum(map(word.count, _LOST)) <= _LONGEST_ALIKE:
            return None
        found = self._found(word)
        return None if found and self._several.fullmatch(word) else found

    def _found(self, word: str) -> Likeness | None:
        if self._part.sub("", word):
            return self._mended(word)
        keys = self._keys(word)
        found = next((self._alike[key] for key in keys if key in self._alike), None)
        if not found:
            return None
        (_, own), (_, other) = keys[0], self._keys(found)[0]
        return Likeness(found, len(own & other) / len(own | other))

    def _mended(self, word: str) -> Likeness | None:
        """Return the known word of which a word is a damaged form, and how much of it is the same; or None.

        A damaged form lacks a character, repeats one, or has question marks in it. The label of a name may have a stray
        character behind it.
        """
        shown = re.sub(f"[{_LOST}]", "", word)
        if shown != word and shown in self._roles:
            return Likeness(shown, len(shown) / len(word))
        doubled = (rest for rest in _without_one(shown, twice=True) if rest in self._roles)
        found = next(doubled, None) or self._damaged.get(shown)
        if shown[:-1] in self._roles and shown[:-1].endswith(OF_NAMES):
            found = shown[:-1]  # 专项名称金
        return Likeness(found, 1 - 1 / len(found)) if found else None

    def _one_role(self, words: list[str]) -> str | None:
        """Return the first word with the role that most of the words have; None if their roles differ too much."""
        (role, count), *_ = Counter(self._roles[word] for word in words).most_common(1)
        return (
            next(word for word in words if self._roles[word] == role) if count >= len(words) * _MOST_OF_KNOWN else None
        )


def _without_one(word: str, *, twice: bool = False) -> Iterator[str]:
    """Yield the word without each of its characters; with `twice`, only of those that repeat the one before."""
    return (
        word[:at] + word[at + 1 :] for at in range(len(word)) if not twice or word[at : at + 1] == word[at - 1 : at]
    )


@dataclass(frozen=True)
class OtherKind:
    """A document of another kind: its name in Chinese and English, and the patterns that recognize it.

    `title` matches its titles, `cell` cells that only this kind has, `text` words of a text without cells; `part` is
    true if a file may also hold targets of projects.
    """

    zh: str
    en: str
    title: re.Pattern[str] | None
    cell: re.Pattern[str] | None
    text: re.Pattern[str] | None
    part: bool


@dataclass(frozen=True)
class Labels:
    """Every word of labels.toml: meanings by word, sets of words, and patterns.

    `lines` are patterns of whole lines; `before` and `behind` match additions before and after a word, such as
    numbering and units.
    """

    fields: dict[str, str]
    amounts: dict[str, str]
    goals: dict[str, str]
    results: dict[str, str]
    executions: dict[str, re.Pattern[str]]
    columns: dict[str, str]
    column_patterns: dict[str, re.Pattern[str]]
    groups: frozenset[str]
    long_term: frozenset[str]
    others: frozenset[str]
    terms: frozenset[str]
    functions: dict[str, str]
    others_in_line: frozenset[str]
    whole: frozenset[str]
    yearly: frozenset[str]
    values: frozenset[str]
    sums: frozenset[str]
    numbering: frozenset[str]
    listed: frozenset[str]
    levels: frozenset[str]
    meant: dict[str, str]
    persons: frozenset[str]
    person_ends: re.Pattern[str]
    over_goals: frozenset[str]
    money: frozenset[str]
    uses: frozenset[str]
    sections: dict[str, str]
    form_sections: dict[str, str]
    lines: dict[str, re.Pattern[str]]
    kinds: dict[str, OtherKind]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    shapes: dict[str, re.Pattern[str]]

    @cached_property
    def _of_head(self) -> frozenset[str]:
        """Return the bare words (see `bare`) that may stand in the header of a table."""
        return self.sums.union(self.columns, self.numbering, self.listed, self.levels)

    def is_of_head(self, word: str) -> bool:
        """Return whether a bare word can be in the header of a table."""
        return word in self._of_head or self.line("mixed", word) is not None

    def usual(self, meaning: str) -> str:
        """Return the first word listed for a field, an amount, a goal or a section of forms: 项目名称 for `name`."""
        tables = (self.fields, self.amounts, self.goals, self.form_sections)
        return next(word for table in tables for word, listed in table.items() if listed == meaning)

    def is_person(self, word: str) -> bool:
        """Return whether a bare word is the label of a person's name or telephone number."""
        return word in self.persons or self.person_ends.fullmatch(word) is not None

    @staticmethod
    @lru_cache(maxsize=16384)
    def line(name: str, text: str) -> re.Match[str] | None:
        """Return the match of the line pattern `name` over a whole text, or None.

        Raises KeyError for an unknown name.
        """
        return labels().lines[name].fullmatch(folded(text))

    def is_title(self, text: str) -> bool:
        """Return whether a text is a title, or the year or unit below a title."""
        return any(self.line(name, text) for name in ("form_title", "narrative_title", "form_unit", "form_year"))


_LONGEST = 80  # characters; no label with its additions is longer


@lru_cache(maxsize=8192)  # the same cells are compared with labels again and again
def bare(text: str) -> str:
    """Return a cell's text as labels.toml writes words: without numbering, units and other additions.

    A word that is not in labels.toml, but like one that is, is replaced by the latter.
    """
    likeness = like(text)
    return likeness.word if likeness else _shown(text)


@lru_cache(maxsize=8192)
def like(text: str) -> Likeness | None:
    """Return the word of labels.toml that an unknown text is like, with the likeness; None for a word listed there."""
    word = _shown(text)
    found = None if any(map(str.isdigit, word)) else _known().find(word) or _shaped(word)
    known = word in _roles() or word in level_labels() or labels().is_of_head(word)
    return None if known or not found or labels().is_person(word) else found


def _shaped(word: str) -> Likeness | None:
    """Return the label for which a word on no list stands by its shape, or None."""
    shapes = labels().shapes.items()
    return next(
        (Likeness(known, len(known) / (len(known) + len(word))) for known, shape in shapes if shape.fullmatch(word)),
        None,
    )


@cache
def _known() -> Known:
    return Known(_roles())


@cache
def _roles() -> dict[str, tuple[int, str | None]]:
    """Return the role of each word of labels.toml: the number of its table, and its meaning there.

    A word in several tables has the role of the first one.
    """
    known = labels()
    tables = (known.goals, known.amounts, known.form_sections, known.fields)
    others = (known.columns, known.sections, known.results)
    every: list[dict[str, str | None]] = [
        *map(dict[str, str | None], tables),
        *(dict.fromkeys(words) for words in (known.money, known.groups, known.long_term, known.others)),
        *map(dict[str, str | None], others),
    ]
    return {word: (n, table[word]) for n, table in reversed([*enumerate(every)]) for word in table}


@lru_cache(maxsize=8192)
def _shown(text: str) -> str:
    """Return a cell's text without numbering, units, footnote marks and other additions."""
    word, last = named(folded(text)), ""
    if len(word) > _LONGEST:
        return word
    while word != last:
        last = word
        word = labels().behind.sub("", word)
        if word in labels().amounts:
            return word  # such an addition may belong to the word
        word = labels().before.sub("", word)
    return word


def begins_label(text: str) -> bool:
    """Return whether a text that breaks off is the beginning of a label: 中央主 of 中央主管部门."""
    word = _shown(text)
    return len(word) >= _SHORTEST_ALIKE and any(known.startswith(word) for known in _roles())


def asks_for_name(text: str) -> bool:
    """Return whether a text is the label of a project's name: 项目名称."""
    return labels().fields.get(bare(text)) == "name"


@lru_cache(maxsize=8192)
def names_projects(text: str) -> bool:
    """Return whether a text is the heading of a column with names of projects."""
    word = bare(text)
    return labels().fields.get(word) == "name" or labels().line("mixed", word) is not None


def names_money(text: str) -> bool:
    """Return whether a text is the heading of a column with amounts of money."""
    return bare(text) in labels().amounts or labels().lines["money_column"].search(bare(text)) is not None


def forms(texts: Sequence[tuple[int, str]], *, below_another: bool = False) -> list[slice]:
    """Divide rows or lines, given by number and text, into slices that each hold a form and the text around it.

    A form begins with its title or 项目名称, far enough below the beginning of another form. With `below_another`, the
    file begins with a table of its own, which counts as another form.
    """
    begun = [(at, line) for at, (line, text) in enumerate(texts) if _begins_form(text.strip())]
    if below_another:
        begun = [(0, 0), *begun]
    edges = [at for (_, above), (at, line) in pairwise(begun) if line - above >= _FEWEST_OF_FORM]
    return [slice(first, last) for first, last in pairwise([0, *edges, len(texts)])]


@lru_cache(maxsize=8192)  # forms are looked for twice, in lines and in rows
def _begins_form(text: str) -> bool:
    first, *_ = text.replace("：", ":").partition(":")[0].split() or [""]
    return asks_for_name(first) or labels().line("form_title", text) is not None


@lru_cache(maxsize=8192)
def column_meaning(text: str) -> str | None:
    """Return the meaning of a text as a column's heading (a key of [column] in labels.toml), or None."""
    word, patterns = bare(text), labels().column_patterns.items()
    return labels().columns.get(word) or next((name for name, known in patterns if known.fullmatch(word)), None)


@lru_cache(maxsize=8192)
def execution_meaning(text: str) -> str | None:
    """Return the meaning of a text as heading of a self-evaluation's money (a key of [execution]), or None."""
    if len(text) > _LONGEST:
        return None
    word = labels().lines["behind_execution"].sub("", _shown(text))
    shown = {"part": folded(text)}  # 其中 before it tells a part
    return next((name for name, known in labels().executions.items() if known.fullmatch(shown.get(name, word))), None)


@cache
def wording() -> Wording:
    """Return labels.toml as written: its tables of words, and its patterns."""
    return Wording("jixiao.ingest.roles", "labels.toml", {"units": VALUES.text("units")})


@cache
def labels() -> Labels:
    """Return the content of labels.toml, read once."""
    data = wording().tables

    def inverse(table: str) -> dict[str, str]:
        return {folded(word): meaning for meaning, words in data[table].items() for word in words}

    def words(table: str, name: str = "words") -> frozenset[str]:
        return frozenset(map(folded, data[table][name]))

    sections = inverse("section")
    return Labels(
        fields=inverse("field"),
        amounts=inverse("amount"),
        goals=inverse("goal"),
        results=inverse("result"),
        executions={name: re.compile(pattern) for name, pattern in data["execution"].items()},
        columns=inverse("column"),
        column_patterns={name: re.compile(pattern) for name, pattern in data["column_pattern"].items()},
        groups=words("group"),
        long_term=words("group", "long_term"),
        others=words("other").union(words("other", "terms"), inverse("function")),
        terms=words("other", "terms"),
        functions=inverse("function"),
        others_in_line=words("other", "in_line"),
        whole=words("target", "whole"),
        yearly=words("target", "yearly"),
        values=words("target", "values"),
        sums=words("register", "sums"),
        numbering=words("list", "numbering"),
        listed=words("list") | set(data["list"]["meant"]),
        levels=words("level"),
        meant=data["list"]["meant"],
        persons=words("person"),
        person_ends=re.compile(data["person"]["ends"]),
        over_goals=words("group", "over_goals"),
        money=words("group", "money"),
        uses=words("group", "uses"),
        sections=sections,
        form_sections={word: meaning for word, meaning in sections.items() if meaning in data["form"]["sections"]},
        lines={name: wording().pattern(name) for name in data["patterns"]},
        kinds={name: _kind(kind) for name, kind in data["kind"].items()},
        before=re.compile(f"^(?:{'|'.join(data['around']['before'])})+"),
        behind=re.compile("|".join(f"(?:{pattern})$" for pattern in data["around"]["behind"])),
        shapes={word: re.compile(pattern) for word, pattern in data["shape"].items()},
    )


def _kind(table: dict[str, Any]) -> OtherKind:
    title, cell, text = (re.compile(table[name]) if name in table else None for name in ("title", "cell", "text"))
    return OtherKind(table["zh"], table["en"], title, cell, text, table.get("part", False))
