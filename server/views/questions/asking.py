"""Read a question as a view with parameters, for pages and the command line, which import no other module here.

In place of a question that was not understood, others are suggested: the question with a year of the graph in place of
“last year”, and the examples in the views' headers, filled in with values of the question or of the graph.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any

from jixiao.ontology import identity, terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.errors import ParameterError
from jixiao.server.views import parameters, view_files
from jixiao.server.views.answers import Answer, count_rows
from jixiao.server.views.questions import explanation, fitting, names
from jixiao.server.views.questions.fitting import Pattern, patterns
from jixiao.server.views.questions.lexicon import Lexicon, words
from jixiao.server.views.questions.question import Question, take_apart, tidy
from jixiao.shapes import catalogue
from jixiao.store import Index

_SCHEMES = {
    f"{terms.VOCAB}indicator-type": "type",
    f"{terms.VOCAB}project-category": "category",
}
MOST_CHARACTERS = 300
_SURE = 2.0  # least weight of the sense of a text that is the whole name of a project
_MOST_OTHERS = 3  # alternative readings shown
_MOST_SUGGESTIONS, _MOST_TRIED = 5, 10  # questions suggested, and tried to find them, since each runs a query


@dataclass(frozen=True)
class Reading:
    """The reading of the question `q`: the best fit, None if it was not understood, and a sentence that explains it.

    `others` are the next best fits; `suggestions` are questions to ask instead, each with its fit. `asks` is True if
    the question has a word with a meaning, such as 引用, besides names and values; `counts` is the meaning
    of the noun whose number it asks for, such as project, or `average`.
    """

    q: str
    sentence: Bilingual
    fit: fitting.Fit | None = None
    others: tuple[fitting.Fit, ...] = ()
    suggestions: tuple[tuple[Bilingual, fitting.Fit], ...] = ()
    asks: bool = False
    counts: str = ""

    def told(self, answer: Answer | None) -> Bilingual:
        """Return the sentence, with the number or average asked for if all rows were counted."""
        if not self.counts or answer is None or self.fit is None or (answer.truncated and answer.whole is None):
            return self.sentence
        whole = answer.whole or count_rows(answer.columns, answer.rows)
        if self.counts == "average":
            return self.sentence + explanation.averaged(whole)
        return self.sentence + explanation.counted(self.fit, self.counts, whole)

    @property
    def params(self) -> parameters.Given:
        """Parameters of the view by name; none if the question was not understood."""
        return {} if self.fit is None else self.fit.given

    def to_json(self, answer: Answer | None) -> str:
        """Return one JSON object with the reading and the members of the view's answer; without an answer, no rows.

        `address` is that of the view's page; `others` are further readings, `suggestions` questions to ask instead.
        """
        about: dict[str, Any] = {
            "q": self.q,
            "understood": self.fit is not None,
            "reading": asdict(self.told(answer)),
            "address": None if self.fit is None else self.fit.address,
            "others": [{"title": asdict(fit.pattern.view.title), **_meant(fit)} for fit in self.others],
            "suggestions": [{"q": asdict(text), **_meant(fit)} for text, fit in self.suggestions],
        }
        members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
        head = "{\n " + ",\n ".join(members) + ","
        if answer is None:
            return head + '\n "view": null,\n "params": {},\n "columns": [],\n "rows": []\n}\n'
        return head + answer.to_json().removeprefix("{")


class Reader:
    """A reader of questions for some views; it holds no state of the dataset."""

    def __init__(self, views: Iterable[view_files.View], base_iri: str) -> None:
        self._patterns = patterns(views)
        self._base_iri = base_iri
        self._lexicon = Lexicon()
        _add_concepts(self._lexicon)
        for fault in catalogue.faults():
            self._lexicon.add((fault.label.zh, fault.label.en), f"fault:{fault.name}")
        for pattern in self._patterns:
            for parameter, values in pattern.phrases.items():
                for value, texts in values.items():
                    self._lexicon.add_phrases(texts, f"{parameter}:{value}")

    def understand(self, typed: str, graph: Index) -> Reading | None:
        """Return the reading of a question, or None if it is not understood.

        A question about a region from which there is no filing gives a reading without a fit. Raises ParameterError for
        a question that is empty or too long, and what the index raises.
        """
        question = take_apart(checked(typed), self._lexicon, names.Finder(graph, self._base_iri))
        if question.is_elsewhere:
            return Reading(typed, explanation.not_understood(question))
        return self._understood(typed, question)

    def read(self, typed: str, graph: Index, answers: Callable[[str, parameters.Given], bool]) -> Reading:
        """Return the reading of a question; if it is not understood, one without a fit that suggests other questions.

        `answers` returns True if the view of a name has a row for parameters; only such questions are suggested. Raises
        as understand() does.
        """
        finder = names.Finder(graph, self._base_iri)
        question = take_apart(checked(typed), self._lexicon, finder)
        reading = self._understood(typed, question)
        if reading is not None and reading.fit is not None:
            guessed = _guessed(reading.fit, finder)
            is_topic = any(
                placed.parameter == "text" and placed.sense.role in ("name", "text") and placed.sense.weight < _SURE
                for placed in reading.fit.placed
            )
            if not (guessed or is_topic) or answers(reading.fit.pattern.view.name, reading.fit.given):
                return reading
            if not guessed:
                return _searched_further(reading, reading.fit, answers, named="named" in question.meant)
            # Other things may be meant than the bodies whose names end in these words, and under which no row stands.
            return Reading(typed, explanation.guessed(guessed))
        understood: dict[object, tuple[Bilingual, fitting.Fit]] = {}
        for text in islice(_similar(question, self._patterns, graph), _MOST_TRIED):
            other = take_apart(tidy(text.zh), self._lexicon, finder)
            fit = next(iter(self._fits(other)), None)
            if fit and fit.asked not in understood and answers(fit.pattern.view.name, fit.given):
                understood[fit.asked] = text, fit
        nearest = tuple(understood.values())[:_MOST_SUGGESTIONS]
        return Reading(typed, explanation.not_understood(question), suggestions=nearest)

    def examples(
        self, graph: Index, answers: Callable[[str, parameters.Given], bool], views: Sequence[str] = ()
    ) -> dict[Bilingual, str]:
        """Return one example question, with its query, for each of the named views (for every view if none is named).

        Values of the graph are filled in; a view whose examples need other values is left out, and so is one for none
        of whose examples `answers` (as in read()) returns True.
        """

        def query(question: Bilingual) -> str:
            fit = reading.fit if (reading := self.understand(question.zh, graph)) else None
            return fit.pattern.view.bind(fit.given) if fit and answers(fit.pattern.view.name, fit.given) else ""

        known = _values_of(graph)
        named = {pattern.view.name: pattern for pattern in self._patterns}
        filled = (_filled_in(named[name], known) for name in views or named if name in named)
        first = (next(((each, text) for each in some if (text := query(each))), None) for some in filled)
        return dict(filter(None, first))

    def _fits(self, question: Question) -> list[fitting.Fit]:
        return [] if question.unknown or question.blocked else fitting.fits(question, self._patterns)

    def _understood(self, typed: str, question: Question) -> Reading | None:
        fits = self._fits(question)
        if not fits:
            return None
        others = tuple(fits[1 : 1 + _MOST_OTHERS])
        sentence = explanation.understood(fits[0])
        counts = min(question.asked) if question.counted else ""
        if "average" in question.meant and fits[0].pattern.rows == "project":
            counts = "average"
        return Reading(typed, sentence, fits[0], others, asks=bool(question.meanings), counts=counts)


def _searched_further(
    reading: Reading, fit: fitting.Fit, answers: Callable[[str, parameters.Given], bool], *, named: bool
) -> Reading:
    """Return the reading of a question without rows: goals are searched for a topic that is in no project's name.

    A topic that is not found there either is not understood, unless the question says that it is `named` so.
    """
    if fit.pattern.view.name != "projects":
        return reading if named else Reading(reading.q, explanation.unfound(fit.params["text"]))
    placed = tuple(replace(each, parameter="goal") if each.parameter == "text" else each for each in fit.placed)
    params = {"goal" if name == "text" else name: text for name, text in fit.params.items()}
    further = replace(fit, params=params, placed=placed)
    found = "goal" not in fit.params and answers("projects", further.given)
    if not (found or named):
        return Reading(reading.q, explanation.unfound(fit.params["text"]))
    sentence = explanation.understood(further if found else fit) + explanation.searched(
        fit.params["text"], in_goals=found
    )
    return replace(reading, sentence=sentence, fit=further if found else fit)


def _guessed(fit: fitting.Fit, finder: names.Finder) -> tuple[str, ...]:
    """Return the texts that a fit takes for bodies though they are no names but kinds of bodies, such as 学校."""
    texts = dict.fromkeys(fold(placed.item.text) for placed in fit.placed if placed.sense.role == "org")
    return tuple(
        text
        for text in texts
        if all(
            name.how == "contains" and fold(identity.plain_body(name.matched)).endswith(text)
            for name in finder.names("org", text)
        )
    )


def _meant(fit: fitting.Fit) -> Mapping[str, Any]:
    return {"view": fit.pattern.view.name, "params": fit.given, "address": fit.address}


def checked(typed: str) -> str:
    """Return the typed question folded, with single blanks. Raises ParameterError if it is empty or too long."""
    text = tidy(typed[: MOST_CHARACTERS + 1])
    if not text:
        raise ParameterError("缺少问题（q），例如 q=哪些项目引用了松委发〔2009〕97号？", "The question (q) is missing.")
    if len(typed) > MOST_CHARACTERS:
        raise ParameterError(
            f"问题过长，最多 {MOST_CHARACTERS} 个字。", f"The question is longer than {MOST_CHARACTERS} characters."
        )
    return text


def _add_concepts(lexicon: Lexicon) -> None:
    """Add the words for types of indicators and categories of projects, tagged with the concept's Chinese label.

    All forms of a label get the tag: 满意度, 满意度目标 and “satisfaction targets” mean `type:满意度指标`. Patterns of
    the forms are in words.toml.
    """
    for tag in _SCHEMES.values():
        for word, label in words()["concept"][tag].get("also", {}).items():
            lexicon.add((word,), f"{tag}:{label}")
    for term in reference().values():
        tag = _SCHEMES.get(term.scheme or "", "")
        if tag:
            lexicon.add(_forms(tag, term, lexicon), f"{tag}:{term.label.zh}")


def _forms(tag: str, term: Term, lexicon: Lexicon) -> Iterable[str]:
    """Yield the forms in which people write a concept's labels, made from the label without its ending (its stem).

    For 满意度指标 the stem is 满意度, and 满意度目标 is another form. The stem alone is a form only if it is long
    enough and not in the lexicon already.
    """
    forms = words()["concept"][tag]
    for name in map(fold, (term.label.zh, term.label.en, *term.others)):
        stem = next((name.removesuffix(end) for end in map(fold, forms["endings"]) if name.endswith(end)), name).strip()
        yield name
        yield from (form.replace("{}", stem) for form in (forms["zh"] if not stem.isascii() else forms["en"]))
        if stem not in lexicon and len(stem) >= forms["shortest"]:
            yield stem


_YEARS = 3  # latest years that are tried in place of “last year”
_FILLED = {"org": "department", "year": "year", "number": "number", "name": "text"}
"""Placeholders of examples, such as {department}, by the role of the question's values that can fill them."""
_PLACE = re.compile(r"\{(\w+)\}")


