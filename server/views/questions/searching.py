"""Search elsewhere for what a fit finds nowhere, and find out when this means that a question was mistaken."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.ontology.places import named as place_names, opening
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.errors import ParameterError
from jixiao.server.views import names
from jixiao.server.views.questions import covering, explanation
from jixiao.server.views.questions.covering import Slot
from jixiao.server.views.questions.explanation import noted
from jixiao.server.views.questions.lexicon import SEVERAL
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.reading import Reading, Rows
from jixiao.server.views.questions.remarks import notes as remarks
from jixiao.store import Index

_ABBREVIATED = 1.6  # least weight of a name that is abbreviated, and not only contained in one


def is_mistaken(fit: covering.Fit, question: Question, answers: Rows) -> bool:
    """Return True if nothing meets a fit that compares things, or that takes a part of a name for a body.

    Of “who won the tender for A”, a body with “tender” in its name is no condition, and of two things that are compared
    none has the conditions of both.
    """
    doubtful = any(
        each.parameter == "department" and each.sense.weight < _ABBREVIATED and not _has_place(fold(each.item.text))
        for each in fit.slots
    )
    several = len(fit.params.keys() & {"text", "department", "region", "basis"}) > 1
    return bool(
        several and (doubtful or question.meant & {"than", "compare"}) and not answers(fit.pattern.view.name, fit.given)
    )


def unknown(fit: covering.Fit, base_iri: str, graph: Index) -> Bilingual | None:
    """Return the sentence on a value of a fit, such as a unit, that is not in the dataset; None if all are."""
    for parameter in (each for each in fit.pattern.view.params if each.name in fit.params):
        try:
            names.read_terms(parameter, fit.given[parameter.name], base_iri, graph)
        except names.AmbiguousError:  # of which readers choose one
            continue
        except ParameterError:
            return noted("unvalued", fit.params[parameter.name], parameter.label.zh, parameter.label.en.lower())
    return None


def elsewhere(reading: Reading, fit: covering.Fit, placed: Sequence[Slot], answers: Rows) -> Reading:
    """Return the reading of a question without rows: a topic that no name has is searched for in all texts of projects.

    The first of `placed` is the topic. One of several words that is in no text is searched for by its
    halves, which may be of a project and its indicator; indicators that lack it are given without it. If nothing is
    found, the question is not understood.
    """
    guessed = placed[0].parameter
    view = fit.pattern.view.name
    text = fit.params[guessed]
    others = {name: value for name, value in fit.params.items() if name != guessed}
    for params in _ways(view, text, guessed, others, answers):
        topics = tuple(replace(each, parameter="topic") if each.parameter == guessed else each for each in fit.slots)
        further = replace(fit, params=params, slots=topics if "topic" in params else fit.slots)
        if answers(view, further.given):
            meant = " / ".join(value for name, value in params.items() if name not in others).replace(SEVERAL, " / ")
            kind = "respelt" if "region" in params.keys() - others.keys() else "halved" if meant else "dropped"
            notes = [noted(kind, text, meant)] if meant != text else []
            notes += remarks(further, reading.meant, answers)
            read = explanation.understood(fit)
            before = Bilingual(
                reading.sentence.zh.removesuffix(read.zh), reading.sentence.en.removesuffix(read.en).rstrip()
            )
            sentence = explanation.joined([*notes, before, explanation.understood(further)])
            return replace(reading, sentence=sentence, fit=further)
    said = SEVERAL.join(each.item.text for each in placed if each.parameter == guessed)
    is_share = bool(answers(view, fit.given))  # of no projects, since none has the text in its name
    alone = {
        each.name: fit.params[each.name] for each in fit.pattern.view.params if each.required or each.name == guessed
    }
    is_there = answers(view, alone) or answers("projects", {"text": text})
    if others and guessed != "department" and not is_share and is_there:
        elsewhere = noted("elsewhere", text.replace(SEVERAL, " / "))
        return replace(reading, sentence=explanation.joined((elsewhere, reading.sentence)))
    sought = said if guessed == "department" else text
    shown = said if sought in said else f"{said} ({sought})"
    kind = "nameless" if is_share else "unfound"
    return Reading(reading.q, noted(kind, sought.replace(SEVERAL, " "), shown.replace(SEVERAL, " / ")))


def _ways(view: str, text: str, guessed: str, others: Mapping[str, str], answers: Rows) -> list[dict[str, str]]:
    """Return the parameters by which the text of a `guessed` one is searched for elsewhere, the nearest first."""
    halves = [(text[:at], text[at:]) for at in range(2, len(text) - 1) if text.isalnum()]
    topic = opening(fold(text))[1]
    if view == "projects" and topic and topic != text and not {"region", "department"} & others.keys():
        region = {**others, "region": text.removesuffix(topic)}  # 福建省水利, in the name of a body
        return [{**region, name: topic} for name in ("text", "topic")]
    if view == "projects" and "topic" not in others and len(text) > 1 and not answers(view, {"text": text}):
        found = [two for two in halves if all(answers(view, {**others, "topic": half}) for half in two)]
        ends = [text[at:] for at in range(1, len(text) - 3) if text.isalnum()]  # the head of a Chinese noun stands last
        return [{**others, "topic": topic} for topic in (text, *map(SEVERAL.join, found), *ends)]
    if view == "indicators" and guessed == "text":
        ways = [{"project": one, **others, "text": other} for one, other in halves if "project" not in others]
        return ways + [dict(others)] * bool(others.keys() & {"project", "department"})
    return []


def _has_place(text: str) -> bool:
    return bool(place_names(text) or opening(text)[0])
