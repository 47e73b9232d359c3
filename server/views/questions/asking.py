"""Read questions; pages and the command line use this folder through this module alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.errors import ParameterError
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import explanation, fitting
from jixiao.server.views.questions.explanation import Part
from jixiao.server.views.questions.fitting import Fit
from jixiao.server.views.questions.lexicon import Lexicon, words
from jixiao.server.views.questions.names import Finder
from jixiao.server.views.questions.patterns import patterns
from jixiao.server.views.questions.question import Question, take_apart, tidy
from jixiao.server.views.questions.suggestions import Nearest, Suggestion, examples
from jixiao.server.views.view_files import View
from jixiao.shapes import catalogue
from jixiao.store import Index

_SCHEMES = {
    f"{terms.VOCAB}indicator-type": "type",
    f"{terms.VOCAB}project-category": "category",
}


def _add_concepts(lexicon: Lexicon) -> None:
    """Add the words for types of indicators and categories of projects, each with the Chinese label as its value.

    `满意度指标` is also asked for as 满意度, 满意度目标 and “satisfaction targets”; the forms stand in words.toml.
    """
    for kind in _SCHEMES.values():
        for word, label in words()["concept"][kind].get("also", {}).items():
            lexicon.add((word,), f"{kind}:{label}")
    for term in reference().values():
        tag = _SCHEMES.get(term.scheme or "")
        if tag:
            lexicon.add(_forms(tag, term, lexicon), f"{tag}:{term.label.zh}")


def _forms(tag: str, term: Term, lexicon: Lexicon) -> Iterable[str]:
    """Yield the forms of a concept's labels; a bare stem counts only if it is long enough and means nothing else."""
    forms = words()["concept"][tag]
    for name in map(fold, (term.label.zh, term.label.en, *term.others)):
        stem = next((name.removesuffix(end) for end in map(fold, forms["endings"]) if name.endswith(end)), name).strip()
        yield name
        yield from (form.replace("{}", stem) for form in (forms["zh"] if not stem.isascii() else forms["en"]))
        if stem not in lexicon and len(stem) >= forms["shortest"]:
            yield stem


MOST_CHARACTERS = 300
_MOST_OTHERS = 3
_MOST_UNKNOWN = 12
_CITING = frozenset(("cite", "project", "money"))


@dataclass(frozen=True)
class Reading:
    """The reading of a question; `fit` is None if it was not understood.

    `others` are further ways to understand it; `suggestions` are questions to ask instead. `asks` is true if a word
    asks for something, so that the question is more than names and values.
    """

    q: str
    sentence: Bilingual
    fit: Fit | None = None
    parts: tuple[Part, ...] = ()
    others: tuple[Fit, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    asks: bool = False

    @property
    def params(self) -> Given:
        """Parameters of the view; none if the question was not understood."""
        return {} if self.fit is None else self.fit.given


class Reader:
    """A reader of questions for some views; it holds no state of the dataset."""

    def __init__(self, views: Iterable[View], base_iri: str) -> None:
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

        Raises ParameterError for a question that is empty or too long, and what the index raises.
        """
        return self._understood(typed, self._take_apart(checked(typed), Finder(graph)))

    def _understood(self, typed: str, question: Question) -> Reading | None:
        found = self._fits(question)
        if not found or not _is_clear(question, found[0]):
            return None
        parts = explanation.parts(found[0], _titles(found[0]))
        sentence = explanation.understood(found[0], parts, question.unknown)
        others = tuple(found[1 : 1 + _MOST_OTHERS])
        return Reading(typed, sentence, found[0], parts, others, asks=bool(question.meanings))

    def read(self, typed: str, graph: Index, answers: Callable[[str, Given], bool]) -> Reading:
        """Return the reading of a question, or the nearest questions if it is not understood.

        `answers` tells if a view, by name, has a row for parameters. Raises as understand() does.
        """
        finder = Finder(graph)
        question = self._take_apart(checked(typed), finder)
        understood = self._understood(typed, question)
        if understood is not None:
            return understood

        def again(text: str) -> Fit | None:
            other = self._take_apart(tidy(text), finder)
            fits = self._fits(other)
            return fits[0] if fits and not (other.unknown or other.blocked) else None

        nearest = Nearest(
            patterns=self._patterns,
            values=_values(graph),
            years=sorted((choice.value for choice in graph.choices("year")), reverse=True),
            read=again,
            answers=lambda fit: answers(fit.pattern.view.name, fit.given),
        )
        sentence = explanation.not_understood(question, self._lexicon)
        return Reading(typed, sentence, suggestions=nearest.find(question))

    def examples(self, graph: Index, views: Sequence[str] = ()) -> tuple[Bilingual, ...]:
        """Return a question for each of the views, or for every view, with values of the graph."""
        known = _values(graph)
        named = {pattern.view.name: pattern for pattern in self._patterns}
        found = (next(examples(named[name], known), None) for name in views or named if name in named)
        return tuple(each for each in found if each is not None)

    def _take_apart(self, text: str, finder: Finder) -> Question:
        return take_apart(text, self._lexicon, finder, finder.units())

    def _fits(self, question: Question) -> list[Fit]:
        return [self._addressed(fit) for fit in fitting.fits(question, self._patterns)]

    def _addressed(self, fit: Fit) -> Fit:
        """Write IRIs of the store as paths, which hold on every host."""
        short = {
            name: f"/{value.removeprefix(self._base_iri)}" if value.startswith(self._base_iri) else value
            for name, value in fit.params.items()
        }
        return replace(fit, params=short)


def checked(typed: str) -> str:
    """Return a question folded, with single blanks. Raises ParameterError if it is empty or too long."""
    text = tidy(typed[: MOST_CHARACTERS + 1])
    if not text:
        raise ParameterError("缺少问题（q），例如 q=哪些项目引用了松委发〔2009〕97号？", "The question (q) is missing.")
    if len(typed) > MOST_CHARACTERS:
        raise ParameterError(
            f"问题过长，最多 {MOST_CHARACTERS} 个字。", f"The question is longer than {MOST_CHARACTERS} characters."
        )
    return text


def _is_clear(question: Question, fit: Fit) -> bool:
    """Tell if a fit may be answered.

    Unknown words forbid it, unless a document's number and a word for citing, projects or money leave no doubt: then
    they are passed over, and the reading says so.
    """
    if question.blocked:
        return False
    cites = any(words & _CITING for words in question.meanings) and "number" in fit.params
    return not question.unknown or (cites and sum(map(len, question.unknown)) <= _MOST_UNKNOWN)


def _titles(fit: Fit) -> Mapping[str, str]:
    """Return names for the values that are IRIs: the words of the question."""
    return {
        fit.params[placed.parameter]: placed.item.text
        for placed in fit.placed
        if placed.parameter in fit.params and fit.params[placed.parameter].startswith("/")
    }


def _values(graph: Index) -> Mapping[str, str]:
    """Return, for each placeholder of the examples, a value from the graph."""
    found: dict[str, str] = {}
    years = sorted((choice.value for choice in graph.choices("year")), reverse=True)
    if len(years) > 1:
        found |= {"later": years[0], "earlier": years[1]}
    for name, kind in (("department", "org"), ("year", "year"), ("text", "series"), ("number", "basis")):
        values = [choice.value for choice in graph.choices(kind, limit=20)]
        if name == "number":
            values = [value for value in values if value.endswith("号")]
        if values:
            found[name] = values[0]
    return found