def _similar(question: Question, patterns: Sequence[Pattern], graph: Index) -> Iterator[Bilingual]:
    """Yield questions to suggest in place of one, the most similar first; some of them may have no rows."""
    relative = [word for word, tag in question.blocked.items() if tag == "relative"]
    for word in relative[:1]:
        for year in _years(graph)[:_YEARS]:
            text = question.text.replace(word, year if word.isascii() else f"{year}年")
            yield Bilingual(text, text)
    known = _values_of(graph)
    for item in reversed(question.items):
        known |= {_FILLED[sense.role]: sense.text for sense in item.senses if sense.role in _FILLED and sense.text}
    for pattern in sorted(patterns, key=lambda pattern: -_nearness(question, pattern)):
        yield from _filled_in(pattern, known)


def _values_of(graph: Index) -> dict[str, str]:
    """Return a dict from the placeholders of examples to values of the graph; without a value there is no entry."""
    known = dict(zip(("later", "earlier"), _years(graph), strict=False)) if len(_years(graph)) > 1 else {}
    for name, kind in (("department", "org"), ("year", "year"), ("text", "series"), ("number", "basis")):
        fitting = [
            choice.value for choice in graph.choices(kind, limit=20) if name != "number" or choice.value.endswith("号")
        ]
        if fitting:
            known[name] = fitting[0]
    return known


def _filled_in(pattern: Pattern, known: Mapping[str, str]) -> Iterator[Bilingual]:
    """Yield a view's example questions filled in with known values; skip those that need other values."""
    for example in pattern.questions:
        if all(name in known for name in _PLACE.findall(example.zh + example.en)):
            yield Bilingual(example.zh.format_map(known), example.en.format_map(known))


def _years(graph: Index) -> list[str]:
    """Return the years of the graph, newest first."""
    return sorted((choice.value for choice in graph.choices("year")), reverse=True)


def _nearness(question: Question, pattern: Pattern) -> float:
    """Return how much of a question a view would explain: the weights of its words, and 1 for each item it can take."""
    roles = {role for taken in pattern.takes.values() for role in taken}
    explained = sum(max((pattern.weights.get(word, 0.0) for word in words), default=0.0) for words in question.meanings)
    return explained + sum(any(sense.role in roles for sense in item.senses) for item in question.items)
