"""Read a question as a view with parameters, for pages and the command line, which import no other module here.

In place of a question that was not understood, others are suggested: the examples in the views' headers, filled in with
values of the graph.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice, pairwise

from jixiao.ontology.places import long_name, places
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.errors import ParameterError
from jixiao.server.views import typed_names, view_files
from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import outermost, region_codes
from jixiao.server.views.questions import (
    covering,
    explanation,
    following,
    known,
    named_things,
    record,
    remarks,
)
from jixiao.server.views.questions.lexicon import LATIN, SEVERAL, Lexicon, add_concepts, group, tidy, words
from jixiao.server.views.questions.question import POINTING, Question, take_apart
from jixiao.server.views.questions.reading import FEW, Reading, Rows, few
from jixiao.shapes import catalogue
from jixiao.store.index.index import Index

MOST_CHARACTERS = 300
_MOST_OTHERS, _MOST_SUGGESTIONS = 3, 5  # alternative readings, and questions to ask instead or projects, that are shown
_MOST_TURNS = 10  # questions that follow each other
_MOST_PAGES = 5  # projects whose pages are looked at
_SEVERAL_WORDS = 2  # words of a question in a row of a page, by which one of several projects is meant


class Reader:
    """A reader of questions, which answers each by one of the given views; it keeps nothing of the dataset."""

    def __init__(self, views: Iterable[view_files.View], base_iri: str) -> None:
        self._patterns = covering.patterns(views)
        self._named = {pattern.view.name: pattern for pattern in self._patterns}
        self._base_iri = base_iri
        self._lexicon = Lexicon()
        add_concepts(self._lexicon)
        for fault in catalogue.faults():  # no project has the findings on self-evaluations
            self._lexicon.add(
                (fault.label.zh, fault.label.en, f"{fault.label.en}s"),
                f"fault{'-evaluated' * (fault.subject in words()['evaluated']['rules'])}:{fault.name}",
            )
        for pattern in self._patterns:
            for parameter, values in pattern.phrases.items():
                for value, texts in values.items():
                    self._lexicon.add_phrases(texts, f"{parameter}:{value}")

    def understand(self, typed: str, graph: Index, answers: Rows) -> Reading | None:
        """Return the reading of a question, or None if the question is not understood.

        A question about a region from which there is no filing gives a reading without a fit (a view with its
        parameters). Raises ParameterError for a question that is empty or too long, and what the index raises.
        """
        question, reading = self._read(typed, named_things.Finder(graph, self._base_iri), answers)
        return Reading(typed, explanation.not_understood(question)) if question.is_elsewhere else reading

    def read(self, typed: str, graph: Index, answers: Rows, after: str = "") -> Reading:
        """Return the reading of a question; for one not understood, a reading without a fit, with other questions.

        `after` is the question that this one follows. If this one only names values, such as “and in 2024?”, the values
        replace those of `after`; if it points back (它), the values of `after` are kept. `after` may itself be several
        questions, with THEN between them. `answers` gives the rows of a view for parameters; only questions whose
        answer has rows are suggested. Raises as understand() does, and ParameterError for too many questions in
        `after`.
        """
        before, _, typed = f"{after}{following.THEN}{typed}".rpartition(following.THEN)
        before = before.strip(f" {following.THEN}")
        if before.count(following.THEN) > _MOST_TURNS:
            raise ParameterError(
                f"接着问的最多 {_MOST_TURNS} 句，请重新问。", f"At most {_MOST_TURNS} questions follow; ask anew."
            )
        finder = named_things.Finder(graph, self._base_iri)
        if before and (found := self._joined(typed, self.read(before, graph, answers), finder, answers)):
            return replace(
                found,
                whole=f"{before}{following.THEN}{typed}",
                notes=(explanation.noted("followed", before), *found.notes),
            )
        question, reading = self._read(typed, finder, answers)
        return self._completed(typed, question, reading, finder, answers)

    def _completed(
        self, typed: str, question: Question, reading: Reading | None, finder: named_things.Finder, answers: Rows
    ) -> Reading:
        """Complete the reading of a question by its words alone (`reading`, None without any); return the final one.

        A page of one project that answers better takes the place of `reading`. If there is no reading, or it has a
        value that is not in the dataset, a refusal is returned, with questions to ask instead and with things that the
        question surely names.
        """
        if found := self._record(question, reading.fit if reading else None, answers):
            return replace(found, q=typed, question=question)
        refusal, wrong = explanation.not_understood(question), question.unknown
        if reading and reading.fit:
            wrong = tuple(slot.item.text for slot in self._unfound(question, reading.fit, finder, answers))
            unknown = self._unknown(reading.fit, finder)
            if not (wrong or unknown):
                return reading
            refusal = unknown or explanation.unfound(reading.fit, wrong)
        own = {
            words()["filled"][sense.role]: sense.text.partition(",")[0]
            for item in question.items
            for sense in item.senses[:1]
            if sense.role in words()["filled"]
        }
        nearest = chain(
            self._corrected(typed, wrong, finder, answers),
            self._examples(finder, answers, (), own),
        )
        suggestions = tuple(islice(dict(nearest).items(), _MOST_SUGGESTIONS))
        refused = Reading(typed, refusal, suggestions=suggestions)
        named = known.named(question, self._named["projects"], answers)
        if named is None:
            return refused
        said = explanation.noted("known", "”“".join(item.text for item in named.items))
        one = known.page_of(named.fit, named.rows[0], self._named["project"], self._base_iri)
        return replace(refused, notes=(said,), beside=one if len(named.rows) == 1 else named.fit)

    def _joined(self, typed: str, before: Reading, finder: named_things.Finder, answers: Rows) -> Reading | None:
        """Return the reading of a question that continues the question read as `before`.

        None if the question is complete by itself, or if the two do not join.
        """
        question = take_apart(checked(typed), self._lexicon, finder)
        if before.fit is None or before.question is None or following.points(question, "share"):
            return None
        if further := following.with_values(question, before.question):
            return self._completed(typed, further, self._fitted(typed, further, [], finder, answers), finder, answers)
        if POINTING not in question.blocked.values() and (
            question.unknown or question.blocked or self._read(typed, finder, answers)[1]
        ):
            return None
        first, is_superlative = before.fit, "limit" not in before.fit.params and before.meant & {"most", "least"}
        if is_superlative or first.pattern.view.name == "project":
            return self._on_page(question, before, answers)
        joined = following.with_slots(question, first, before.meant)
        found = self._completed(typed, joined, self._fitted(typed, joined, [], finder, answers), finder, answers)
        if found.fit is None or (found.asks and found.facts):
            return found if found.fit else None
        return found if covering.is_within(found.fit, first, {covering.kind(item) for item in question.items}) else None

    def _on_page(self, question: Question, before: Reading, answers: Rows) -> Reading | None:
        """Return the reading of a question on the one project that the reading `before` found, by the project's page.

        None if `before` found no single project, or if the page does not answer.
        """
        fit, of_page = before.fit, following.of_page(question)
        if fit is None or of_page is None:
            return None
        rows: Sequence[Row]
        if fit.pattern.view.name == "project":
            rows = [{**row, "name": row["projectName"]} for row in answers("project", fit.given)]
        else:
            rows = few(fit, answers) if fit.pattern.rows == "project" and following.points(question, "one") else ()
        return self._record(of_page, None, answers, known.Subject(fit, (), rows[:1]))

    def _unknown(self, fit: covering.Fit, finder: named_things.Finder) -> Bilingual | None:
        """Return a sentence on a value, such as a unit, that a fit has and the dataset has not.

        None if there is none.
        """
        for parameter in (each for each in fit.pattern.view.params if each.name in fit.params):
            try:
                typed_names.read_terms(parameter, fit.given[parameter.name], self._base_iri, finder.index)
            except typed_names.AmbiguousError:  # of which readers choose one
                continue
            except ParameterError:
                return explanation.noted(
                    "unvalued", fit.params[parameter.name], parameter.label.zh, parameter.label.en.lower()
                )
        return None

    def _unfound(
        self, question: Question, fit: covering.Fit, finder: named_things.Finder, answers: Rows
    ) -> Sequence[covering.Slot]:
        """Return the slots whose words may be wrong, if the answer of a fit has no rows; empty if it has rows.

        A slot is an item of the question in a parameter of the view. Those are returned whose words may mean something
        else than the value that they were taken for, and that find no row without the other conditions either. If two
        things are compared, their conditions together are no reason for a lack of rows.
        """
        guessed = [
            slot
            for slot in fit.slots
            if slot.sense.role == "searched"
            or (known.is_guessed(slot, finder) and not (slot.sense.role == "org" and known.is_one(slot)))
        ]
        several = len(fit.params.keys() & {"text", "department", "region", "basis"}) > 1
        doubtful = several and question.meant & {"than", "compare"}
        view, kept = fit.pattern.view, {slot.parameter for slot in guessed}
        kept |= {each.name for each in view.params if each.required}
        kept -= {"department"}  # a part of bodies' names is no body
        is_none = not any(row.get("projects", 1) for row in few(fit, answers))
        alone = {name: text for name, text in fit.given.items() if name in kept}
        is_there = (
            bool(alone)
            and len(alone) < len(fit.given)
            and any(row.get("projects", 1) for row in answers(view.name, {**FEW, **alone}))
        )
        if not is_none or not (doubtful or (guessed and not is_there and "named" not in question.meant)):
            return ()
        return guessed or fit.slots

    def _record(
        self, question: Question, fit: covering.Fit | None, answers: Rows, subject: known.Subject | None = None
    ) -> Reading | None:
        """Return the reading of a question on one project, or on a few projects, by the statements on their pages.

        `fit` is the fit of a question all of whose words are explained; unless a page states more, None is returned and
        `fit` stays. `subject` are the projects, if another question named them. None also if no page states what is
        asked for, or if of several projects none states more of it than the others.
        """
        field, words_of_field = record.field_of(question.text)
        kept = {word: tag for word, tag in question.blocked.items() if word not in words_of_field}
        question = replace(question, blocked=kept)
        subject = subject or known.subject(question, fit, self._named["projects"], answers)
        if subject is None or "apiece" in question.meant or not 0 < len(subject.rows) <= _MOST_PAGES:
            return None
        # Bounds of the list of projects are no words of a row: 道路项目, but not 援藏干部工作经费.
        is_bound = fit is not None and "project" in question.meant and answers(fit.pattern.view.name, fit.given)
        bounds = subject.items if is_bound else ()
        asked = replace(question, items=tuple(item for item in question.items if item not in bounds))
        found = list(self._stated(asked, subject, answers))
        most = max(stated.words for stated, _, _ in found)
        best = [each for each in found if each[0].words == most]
        stated, row, one = best[0]
        is_plain = row.get("amount") is not None and question.meant.isdisjoint(group("of_one"))
        is_plain = is_plain and not ("total" in question.meant and row.get("largerTotal"))
        is_listed = fit is not None and is_plain and set() < stated.asked <= record.LISTED
        if not stated.sentences or is_listed:
            return None
        of_page = field or question.meant & group("of_page")
        if len(found) > 1 and of_page and all(each.sentences for each, _, _ in found):
            best, most = found, _SEVERAL_WORDS
        is_uncounted = question.counted and stated.unused and not stated.words  # 几个咪咪指标
        least = _SEVERAL_WORDS if len(found) > 1 else int(not subject.is_sure)
        if is_uncounted or most < least or known.loses(question, subject, stated.unused):
            return None
        unused = [explanation.noted("unused", "”“".join(stated.unused))] if stated.unused else []
        if len(best) > 1:
            listed = [
                explanation.of_project(
                    (*each.sentences, *(explanation.noted("missed", word) for word in each.unused)), row
                )
                for each, row, _ in best
            ]
            return Reading(question.text, fit=subject.fit, facts=(explanation.noted("several", ""), *listed), asks=True)
        notes = (*known.told(question, subject, row, stated.unused), *remarks.notes(one, question.meant, answers))
        return Reading(question.text, fit=one, notes=notes, facts=(*unused, *stated.sentences), asks=True)

    def _stated(
        self, question: Question, subject: known.Subject, answers: Rows
    ) -> Iterator[tuple[record.Stated, Row, covering.Fit]]:
        """Yield for each project in `subject` the statements on its page that answer a question, its row, and a fit.

        The fit is one for the project's page.
        """
        page = self._named["project"]
        for row in subject.rows:
            one = known.page_of(subject.fit, row, page, self._base_iri)
            rows = list(answers(page.view.name, one.given))
            if question.meant & {"finding", "differing"}:
                rows += known.findings(row, answers, is_all="finding" in question.meant)
            yield record.stated(question, subject.items, rows, page.shows), row, one

    def _fits(self, question: Question, answers: Rows) -> list[covering.Fit]:
        """Return the fits (views with parameters) of a question all of whose words are explained, the best first.

        Empty if a word is unknown, or makes the question one that cannot be answered.
        """
        found = [] if question.unknown or question.blocked else covering.fits(question, self._patterns)
        return [fit for fit in found if not known.mixes(fit, question)]

    def examples(self, graph: Index, answers: Rows, views: Sequence[str] = ()) -> dict[Bilingual, str]:
        """Return one example question for each of the named views (for every view if none is named), with its SPARQL.

        Values of the graph are filled in. A view is left out if its examples need other values, or if `answers` gives
        no row for any of them.
        """
        found = self._examples(named_things.Finder(graph, self._base_iri), answers, views, {})
        return {text: fit.pattern.view.bind(fit.given) for text, fit in found}

    def _examples(
        self,
        finder: named_things.Finder,
        answers: Rows,
        views: Sequence[str],
        own: Mapping[str, str],
    ) -> Iterator[tuple[Bilingual, covering.Fit]]:
        """Yield the questions of examples(), each with its fit.

        With `own`, the values in a question by placeholder, views whose examples use these values come first.
        """
        known = {**_values_of(finder.index), **own}
        for name in views or sorted(
            self._named, key=lambda name: own.keys().isdisjoint(_PLACE.findall(str(self._named[name].questions)))
        ):
            texts = _filled_in(self._named[name], known) if name in self._named else ()
            yield from islice(self._answered(texts, finder, answers), 1)

    def _answered(
        self, texts: Iterable[Bilingual], finder: named_things.Finder, answers: Rows
    ) -> Iterator[tuple[Bilingual, covering.Fit]]:
        """Yield the questions among `texts` whose answer has rows, each with its fit."""
        for text in texts:
            _, reading = self._read(text.zh, finder, answers)
            if reading and reading.fit and few(reading.fit, answers):
                yield text, reading.fit

    def _corrected(
        self,
        typed: str,
        unknown: Iterable[str],
        finder: named_things.Finder,
        answers: Rows,
    ) -> Iterator[tuple[Bilingual, covering.Fit]]:
        """Yield the typed question with each of its `unknown` words replaced by the nearest known word, with its fit.

        A word that is like no known word is removed; the other words stay as typed. Nothing is yielded if the question
        names nothing then, or if its answer has no rows.
        """
        wrong = [part for stretch in unknown for part in LATIN.findall(stretch) or [stretch]]
        text = typed if all(word in typed.casefold() for word in wrong) else checked(typed)
        for word in wrong:
            near = finder.nearest(word, self._lexicon)
            text = re.sub(re.escape(word), partial(_cased, near), text, count=1, flags=re.IGNORECASE)
        text = " ".join(text.split())
        texts = [Bilingual(text, text)] if text and text != " ".join(typed.split()) else []
        # Without any name or value, what the question is about is lost.
        return (each for each in self._answered(texts, finder, answers) if each[1].slots)

    def _spelt(self, text: str, finder: named_things.Finder) -> tuple[Question, Question, list[Bilingual]]:
        """Divide a question into parts, as typed and with misspelt names corrected.

        Return both, and notes on these names. A misspelt name is one that sounds like a name in use.
        """
        question = as_typed = take_apart(text, self._lexicon, finder)
        beside = (one.text + other.text for one, other in pairwise(question.items) if one.end == other.start)
        texts = (item.text for item in question.items if item.senses[0].role in ("text", "searched"))
        pairs = dict(pair for word in (*question.unknown, *beside, *texts) for pair in finder.respelt(word))
        respelt = {wrong: name for wrong, name in pairs.items() if not any(wrong in word != wrong for word in pairs)}
        for wrong, name in respelt.items():
            text = text.replace(wrong, name)
        question = take_apart(text, self._lexicon, finder) if respelt else question
        return as_typed, question, [explanation.noted("respelt", wrong, name) for wrong, name in respelt.items()]

    def _read(self, typed: str, finder: named_things.Finder, answers: Rows) -> tuple[Question, Reading | None]:
        """Return a question divided into its parts, and its reading.

        None for the reading if no view answers the question. If the reading needed misspelt names put right, the
        question has the right names; without a reading, it is as typed.
        """
        as_typed, question, notes = self._spelt(checked(typed), finder)
        reading = self._fitted(typed, question, notes, finder, answers)
        # A refusal names as its cause only words that were typed.
        return (as_typed if reading is None or reading.question is None else reading.question), reading

    def _fitted(
        self, typed: str, question: Question, notes: Sequence[Bilingual], finder: named_things.Finder, answers: Rows
    ) -> Reading | None:
        """Return the reading of a question by the view that fits best, None if no view does.

        Its notes begin with `notes`.
        """
        fits = self._fits(question, answers)
        if not fits and (searching := question.searching()) and (searched := self._fits(searching, answers)):
            # Without rows it is refused, since texts may say so in other words.
            fits = [fit for fit in searched[:1] if few(fit, answers)]
            question = searching if fits else question
        fits, lead = known.outlay(fits, question.meant, answers)
        if fits and (widened := _in_texts(fits[0], question, finder, answers)):
            lead = (
                *lead,
                explanation.noted("in_texts", widened.params["topic"].replace(SEVERAL, "”“")),
            )
            fits = [widened, *fits[1:]]
        for mended in (known.without_ending, partial(known.kept_whole, question), known.filled_up):
            if found := mended(fits[0], answers) if fits else None:
                notes, fits = [*notes, found[1]], [found[0], *fits]
        if not fits:
            return None
        notes = [
            *notes,
            *(
                explanation.noted("namesake", name, "”“".join(others))
                for names_of in (fits[0].params.get("department", "").split(","),)
                for name in names_of
                if (others := [each for each in finder.namesakes(name) if each not in names_of])
            ),
            *_shared_names(fits[0]),
            *remarks.notes(fits[0], question.meant, answers),
        ]
        return Reading(
            typed,
            fit=fits[0],
            notes=tuple(notes),
            others=tuple(fits[1 : 1 + _MOST_OTHERS]),
            asks=bool(question.meanings),
            lead=(*lead, *remarks.titles(fits[0], question.meant, answers)),
            question=question,
            kinds=remarks.kinds(fits[0], question.meant, answers),
            meant=question.meant,
            counts=min(question.asked, default=fits[0].pattern.rows) if _counts(question, fits[0]) else "",
        )


def _in_texts(fit: covering.Fit, question: Question, finder: named_things.Finder, answers: Rows) -> covering.Fit | None:
    """Return a fit that searches for words in the full text of projects, instead of in their names.

    None if some name has the words, if the text finds nothing either, or if the words surely are a name. It is returned
    only if no name has the words and some text has.
    """
    named = [slot for slot in fit.slots if slot.parameter in ("text", "called")]
    is_name = "named" in question.meant or not all(known.is_guessed(slot, finder) for slot in named)
    is_name = is_name or any(len(slot.sense.text) == 1 for slot in named)  # in too many words
    if (
        is_name
        or not named
        or "topic" not in fit.pattern.slots
        or any(row.get("projects", 1) for row in few(fit, answers))
    ):
        return None
    params = {name: text for name, text in fit.params.items() if name not in ("text", "called")}
    params |= {"topic": SEVERAL.join(slot.sense.text for slot in named)}
    slots = tuple(replace(slot, parameter="topic") if slot in named else slot for slot in fit.slots)
    widened = replace(fit, params=params, slots=slots)
    return widened if any(row.get("projects", 1) for row in few(widened, answers)) else None


def _shared_names(fit: covering.Fit) -> Iterator[Bilingual]:
    """Yield a sentence for each place in a question whose name or pinyin several divisions share, such as Wuxi."""
    for slot in fit.slots:
        codes = region_codes(fold(slot.item.text)) if slot.sense.role in ("region", "county", "prefecture") else ()
        meant = [places()[code] for code in outermost(codes)]
        if len(meant) > 1:
            named = [Bilingual(long_name(each.code), f"{each.english} ({long_name(each.code)})") for each in meant]
            zh, en = "、".join(each.zh for each in named), ", ".join(each.en for each in named)
            yield explanation.noted("elsewhere_named", slot.item.text, zh, en)


def _cased(word: str, replaced: re.Match[str]) -> str:
    """Return `word`, with a capital if the matched word that it replaces has one."""
    return word.capitalize() if replaced.group()[:1].isupper() else word


def _counts(question: Question, fit: covering.Fit) -> bool:
    """Return True if a question asks for a number: of the things that it names, or of findings.

    Findings are counted by “how many” alone, without a noun.
    """
    return question.counted or (not question.asked and "count" in question.meant and fit.pattern.rows == "finding")


def checked(typed: str) -> str:
    """Return the typed question folded, with single spaces. Raises ParameterError if it is empty or too long."""
    text = tidy(typed[: MOST_CHARACTERS + 1])
    if not text:
        raise ParameterError("缺少问题（q），例如 q=哪些项目引用了松委发〔2009〕97号？", "The question (q) is missing.")
    if len(typed) > MOST_CHARACTERS:
        raise ParameterError(
            f"问题过长，最多 {MOST_CHARACTERS} 个字。", f"The question is longer than {MOST_CHARACTERS} characters."
        )
    return text


_PLACE = re.compile(r"\{(\w+)\}")


def _values_of(graph: Index) -> dict[str, str]:
    """Return a dict from the placeholders of examples to values of the graph; without a value there is no entry."""
    kinds = {"department": "org", "year": "year", "text": "series", "number": "basis"}
    choices = {
        name: [choice.value for choice in graph.choices(kind, limit=20, of="project")] for name, kind in kinds.items()
    }
    choices["number"] = [value for value in choices["number"] if value.endswith("号")]
    years = zip(("later", "earlier"), sorted(choices["year"], reverse=True), strict=False)
    return {name: values[0] for name, values in choices.items() if values} | dict(years)


def _filled_in(pattern: covering.Pattern, known: Mapping[str, str]) -> Iterator[Bilingual]:
    """Yield a view's example questions filled in with known values; skip those that need other values."""
    for example in pattern.questions:
        if all(name in known for name in _PLACE.findall(example.zh + example.en)):
            yield Bilingual(example.zh.format_map(known), example.en.format_map(known))
