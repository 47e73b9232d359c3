"""The reading of a question: the view that answers it, the values in its parameters, sentences on both, and JSON."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views import parameters
from jixiao.server.views.answers import Answer, Row
from jixiao.server.views.questions import conclusions
from jixiao.server.views.questions.covering import Fit
from jixiao.server.views.questions.explanation import caveats, conditions, joined, noted, read_as
from jixiao.server.views.questions.question import Question

Rows = Callable[[str, parameters.Given], Sequence[Row]]
"""A function that returns all rows of the view of a name for parameters, none if they cannot be answered."""
FEW: Mapping[str, str] = {"limit": "20"}
"""Parameters beside others for the first rows of an answer, of which the rest is not looked at."""


def few(fit: Fit, answers: Rows) -> Sequence[Row]:
    """Return the first rows of the answer of a fit (a view with its parameters), as many as FEW says.

    A limit in the fit takes the place of FEW.
    """
    return answers(fit.pattern.view.name, {**FEW, **fit.given})


_MOST_CAVEATS = 3
_NONE = Bilingual("", "")


@dataclass(frozen=True)
class Reading:
    """The reading of the question `q`: the best fit, None if the question was not understood, and sentences on it.

    `refusal` says why there is no fit. `notes` are on how words were taken and on what is left out; `facts` are
    statements on the page of a project; `lead` is said before the first figure, which would mislead without it.
    `others` are the next best fits; `suggestions` are questions to ask instead, each with its fit. `beside` is a fit
    for the things named in a question that was not understood; it does not answer the question. `asks` is True if the
    question has a word with a meaning, such as 引用, besides names and values; `meant` are all such meanings; `counts`
    is the meaning of the noun whose number is asked for, such as project, otherwise "". `whole` is the question with
    the questions that it follows. `question` is the question divided into parts. `kinds` has the kinds of the compared
    amounts by year, body or region.
    """

    q: str
    refusal: Bilingual = _NONE
    fit: Fit | None = None
    notes: tuple[Bilingual, ...] = ()
    facts: tuple[Bilingual, ...] = ()
    others: tuple[Fit, ...] = ()
    suggestions: tuple[tuple[Bilingual, Fit], ...] = ()
    asks: bool = False
    meant: frozenset[str] = frozenset()
    counts: str = ""
    beside: Fit | None = None
    whole: str = ""
    lead: tuple[Bilingual, ...] = ()
    question: Question | None = None
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def sentence(self) -> Bilingual:
        """The sentences on how the question was read, without what the rows say."""
        return self.told(None)

    def told(self, answer: Answer | None) -> Bilingual:
        """Return all sentences: how the question was read, then the figures that `answer` gives, then caveats.

        Without an answer there are no figures; without a fit, the refusal and the notes are returned.
        """
        if self.fit is None:
            return joined((self.refusal, *self.notes))
        read = (
            *self.notes,
            *self._searched(),
            read_as(self.fit, None if answer is None else answer.rows),
            *self.lead,
            *self.facts,
        )
        drawn = (
            ()
            if answer is None
            else (*self._figures(self.fit, answer), *conclusions.disputed(answer), *self._left_out(self.fit, answer))
        )
        return joined((*read, *drawn, *caveats(self.fit)))

    def answer(self, answer: Answer) -> Bilingual:
        """Return the answer as one sentence: the first figure or fact, then the conditions on the rows."""
        first, rest = self.headline(answer)
        return Bilingual(first.zh + rest.zh, first.en + rest.en)

    def headline(self, answer: Answer) -> tuple[Bilingual, Bilingual]:
        """Return the sentence of answer() in two parts: the first figure or fact, and all that follows it."""
        if self.fit is None:
            return self.refusal, _NONE
        said = self.facts or tuple(self._figures(self.fit, answer)) or (conclusions.size(self.fit, answer),)
        first, figures = (joined((*self.lead, *some)) for some in (said[:1], (*said, *conclusions.disputed(answer))))
        first, under = Bilingual(first.zh.rstrip("。"), first.en.rstrip(".")), conditions(self.fit)
        whole = joined(
            (Bilingual(figures.zh.rstrip("。") + under.zh, figures.en.rstrip(".") + under.en), *self._searched())
        )
        return first, Bilingual(whole.zh.removeprefix(first.zh), whole.en.removeprefix(first.en))

    def caveats(self, answer: Answer, of_page: Bilingual | None = None) -> list[Bilingual]:
        """Return the first few sentences on what an answer leaves out, each once, the nearest to the answer first.

        `of_page` takes the place of the answer's own caveat where the answer has none. Empty without a fit.
        """
        if self.fit is None:
            return []
        beside = answer.caveat or of_page or _NONE
        every = (*self._left_out(self.fit, answer), beside, *self.notes, *caveats(self.fit))
        return [each for each in dict.fromkeys(every) if each.zh][:_MOST_CAVEATS]

    def _figures(self, fit: Fit, answer: Answer) -> Iterable[Bilingual]:
        return conclusions.drawn(fit, self.meant, self.counts, answer, self.kinds)

    def _left_out(self, fit: Fit, answer: Answer) -> Iterable[Bilingual]:
        return conclusions.left_out(fit, self.meant, answer)

    def _searched(self) -> Iterable[Bilingual]:
        if self.fit is None or not self.searched:
            return []
        said, parameters = "”“".join(self.searched), {each.name: each for each in self.fit.pattern.view.params}
        by = next(slot.parameter for slot in self.fit.slots if slot.sense.role == "searched")
        return [noted("searched", said) if by == "topic" else noted("searched_as", said, parameters[by].label)]

    @property
    def searched(self) -> list[str]:
        """The words of the question that are only searched for, since nothing explains them."""
        return [] if self.fit is None else [slot.item.text for slot in self.fit.slots if slot.sense.role == "searched"]

    @property
    def params(self) -> parameters.Given:
        """Parameters of the view by name; none if the question was not understood."""
        return {} if self.fit is None else self.fit.given

    @property
    def shown(self) -> Fit | None:
        """The fit whose rows are shown, None without any: the best fit or, for a question not understood, `beside`."""
        return self.fit or self.beside

    def to_json(self, shown: Answer | None) -> str:
        """Return one JSON object with the reading and the members of the view's answer; without an answer, no rows.

        `answer` is the answer in a sentence, `slots` are the parts of the question, and `searched` those that were only
        searched for; `address` is the address of the view's page; `others` are further readings, `suggestions`
        questions to ask instead. `shown` is the answer of the view that is shown; if that is no answer to the question,
        it is given as `beside`.
        """
        answer = None if self.fit is None else shown
        about: dict[str, Any] = {
            "q": self.q,
            "understood": self.fit is not None,
            "answer": None if answer is None else asdict(self.answer(answer)),
            "reading": asdict(self.told(answer)),
            "slots": [] if self.fit is None else self.fit.stated(),
            "searched": self.searched,
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
