"""A pair of texts: every name and sentence of the project is given in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bilingual:
    """A sentence or name in Chinese and in English."""

    zh: str
    en: str

    def __add__(self, further: "Bilingual") -> "Bilingual":
        """Return the sentence with a further one behind it."""
        return Bilingual(self.zh + further.zh, f"{self.en} {further.en}")


def in_language(words: Bilingual | str, language: str) -> str:
    """Return the text in a language, `zh` or `en`; a text that is the same in both is returned unchanged."""
    if isinstance(words, str):
        return words
    return words.en if language == "en" else words.zh
