"""One sentence or name in the two languages that everything is said in."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bilingual:
    """One sentence or name in Chinese and in English."""

    zh: str
    en: str
