"""Word what views say: the sentences of sentences.toml, each under its code, with words in their braces."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import counted
from jixiao.server.errors import ParameterError


@cache
def _sentences() -> Mapping[str, Bilingual]:
    text = files("jixiao.server.views").joinpath("sentences.toml").read_text(encoding="utf-8")
    return {code: Bilingual(*pair) for code, pair in tomllib.loads(text).items()}


def sentence(code: str, /, **words: object) -> Bilingual:
    """Return the sentence with a code. Raises KeyError for a code or word not known."""
    return _sentences()[code].filled(**words)


def refusal(code: str, /, **words: object) -> ParameterError:
    """Return the sentence with a code as the error of a request."""
    worded = sentence(code, **words)
    return ParameterError(worded.zh, worded.en)


def number_of(number: int, noun: Mapping[str, str]) -> Bilingual:
    """Return a number with its noun, which is `zh`, and `one` or `many` in English."""
    return Bilingual(f"{number:,} {noun['zh']}", counted(number, noun["one"], noun["many"]))
