"""Reading of a question: the view that answers it, a sentence that explains it, and both as JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views import parameters
from jixiao.server.views.answers import Answer, Row
from jixiao.server.views.questions.conclusions import drawn
from jixiao.server.views.questions.covering import Fit
from jixiao.server.views.questions.explanation import caveats, joined, read_as, understood

Rows = Callable[[str, parameters.Given], Sequence[Row]]
"""A function that returns rows of the view of a name for parameters, none if they cannot be answered."""


@dataclass(frozen=True)
class Reading:
    """The reading of the question `q`: the best fit, None if it was not understood, and a sentence that explains it.

    `others` are the next best fits; `suggestions` are questions to ask instead, each with its fit. `asks` is True if
    the question has a word with a meaning, such as 引用, besides names and values; `meant` are all such meanings, and
    `counts` is that of the noun whose number it asks for, such as project. `beside` is the fit for what a question
    names that was not understood, and no answer to it.
    """

    q: str
    sentence: Bilingual
    fit: Fit | None = None
    others: tuple[Fit, ...] = ()
    suggestions: tuple[tuple[Bilingual, Fit], ...] = ()
    asks: bool = False
    meant: frozenset[str] = frozenset()
    counts: str = ""
    beside: Fit | None = None

    def told(self, answer: Answer | None) -> Bilingual:
        """Return the sentence, with what the rows say of numbers, sums and the highest of all before its caveats."""
        if answer is None or self.fit is None:
            return self.sentence
        said, read = understood(self.fit), read_as(self.fit, answer.rows)
        told = Bilingual(self.sentence.zh.replace(said.zh, read.zh), self.sentence.en.replace(said.en, read.en))
        return joined([told, *drawn(self.fit, self.meant, self.counts, answer), caveats(self.fit)])

    @property
    def params(self) -> parameters.Given:
        """Parameters of the view by name; none if the question was not understood."""
        return {} if self.fit is None else self.fit.given

    @property
    def shown(self) -> Fit | None:
        """The fit whose view is shown: that of the answer, or of what a question names that was not understood."""
        return self.fit or self.beside

    def to_json(self, shown: Answer | None) -> str:
        """Return one JSON object with the reading and the members of the view's answer; without an answer, no rows.

        `address` is that of the view's page; `others` are further readings, `suggestions` questions to ask instead.
        `shown` is the answer of the view that is shown; if that is no answer to the question, it is given as `beside`.
        """
        answer = None if self.fit is None else shown
        about: dict[str, Any] = {
            "q": self.q,
            "understood": self.fit is not None,
            "reading": asdict(self.told(answer)),
            "address": None if self.fit is None else self.fit.address,
            "others": [{"title": asdict(fit.pattern.view.title), **_meant(fit)} for fit in self.others],
            "suggestions": [{"q": asdict(text), **_meant(fit)} for text, fit in self.suggestions],
            "beside": None
            if self.beside is None or shown is None
            else {"address": self.beside.address, **json.loads(shown.to_json())},
        }
        members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
        head = "{\n " + ",\n ".join(members) + ","
        if answer is None:
            return head + '\n "view": null,\n "params": {},\n "columns": [],\n "rows": []\n}\n'
        return head + answer.to_json().removeprefix("{")


def _meant(fit: Fit) -> Mapping[str, Any]:
    return {"view": fit.pattern.view.name, "params": fit.given, "address": fit.address}
