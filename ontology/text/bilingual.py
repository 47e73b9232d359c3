"""A pair of texts: every name and sentence of the project is given in Chinese and English."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bilingual:
    """A sentence or name in Chinese and in English."""

    zh: str
    en: str
