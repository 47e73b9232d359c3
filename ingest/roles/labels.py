"""The words of the forms (labels.toml) as look-ups: a cell's text in, its meaning out."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from jixiao.ingest.values.plain import folded

_TAIL = re.compile(
    r"[:*]$|\((?:或[^()]{1,20}|[^()]{1,20}指标)\)$|\(\d+[-—~]\d+\)分$|\((?:必填|选填|必填硬性指标|长期|中期|年度|当年|可选|签字|签章|签名|盖章|公章|[亿万千]?元|人民币[万千]?元|单位[:,]?[亿万千]?元|\d+(?:\.\d+)?[分%]"
    r"|[^()]{0,6}\d{0,4}年?\d{0,2}月?\d{0,2}日?[-—–~至到]\d{0,4}年?\d{0,2}月?\d{0,2}日?(?:\+\d)?|\d{4}年?度?"
    r"|[x×X]+年[-—–至][x×X]+(?:\+\w)?年)\)$|(?<=[额金数款算资])/?[万千]元$"
)
_HEAD = re.compile(
    r"^(?:其中:?(?=.)|\(?\d{1,2}[.、)](?!\d)|\d{1,2}(?:\.\d{1,2})+[.、]?(?=\D)|\d{1,2}(?=\D{2,8}指标$)|[一二三四五六七八九十][、.]|\*|\d{4}(?=年度)|\d{4}年(?=预算|资金))+"
)


@dataclass(frozen=True)
class Kind:
    """A document of another kind: its name in Chinese and English, and what tells it.

    Its titles, cells that it alone has, words in a text without cells; `part` is whether it may stand beside targets
    of projects in one file.
    """

    zh: str
    en: str
    title: re.Pattern[str] | None
    cell: re.Pattern[str] | None
    text: re.Pattern[str] | None
    part: bool


@dataclass(frozen=True)
class Labels:
    """Every word of labels.toml: meanings by word, `lines` the patterns over whole lines."""

    fields: dict[str, str]
    amounts: dict[str, str]
    goals: dict[str, str]
    columns: dict[str, str]
    groups: frozenset[str]
    long_term: frozenset[str]
    others: frozenset[str]
    whole: frozenset[str]
    yearly: frozenset[str]
    mixed: frozenset[str]
    sums: frozenset[str]
    numbering: frozenset[str]
    listed: frozenset[str]
    meant: dict[str, str]
    persons: frozenset[str]
    person_ends: re.Pattern[str]
    over_goals: frozenset[str]
    money: frozenset[str]
    sections: dict[str, str]
    form_sections: dict[str, str]
    lines: dict[str, re.Pattern[str]]
    kinds: dict[str, Kind]

    def is_label(self, word: str) -> bool:
        """Whether a bare word (see `bare`) is a label of the head, the money or the goals."""
        return (
            word in self.fields
            or word in self.amounts
            or word in self.goals
            or word in self.groups
            or word in self.long_term
            or word in self.others
            or word in self.form_sections
            or self.is_person(word)
        )

    def is_word(self, word: str) -> bool:
        """Return whether a bare word is a label, or stands in the head of a table."""
        heads = (self.columns, self.mixed, self.sums, self.numbering, self.listed)
        return self.is_label(word) or any(word in words for words in heads)

    def is_person(self, word: str) -> bool:
        """Whether a bare word is the label of a person's name or telephone."""
        return word in self.persons or self.person_ends.fullmatch(word) is not None

    def ends_goals(self, word: str) -> bool:
        """Whether a bare word at the left of a row says that the goals are told."""
        known = (self.fields, self.amounts, self.others, self.form_sections, self.columns)
        return any(word in words for words in known)

    def line(self, name: str, text: str) -> re.Match[str] | None:
        """The match of one of the line patterns over a whole text."""
        return self.lines[name].fullmatch(folded(text))

    def is_title(self, text: str) -> bool:
        """Whether a text is a title, or the year or the unit that stands below one."""
        return any(self.line(name, text) for name in ("form_title", "narrative_title", "form_unit", "form_year"))


_LONGEST = 80  # no label is as long, with all that stands around it


@lru_cache(maxsize=8192)  # the same cells are compared with labels again and again
def bare(text: str) -> str:
    """A cell's text as labels.toml writes labels."""
    word, before = folded(text), ""
    if len(word) > _LONGEST:
        return word
    while word != before:
        before = word
        word = _HEAD.sub("", _TAIL.sub("", word))
    return word


@cache
def labels() -> Labels:
    """labels.toml, read once."""
    data = tomllib.loads(files("jixiao.ingest.roles").joinpath("labels.toml").read_text(encoding="utf-8"))

    def inverse(table: str) -> dict[str, str]:
        return {folded(word): meaning for meaning, words in data[table].items() for word in words}

    def words(table: str, name: str = "words") -> frozenset[str]:
        return frozenset(map(folded, data[table][name]))

    return Labels(
        fields=inverse("field"),
        amounts=inverse("amount"),
        goals=inverse("goal"),
        columns=inverse("column"),
        groups=words("group"),
        long_term=words("group", "long_term"),
        others=words("other"),
        whole=words("target", "whole"),
        yearly=words("target", "yearly"),
        mixed=words("register", "mixed"),
        sums=words("register", "sums"),
        numbering=words("list", "numbering"),
        listed=words("list") | set(data["list"]["meant"]),
        meant=data["list"]["meant"],
        persons=words("person"),
        person_ends=re.compile(data["person"]["ends"]),
        over_goals=words("group", "over_goals"),
        money=words("group", "money"),
        sections=inverse("section"),
        form_sections={
            word: meaning for word, meaning in inverse("section").items() if meaning in data["form"]["sections"]
        },
        lines={name: re.compile(pattern) for name, pattern in data["line"].items()},
        kinds={name: _kind(kind) for name, kind in data["kind"].items()},
    )


def _kind(table: dict[str, Any]) -> Kind:
    title, cell, text = (re.compile(table[name]) if name in table else None for name in ("title", "cell", "text"))
    return Kind(table["zh"], table["en"], title, cell, text, table.get("part", False))
