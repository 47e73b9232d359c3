"""Word what views say: the sentences of sentences.toml, each under its code, with words in their braces."""

from collections.abc import Mapping
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.sentences import Sentences

sentence = Sentences(Path(__file__).with_suffix(".toml"))
refusal = sentence.refusal


def number_of(number: int, noun: Mapping[str, str]) -> Bilingual:
    """Return a number with its noun, which is `zh`, and `one` or `many` in English."""
    return Bilingual(f"{number:,} {noun['zh']}", counted(number, noun["one"], noun["many"]))
