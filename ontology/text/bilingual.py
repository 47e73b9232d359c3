"""A pair of texts: every name and sentence of the project is given in Chinese and English."""

import re
from dataclasses import dataclass

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


def halves(text: str) -> Bilingual:
    """Return a sentence written as “中文 · English” or “中文 / English” in two parts; any other text is both parts."""
    match = _HALVES.fullmatch(text)
    if match is None:
        return Bilingual(text, text)
    return Bilingual(match["zh"], (f"Line {match['line']}: " if match["line"] else "") + match["en"])


def in_language(words: Bilingual | str, language: str) -> str:
    """Return the text of `words` in a language, `zh` or `en`; a plain string is returned unchanged."""
    if isinstance(words, str):
        return words
    return words.en if language == "en" else words.zh
