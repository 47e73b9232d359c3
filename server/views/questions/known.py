"""Find the things that a question surely names, to be shown where the question as a whole is not understood."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.ontology.places import opening
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.ontology.text.wording import any_of
from jixiao.server.views.answers import Row
from jixiao.server.views.questions import covering
from jixiao.server.views.questions.conclusions import naming
from jixiao.server.views.questions.explanation import joined, noted
from jixiao.server.views.questions.lexicon import SEVERAL, group, words
from jixiao.server.views.questions.named_things import Finder
from jixiao.server.views.questions.question import Question
from jixiao.server.views.questions.reading import Rows, few
from jixiao.server.views.questions.senses import Item

SURE = 2.0  # least weight of the sense of a text that is a whole name
_ONE_PROJECT = r" project\b"
_LEAST = 4  # characters of a short form of a body, or of a project's name that is kept whole
_SPENT = ("execution", "evaluations")
"""Views of the money spent, the sums first."""
_JOINT = 2  # characters besides 和 and the like between two names that are joined
_TITLES = ("text", "called", "project", "department")
"""Parameters of texts in names of projects, and of bodies."""


@dataclass(frozen=True)
class Subject:
    """The projects that a question names: the fit of the view that lists them, their names (`items`), and their rows.

    `is_sure` is False if only a place, a body's short form or a year says which projects are meant.
    """

    fit: covering.Fit
    items: tuple[Item, ...]
    rows: Sequence[Row]
    is_sure: bool = True


def page_of(fit: covering.Fit, row: Row, page: covering.Pattern, base_iri: str) -> covering.Fit:
    """Return a fit for the page of the project in a row; `page` is the pattern of the view that shows one project."""
    return replace(fit, pattern=page, params={"project": f"/{str(row['project']).removeprefix(base_iri)}"}, slots=())


def named(question: Question, several: covering.Pattern, answers: Rows) -> Subject | None:
    """Return the projects that a question names, None if no name is sure.

    The projects have a name, a body, or a document that the question names, and the year and place in it, if any.
    `several` is the pattern of the view that lists projects.
    """
    for items in _narrower(question):
        asked = replace(
            question,
            items=items,
            meanings=(frozenset(("project",)),),
            unknown=(),
            blocked={},
            asked=frozenset(("project",)),
            counted=False,
        )
        fit = next(iter(covering.fits(asked, [several])), None)
        if fit is None or mixes(fit, question):
            continue
        for listed in (_exact(fit), fit):
            rows = few(listed, answers)
            is_sure = listed is not fit or "text" not in fit.params or len({row["name"] for row in rows}) == 1
            if rows and is_sure:
                return Subject(listed, items, rows)
    return None


def subject(question: Question, fit: covering.Fit | None, several: covering.Pattern, answers: Rows) -> Subject | None:
    """Return the projects that a question is about: those of its fit, if it lists projects or sums, or named ones.

    None if the question asks which projects there are, asks what no page states, or has conditions that are no names.
    `several` is the pattern of the view that lists projects.
    """
    if fit is None or not few(fit, answers):
        refused = group("refused") & {*question.blocked.values()}
        of_many = question.meant & (group("of_many") | group("evaluated")) and "differing" not in question.meant
        if refused or of_many or re.search(words()["fielded"]["listing"], question.text):
            return None
        return named(question, several, answers)
    if fit.pattern.view.name == "indicators" and "project" in fit.params:
        # Goals are no indicators, and nor is who builds something.
        is_goal = fit.params.keys() <= group("one_project") and "target" in question.meant
        return named(question, several, answers) if is_goal or "body" in question.meant else None
    bounds = {name: given for name, given in fit.given.items() if name in group("about")}
    of_several = question.asked - {"indicator", "target", "year"} and question.meant.isdisjoint(group("of_page"))
    is_other = of_several or fit.params.keys() - group("about") - group("besides")
    if is_other or fit.pattern.view.name not in group("lists") or not fit.slots:
        return None
    names = tuple(each.item for each in fit.slots if each.parameter in bounds)
    listed = replace(fit, pattern=several, params={name: fit.params[name] for name in bounds}, slots=fit.slots)
    return Subject(listed, names, few(_exact(listed), answers) or few(listed, answers))


def _exact(fit: covering.Fit) -> covering.Fit:
    """Return a fit whose text must be the whole name of a project; the fit unchanged if it seeks no text or several."""
    text = fit.params.get("text", "")
    return replace(fit, params={**fit.params, "text": f'"{text}"'}) if text and SEVERAL not in text else fit


def findings(project: Row, answers: Rows, *, is_all: bool) -> list[Row]:
    """Return the rules' findings on a project as further rows of its page, or one row that says that there are none.

    `project` is the project's row in a list. Unless `is_all`, only findings of contradictions are returned.
    """
    fault = "own" if is_all else words()["fielded"]["differing"]
    rows = answers("findings", {"text": f'"{project["name"]}"', "fault": fault})
    found = [row for row in rows if row["project"] == project["project"]]
    nothing = noted("sound" if is_all else "agreeing", "")
    return [
        {"property": "#finding", "item": "", "value": said.zh, "valueEn": said.en, "amount": None}
        for said in [Bilingual(str(row["message"]), str(row["messageEn"])) for row in found] or [nothing]
    ]


def loses(question: Question, subject: Subject, unused: Collection[str]) -> bool:
    """Return True if words that a project's page does not have (`unused`) may mean that another project is asked for.

    The name of a place may do so and, if no name makes sure which projects are meant, so may any word.
    """
    places = (item.text for item in question.items if item.senses[0].role == "region")
    return any(place in unused for place in places) or bool(unused and not subject.is_sure)


def told(question: Question, subject: Subject, row: Row, unused: Collection[str]) -> Iterator[Bilingual]:
    """Yield sentences on how the project in `row` was found by a question.

    They are on years in the question that are not the project's, and on the words by which the project was found.
    `unused` are words of the question that the page does not have.
    """
    others = [item for item in question.items if item not in subject.items]
    asked = [item.senses[0].text for item in others if item.senses[0].role == "year"]
    years = [year for year in asked if year not in f"{row['year']} {row['name']}"]
    yield from [noted("unread_years", "、".join(years))] if years else []
    said = "”“".join(each.text for each in subject.items)
    more = [word for word in (*question.unknown, *(item.text for item in others)) if word not in unused]
    kind = "fewer" if said and more and len(subject.rows) > 1 else "narrowed" if said else "within"
    yield noted(kind, said, str(row["name"]), "”“".join(more))


def _narrower(question: Question) -> Iterator[tuple[Item, ...]]:
    """Yield choices of the items that may name the projects of a question, each with fewer items than the one before.

    The choices are all names with the year and place, the names alone, the names of projects, and the surest of these.
    """
    names = [item for item in question.items if _is_name(item)]
    bounds = [item for item in question.items if item.senses[0].role in ("year", "region")]
    projects = [item for item in names if item.senses[0].role == "name"]
    surest = sorted(projects, key=lambda item: (-item.senses[0].weight, -len(item.senses[0].text)))[:1]
    ways: Sequence[Sequence[Item]] = ([*names, *bounds], names, projects, surest)
    yield from (tuple(sorted(way, key=lambda item: item.start)) for way in ways if names and way)


def _is_name(item: Item) -> bool:
    """Return True if an item names one thing.

    A short form of a body's name does so only if it is long enough, and one full name was found for it.
    """
    sense = item.senses[0]
    is_resolved = sense.text != item.text and "," not in sense.text
    is_long = len(item.text) >= _LEAST
    is_sure = sense.role != "org" or sense.weight >= SURE or (is_resolved and is_long)
    return is_sure and sense.role in group("single_things")


def kept_whole(question: Question, fit: covering.Fit, answers: Rows) -> tuple[covering.Fit, Bilingual] | None:
    """Return a fit for only those projects whose entire name stands in the question, with a sentence on the others.

    The others are projects whose longer names contain this name. None if the question names no project, or if no
    project has a longer name. English words count as an entire name only where words such as “the X project” say so.
    """
    for each in fit.slots:
        name, where = each.sense.text, {key: fit.given[key] for key in fit.params.keys() & group("where")}
        if (
            each.sense.role == "name"
            and fit.params.get(each.parameter) == name
            and each.sense.weight >= SURE
            and (not each.item.text.isascii() or re.match(_ONE_PROJECT, question.text[each.item.end :]))
        ):
            rows = answers("projects", {**where, "text": name}) if len(name) >= _LEAST else ()
            same = [row for row in rows if fold(str(row["name"])) == fold(name)]
            if 0 < len(same) < len(rows):
                params = {**fit.params, each.parameter: f'"{name}"'}
                return replace(fit, params=params), noted("longer", name, f"{len(rows) - len(same):,}")
    return None


def without_ending(fit: covering.Fit, answers: Rows) -> tuple[covering.Fit, Bilingual] | None:
    """Return a fit by a topic without its ending (费) if only the shorter topic has rows, and a sentence on that.

    None if the topic as asked for has rows, if it has no such ending, or if the shorter topic has no rows either.
    """
    for slot in fit.slots:
        name = slot.sense.text
        short = re.sub(words()["names"]["endings"], "", name)
        is_topic = slot.parameter in ("text", "called", "topic") and fit.params[slot.parameter] == name
        if is_topic and 1 < len(short) < len(name) and slot.sense.weight < SURE and not _has_rows(fit, answers):
            sense = replace(slot.sense, text=short)
            slots = tuple(replace(each, sense=sense) if each is slot else each for each in fit.slots)
            found = replace(fit, params={**fit.params, slot.parameter: short}, slots=slots)
            return (found, noted("ending", name, short)) if _has_rows(found, answers) else None
    return None


def _has_rows(fit: covering.Fit, answers: Rows) -> bool:
    return any(row.get("projects", 1) for row in few(fit, answers))


def filled_up(fit: covering.Fit, answers: Rows) -> tuple[covering.Fit, Bilingual] | None:
    """Return a fit whose first few rows have as many known things as asked for, with a sentence on what was added.

    “The first five bodies” are five known bodies: the row of projects without a known body stays, and the limit of rows
    is raised by one for it. For “the second largest”, the fit has limit 1 and the offset of that row. The sentence says
    how many rows are equal to the last one, and how many rows of no known thing are among them. None if the fit has no
    limit, has too few rows, or needs no change.
    """
    view, order = fit.pattern.view, (fit.params.get("sort") or fit.pattern.default).removeprefix("-")
    limit, key = int(fit.params.get("limit", "0")), next(iter(naming(view.columns)), "")
    rows = answers(view.name, {name: text for name, text in fit.given.items() if name != "limit"}) if limit else ()
    named = [row for row in rows if row.get(key) is not None]
    if not 0 < limit < len(named) or order not in named[0]:
        return None
    last = named[limit - 1]
    ties = sum(row[order] == last[order] for row in named[limit:]) if last[order] is not None else 0
    place = rows.index(last) + 1
    if any(slot.sense.role == "nth" for slot in fit.slots):  # the second largest is one, and no sum of two
        alike = sum(row[order] == last[order] for row in named) - 1
        params = {**fit.params, "limit": "1", "offset": str(place - 1)}
        return replace(fit, params=params), noted("alike", f"{alike:,}") if alike else Bilingual("", "")
    if not ties and place == limit:
        return None
    said = (
        noted("ties", f"{ties:,}") if ties else None,
        noted("nobody", f"{place - limit:,}") if place > limit else None,
    )
    return replace(fit, params={**fit.params, "limit": str(place)}), joined([each for each in said if each])


def outlay(
    fits: Sequence[covering.Fit], meant: Collection[str], answers: Rows
) -> tuple[list[covering.Fit], tuple[Bilingual, ...]]:
    """Return the fits of a question, reordered, and the sentences to say before its answer.

    For a question on money that was spent (花了多少钱), a fit of self-evaluations with any such figure goes first.
    Otherwise the order stays, and a sentence says that the answer is the money asked for. Other questions get no
    sentence.
    """
    if not fits or "outlay" not in meant or {"plan", "spent"} & {*meant} or fits[0].pattern.view.name in _SPENT:
        return list(fits), ()
    spent = next((fit for name in _SPENT for fit in fits if fit.pattern.view.name == name), None)
    if spent and any(row["executed"] is not None for row in answers(spent.pattern.view.name, spent.given)):
        return [spent, *(fit for fit in fits if fit is not spent)], ()
    return list(fits), (noted("unevaluated" if spent else "asked_alone", ""),)


def mixes(fit: covering.Fit, question: Question) -> bool:
    """Return True if a fit searches for a long name and a second text that is only said about the named thing.

    In 合作与交流项目接待多少人 the second text (接待) is said about the project. False if a word joins the two texts as
    alternatives or compares them.
    """
    titles = [[each.item for each in fit.slots if each.parameter == name] for name in _TITLES]
    texts = max((sorted(items, key=lambda item: item.start) for items in titles), key=len)
    between = [_between(question, one, other) for one, other in pairwise(texts)]
    joint, filling = any_of(words()["names"]["also"]), any_of(["the", "a", "an", "of"])
    is_long = any(len(item.text) >= _LEAST and not item.text.isascii() for item in texts)
    is_joined = all(
        re.search(joint, each) and len(re.sub(rf"{joint}|{filling}|\W", "", each)) <= _JOINT for each in between
    )
    return is_long and not is_joined and question.meant.isdisjoint(("compare", "than"))


def _between(question: Question, one: Item, other: Item) -> str:
    """Return the text between two items without other items."""
    text = question.text
    inside = [item for item in question.items if one.end <= item.start and item.end <= other.start]
    starts, ends = [one.end, *(item.end for item in inside)], [*(item.start for item in inside), other.start]
    return "".join(text[start:end] for start, end in zip(starts, ends, strict=True)).strip()


def is_one(slot: covering.Slot) -> bool:
    """Return True if the words of a slot, a part of a body's name, stand for exactly one body.

    Words of many names, such as 委员会, do not.
    """
    is_resolved = slot.sense.text != slot.item.text and "," not in slot.sense.text
    return is_resolved and not re.fullmatch(f"{any_of(words()['names']['bodies'])}+", slot.item.text)


def is_guessed(placed: covering.Slot, finder: Finder) -> bool:
    """Return True if the text of a slot may mean something else than what it was taken for.

    Such a text is a topic, or a kind of bodies (学校) taken for bodies. With a place, as in 宁乡市坝塘镇, it is a name.
    """
    sense, text = placed.sense, fold(placed.item.text)
    if sense.role == "org" and not opening(text)[0] and (not text.isascii() or text in words()["topics"]):
        return "region" not in {each.role for each in placed.item.senses} and all(
            name.how == "contains" for name in finder.names("org", words()["topics"].get(text, text))
        )
    return (
        placed.parameter in ("text", "topic", "called")
        and sense.role in ("name", "text", "subject", "indicator", "kind")
        and sense.weight < SURE
    )
