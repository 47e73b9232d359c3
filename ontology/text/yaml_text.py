"""Read YAML: the headers of query files (.rq), views, and the parts of the OpenAPI document."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any, TypeVar

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C (libyaml) if it is installed: it reads all views' headers in 0.01 s, the one in Python in 0.1 s."""

_WORDS = {
    **{"key": "键", "type": "种类", "kind": "种类", "table": "表", "column": "列"},
    **{"parameter": "参数", "operator": "比较", "function": "算法"},
}
"""Things that names stand for, in English and Chinese."""

Made = TypeVar("Made")


class EntryError(ValueError):
    """An error: an entry of a file is wrong. `zh` and `en` say what is wrong, and how.

    `word` stands in the entry's line, in the first line that has it or, with `last`, in the last one.
    """

    def __init__(self, word: str, zh: str, en: str, *, last: bool = False) -> None:
        super().__init__(f"{zh}。 {en}.")
        self.word, self.zh, self.en = word, zh, en
        self._place = -1 if last else 0

    def at(self, name: str, text: str) -> tuple[str, str]:
        """Return the message in Chinese and in English, with the name of the file and the line in its text."""
        places = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(self.word)}(?!\w)", text)]
        place = f"{name}:{text.count(chr(10), 0, places[self._place]) + 1}" if places else name
        return f"{place}：{self.zh}。", f"{place}: {self.en}."


def load(text: str) -> Any:
    """Return the dicts, lists, strings and numbers that a YAML text states. Raises EntryError and yaml.YAMLError."""
    try:
        return yaml.load(text, _LOADER)  # noqa: S506 - both loaders are safe
    except yaml.MarkedYAMLError as error:
        line = text.splitlines()[: error.problem_mark.line + 1][-1] if error.problem_mark else ""
        raise EntryError(line, f"不是 YAML：{error.problem}", f"this is not YAML: {error.problem}") from error


def split_header(text: str) -> tuple[Any, str]:
    """Return what the `#+` lines of a query file state as YAML, None without such lines; and the query without them.

    Raises EntryError and yaml.YAMLError.
    """
    lines = text.splitlines(keepends=True)
    header = load("".join(line[2:].removeprefix(" ") for line in lines if line.startswith("#+")))
    return header, "".join(line for line in lines if not line.startswith("#+")).strip() + "\n"


def known(name: str, among: Collection[str], of: str) -> str:
    """Return a name `of` a kind (_WORDS) if it is `among` the known. Raises EntryError, which tells these, if not."""
    if name not in among:
        zh, en = "、".join(among), ", ".join(among)
        raise EntryError(str(name), f"没有{_WORDS[of]} {name}；有：{zh}", f"there is no {of} {name}; there are {en}")
    return name


def check(entry: Any, needed: Sequence[str], others: Collection[str] = ()) -> None:
    """Raise EntryError for an entry that lacks some of the keys `needed`, or has one that is not among the `others`."""
    if not isinstance(entry, Mapping):
        raise EntryError(str(entry), f"{entry} 应写作 {{键: 值}}", f"write {entry} as {{key: value}}")
    for key in entry:
        known(key, dict.fromkeys((*needed, *others)), "key")
    if lacks := [key for key in needed if key not in entry]:
        first, value = next(iter(entry.items()), ("", ""))
        place = f"{first}: {value}" if isinstance(value, str) else str(first)
        raise EntryError(place, f"缺 {'、'.join(lacks)}", f"it lacks {', '.join(lacks)}")


def made(kind: Callable[..., Made], entry: Any) -> Made:
    """Return the dataclass of a `kind` that an entry states. Raises EntryError, as check() does."""
    try:
        return kind(**entry)
    except TypeError:
        fields = signature(kind).parameters
        check(entry, [name for name, field in fields.items() if field.default is Parameter.empty], fields)
        raise
