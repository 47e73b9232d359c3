"""Word what the server says: the sentences of a TOML file in both languages, each under its code."""

import tomllib
from functools import cached_property
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError


class Sentences:
    """The sentences of a TOML file, `code = [Chinese, English]`, with words in their braces."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _by_code(self) -> dict[str, Bilingual]:
        text = self._path.read_text(encoding="utf-8")
        return {code: Bilingual(*pair) for code, pair in tomllib.loads(text).items()}

    def __call__(self, code: str, /, **words: object) -> Bilingual:
        """Return the sentence with a code. Raises KeyError for a code or word not known."""
        return self._by_code[code].filled(**words)

    def refusal(self, code: str, /, **words: object) -> ParameterError:
        """Return the sentence with a code as the error of a request."""
        worded = self(code, **words)
        return ParameterError(worded.zh, worded.en)
