"""Parameters of views: how each is declared, and how typed values become RDF terms or an error that names the fault."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jixiao.server.errors import ParameterError
from jixiao.server.query.binding import Term
from jixiao.server.views.kinds import KINDS, Kind, split

MAX_LENGTH = 500
MAX_VALUES = 200

Given = Mapping[str, str | Sequence[str]]
"""Parameters as they were typed: one text each, or several for a parameter that was given more than once."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a view, as declared in the header of the view's file."""

    name: str
    kind: str
    required: bool
    example: str
    label_zh: str
    label_en: str

    @property
    def reads(self) -> Kind:
        """The kind of the parameter, which reads typed text."""
        return KINDS[self.kind]

    def term(self, typed: str, base_iri: str) -> Term:
        """Return the first RDF term for one typed value. An IRI may be typed in full or as a path of this store.

        Raises ParameterError.
        """
        return self.terms(typed, base_iri)[0]

    def terms(self, typed: str, base_iri: str) -> list[Term]:
        """Return the RDF terms for one typed value. Raises ParameterError."""
        text = unicodedata.normalize("NFKC", typed).strip()
        if not text:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）不能为空。", f"Parameter {self.name} ({self.label_en}) is empty."
            )
        if len(typed) > MAX_LENGTH:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）过长，最多 {MAX_LENGTH} 个字。",
                f"Parameter {self.name} ({self.label_en}) is longer than {MAX_LENGTH} characters.",
            )
        kind = self.reads
        found = [term for term in kind.read(text, typed.strip(), base_iri) if term is not None]
        if not found:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）应为{kind.expected_zh}，例如 {self.example}；收到的是“{typed}”。",
                f"Parameter {self.name} ({self.label_en}) takes {kind.expected_en}, such as {self.example};"
                f' it was "{typed}".',
            )
        return found

    def values(self, typed: str | Sequence[str]) -> list[str]:
        """Return the typed values, each once; a text with commas is split if the parameter's kind says so.

        Raises ParameterError for too many values.
        """
        texts = several(typed)
        if self.reads.splits:
            texts = [part for text in texts for part in split(text) or [text]]
        if len(texts) > MAX_VALUES:
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）最多有 {MAX_VALUES} 个值。",
                f"Parameter {self.name} ({self.label_en}) takes {MAX_VALUES} values at most.",
            )
        if len(texts) > 1 and self.kind in ("yuan", "decimal", "status"):
            raise ParameterError(
                f"参数 {self.name}（{self.label_zh}）只能有一个值。",
                f"Parameter {self.name} ({self.label_en}) takes one value.",
            )
        return list(dict.fromkeys(texts))


def several(typed: str | Sequence[str]) -> list[str]:
    """Return the texts given for a parameter, without blank ones."""
    return [text for text in ([typed] if isinstance(typed, str) else typed) if text.strip()]
