"""A pair of texts: every name and sentence of the project is given in Chinese and English."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import overload

_HALVES = re.compile(r"(?P<zh>(?:第 (?P<line>\d+) 行 )?.+?)(?: ·|(?<=。) /) (?P<en>[A-Za-z].*)", re.DOTALL)


@dataclass(frozen=True)
class Bilingual:
    """A sentence or name in Chinese and in English."""

    zh: str
    en: str

    def __str__(self) -> str:
        """Return the Chinese and the English text as one string."""
        return f"{self.zh} · {self.en}"

    def __add__(self, further: "Bilingual") -> "Bilingual":
        """Return the sentence followed by the sentence `further`, in both languages."""
        return Bilingual(self.zh + further.zh, f"{self.en} {further.en}")

    def filled(self, **words: object) -> "Bilingual":
        """Return the sentence with `words` in its braces: of a pair the text in each language, and of a list all."""
        return Bilingual(self.zh.format_map(_texts(words, "zh")), self.en.format_map(_texts(words, "en")))


def _texts(words: Mapping[str, object], language: str) -> dict[str, object]:
    return {
        name: in_language(listed(word) if isinstance(word, list) else word, language) for name, word in words.items()
    }


def listed(parts: Iterable[Bilingual | str], zh: str = "、", en: str = ", ") -> Bilingual:
    """Return parts as one text, with `zh` between them in Chinese and `en` in English."""
    texts = list(parts)
    return Bilingual(
        zh.join(in_language(text, "zh") for text in texts), en.join(in_language(text, "en") for text in texts)
    )


def halves(text: str) -> Bilingual:
    """Return a sentence written as “中文 · English” or “中文 / English” in two parts; any other text is both parts."""
    match = _HALVES.fullmatch(text)
    if match is None:
        return Bilingual(text, text)
    return Bilingual(match["zh"], (f"Line {match['line']}: " if match["line"] else "") + match["en"])


@overload
def in_language(words: Bilingual | str, language: str) -> str: ...
@overload
def in_language(words: object, language: str) -> object: ...
def in_language(words: object, language: str) -> object:
    """Return the text of `words` in a language, `zh` or `en`; what is no pair is returned unchanged."""
    if not isinstance(words, Bilingual):
        return words
    return words.en if language == "en" else words.zh
