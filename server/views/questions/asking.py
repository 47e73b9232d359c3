"""Read questions; pages and the command line use this folder through this module alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from jixiao.ontology import terms
from jixiao.ontology.reference import Term, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.errors import ParameterError
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import explanation, fitting, suggestions
from jixiao.server.views.questions.fitting import Fit
from jixiao.server.views.questions.lexicon import Lexicon, words
from jixiao.server.views.questions.names import Finder
from jixiao.server.views.questions.patterns import patterns
from jixiao.server.views.questions.question import Question, take_apart, tidy
from jixiao.server.views.view_files import View
from jixiao.shapes import catalogue
from jixiao.store import Index

_SCHEMES = {
    f"{terms.VOCAB}indicator-type": "type",
    f"{terms.VOCAB}project-category": "category",
}
MOST_CHARACTERS = 300
_MOST_OTHERS = 3
_MOST_UNKNOWN = 12
_MOST_SUGGESTIONS, _MOST_TRIED = 5, 10
_CITING = frozenset(("cite", "project", "money"))


@dataclass(frozen=True)
class Reading:
    """The reading of a question; `fit` is None if it was not understood.

    `others` are further ways to understand it; `suggestions` are questions to ask instead, each with its reading.
    `asks` is true if a word asks for something, so that the question is more than names and values.
    """

    q: str
    sentence: Bilingual
    fit: Fit | None = None
    others: tuple[Fit, ...] = ()
    suggestions: tuple[tuple[Bilingual, Fit], ...] = ()
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
        return self._understood(typed, take_apart(checked(typed), self._lexicon, Finder(graph, self._base_iri)))

    def read(self, typed: str, graph: Index, answers: Callable[[str, Given], bool]) -> Reading:
        """Return the reading of a question, or the nearest questions if it is not understood.

        `answers` tells if a view, by name, has a row for parameters. Raises as understand() does.
        """
        finder = Finder(graph, self._base_iri)
        question = take_apart(checked(typed), self._lexicon, finder)
        reading = self._understood(typed, question)
        if reading is not None:
            return reading
        understood: dict[object, tuple[Bilingual, Fit]] = {}
        for text in islice(suggestions.similar(question, self._patterns, graph), _MOST_TRIED):
            other = take_apart(tidy(text.zh), self._lexicon, finder)
            fits = [] if other.unknown or other.blocked else fitting.fits(other, self._patterns)
            if fits and fits[0].asked not in understood and answers(fits[0].pattern.view.name, fits[0].given):
                understood[fits[0].asked] = text, fits[0]
        nearest = tuple(understood.values())[:_MOST_SUGGESTIONS]
        return Reading(typed, explanation.not_understood(question), suggestions=nearest)

    def examples(self, graph: Index, views: Sequence[str] = ()) -> tuple[Bilingual, ...]:
        """Return a question for each of the views, or for every view, with values of the graph."""
        known = suggestions.values(graph)
        named = {pattern.view.name: pattern for pattern in self._patterns}
        first = (next(suggestions.examples(named[name], known), None) for name in views or named if name in named)
        return tuple(filter(None, first))

    def _understood(self, typed: str, question: Question) -> Reading | None:
        fits = fitting.fits(question, self._patterns)
        if not fits or not _is_clear(question, fits[0]):
            return None
        others = tuple(fits[1 : 1 + _MOST_OTHERS])
        sentence = explanation.understood(fits[0], question.unknown)
        return Reading(typed, sentence, fits[0], others, asks=bool(question.meanings))


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


def _add_concepts(lexicon: Lexicon) -> None:
    """Add the words for types of indicators and categories of projects, each with the Chinese label as its value.

    `满意度指标` is also asked for as 满意度, 满意度目标 and “satisfaction targets”; the forms stand in words.toml.
    """
    for tag in _SCHEMES.values():
        for word, label in words()["concept"][tag].get("also", {}).items():
            lexicon.add((word,), f"{tag}:{label}")
    for term in reference().values():
        tag = _SCHEMES.get(term.scheme or "", "")
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
