"""The words of the forms (labels.toml) as look-ups: a cell's text in, its meaning out."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jixiao.ingest.plain import folded

_TAIL = re.compile(
    r"[:*]+$|\((?:必填|签字|签章|签名|盖章|元|万元|单位:万?元|\d{0,4}年?[-—–至到]\d{0,4}年?|\d{4}年度?)\)$"
)
_HEAD = re.compile(r"^(?:其中:|[①-⑳]|\d+[.、]|\*)+")


@dataclass(frozen=True)
class Labels:
    """Every word of labels.toml: `meaning` by table, `line` the patterns over whole lines."""

    fields: dict[str, str]
    amounts: dict[str, str]
    goals: dict[str, str]
    columns: dict[str, str]
    groups: frozenset[str]
    persons: frozenset[str]
    sections: frozenset[str]
    lines: dict[str, re.Pattern[str]]

    def is_label(self, word: str) -> bool:
        """Whether a bare word (see `bare`) is a label of the head, the money or the goals."""
        return (
            word in self.fields
            or word in self.amounts
            or word in self.goals
            or word in self.groups
            or word in self.persons
        )

    def line(self, name: str, text: str) -> re.Match[str] | None:
        """The match of one of the line patterns over a whole text."""
        return self.lines[name].fullmatch(folded(text))


def bare(text: str) -> str:
    """A cell's text as labels.toml writes labels."""
    word, before = folded(text), ""
    while word != before:
        before = word
        word = _HEAD.sub("", _TAIL.sub("", word))
    return word


@cache
def labels() -> Labels:
    """labels.toml, read once."""
    data = tomllib.loads(files("jixiao.ingest.layouts").joinpath("labels.toml").read_text(encoding="utf-8"))

    def inverse(table: str) -> dict[str, str]:
        return {folded(word): meaning for meaning, words in data[table].items() for word in words}

    return Labels(
        fields=inverse("field"),
        amounts=inverse("amount"),
        goals=inverse("goal"),
        columns=inverse("column"),
        groups=frozenset(data["group"]["words"]),
        persons=frozenset(data["person"]["words"]),
        sections=frozenset(data["section"]["words"]),
        lines={name: re.compile(pattern) for name, pattern in data["line"].items()},
    )
