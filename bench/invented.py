"""Invent projects in the shape of real ones: as many indicators, citations, blanks and words, with other contents.

The shape of a project is taken from a filing that was read: which amounts are printed, levels and kinds of targets,
lengths of goals and sections. The words are those of invented.toml, the cited documents those of bench.invented_names.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from bench.invented_names import Number, pool
from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from tests.support.layouts.facts import AMOUNTS, BODIES, Graph, Indicator, Project, stated

BASE = "http://localhost:8000/"
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("invented.toml").read_text(encoding="utf-8"))
_NUMBERS = pool()
_WEIGHTS = list(accumulate(1 / (rank + 1) for rank in range(len(_NUMBERS))))
_MEDIAN = 300_000  # yuan


@dataclass(frozen=True)
class Shape:
    """The shape of a project: the project as read, the lengths of its narrative's sections by heading, its citations.

    `citations` is the number of documents that the project cites.
    """

    project: Project
    sections: Mapping[str, int]
    citations: int


@dataclass(frozen=True)
class FileShape:
    """The shapes of one file's projects; `cells` is true if the file has a line for each cell."""

    shapes: tuple[Shape, ...]
    cells: bool


@dataclass(frozen=True)
class Invented:
    """An invented project, its narrative by heading, and the documents that it cites."""

    project: Project
    sections: Mapping[str, str] = field(default_factory=dict)
    bases: tuple[Number, ...] = ()


def shapes(paths: Sequence[Path]) -> list[FileShape]:
    """Return the shapes of filings, a FileShape for each path. Raises ValueError for a file that is refused.

    Projects without indicators or without amounts are left out.
    """
    found = []
    for path in paths:
        content = path.read_bytes()
        reading = read_document(content, path.name, BASE)
        if reading.deposit is None:
            raise ValueError(f"{path} was refused")
        graph = Graph(reading.deposit.source_triples)
        read = (_shape(graph, node) for node in graph.typed(terms.Project))
        cells = bool(re.search(r"(?m)^\s*主管部门\s*$", content.decode("utf-8")))
        found.append(FileShape(tuple(each for each in read if each.project.indicators and each.project.amounts), cells))
    return found


def _shape(graph: Graph, node: str) -> Shape:
    parts = graph.values[node][terms.hasSection]
    sections = {graph.one(part, terms.RDFS_label) or "": len(graph.one(part, terms.text) or "") for part in parts}
    return Shape(stated(graph, node), sections, len(graph.values[node][terms.hasCitation]))


def invented(rng: Random, shape: Shape, body: str, year: int, name: str) -> Invented:
    """Invent a project of a body and year with the given name, as long and as full as the `shape`."""
    project = shape.project
    words = {each: body for each in BODIES if each in project.words}
    words |= {"year": str(year)}
    if "startDate" in project.words and "endDate" in project.words:
        words |= {"startDate": f"{year}-01-01", "endDate": f"{year}-12-31"}
    bases = _cited(rng, shape.citations, year)
    goals = {each: _sentence(rng, len(text)) for each, text in project.goals.items()}
    sections = {heading: _sentence(rng, length) for heading, length in shape.sections.items()}
    citing = "、".join(f"《{number.title}》（{number}）" for number in bases)
    if bases and sections:
        heading = next((each for each in sections if "依据" in each), next(iter(sections)))
        sections[heading] = f"{citing}。"
    elif bases and goals:
        last = list(goals)[-1]
        goals[last] = f"根据{citing}，{goals[last]}"
    else:
        bases = ()
    indicators = _indicators(rng, project.indicators, name)
    return Invented(Project(name, words, _amounts(rng, project.amounts), goals, indicators), sections, bases)


def names(rng: Random, count: int) -> list[str]:
    """Invent `count` different names of projects, of which no two have the same topic."""
    topics = rng.sample(WORDS["topics"], count)
    return [topic + rng.choice(WORDS["kinds"]) for topic in topics]


def _cited(rng: Random, count: int, year: int) -> tuple[Number, ...]:
    drawn: list[Number] = []
    for _ in range(20 * count):
        [number] = rng.choices(_NUMBERS, cum_weights=_WEIGHTS)
        if len(drawn) < count and number not in drawn and number.year <= year:
            drawn.append(number)
    return tuple(drawn)


def _sentence(rng: Random, length: int) -> str:
    text: str = rng.choice(WORDS["clauses"])
    while len(text) < length - 4:
        text += rng.choice("，，，。") + rng.choice(WORDS["clauses"])
    return text + "。"


def _amounts(rng: Random, like: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Invent amounts, by property, that add up; an amount that is blank or zero in `like` is also so here."""
    whole = Decimal(max(10, round(rng.lognormvariate(0, 1.3) * _MEDIAN / 100)) * 100)
    total = {name: like.get(name) for name in AMOUNTS}
    other = (whole / 10).quantize(Decimal(100)) if total["otherFunds"] else Decimal(0)
    carried = (whole / 5).quantize(Decimal(100)) if total["carriedOver"] else Decimal(0)
    made = {
        "totalAmount": whole,
        "annualRequest": whole,
        "fiscalFunds": whole - other,
        "currentYearAppropriation": whole - other - carried,
        "carriedOver": carried,
        "otherFunds": other,
        "annualOtherFunds": other,
    }
    return {name: made[name] for name in AMOUNTS if name in like}


def _indicators(rng: Random, like: Sequence[Indicator], name: str) -> tuple[Indicator, ...]:
    """Invent an indicator for each one in `like`, of the same levels and with a target of a similar kind.

    A target is a rate, a number with a unit, words, or None, as in the original; indicators of satisfaction always have
    a rate. `name` is the name of the project.
    """
    used: set[str] = set()
    made = []
    for each in like:
        label, target = _measured(rng, each)
        while label in used:
            label = rng.choice(WORDS["topics"]) + label
        used.add(label)
        made.append(Indicator(each.level1, each.level2, label, target))
    return tuple(made)


def _measured(rng: Random, like: Indicator) -> tuple[str, str | None]:
    topic = rng.choice(WORDS["topics"])
    target = like.target or ""
    if "满意" in f"{like.level1}{like.level2}":
        return rng.choice(WORDS["satisfaction"]), f"≥{rng.randint(80, 98)}%"
    if "%" in target:
        rate = rng.randint(85, 100)
        return topic + rng.choice(WORDS["rates"]), f"≥{rate}%" if rng.random() < 0.7 else f"={rate}%"
    if re.search(r"\d", target):
        label, unit = rng.choice(WORDS["counts"])
        return topic + label, f"{rng.choice(('≥', '=', ''))}{rng.randint(2, 400)}{unit}"
    label, state = rng.choice(WORDS["words"])
    return topic + label, state if like.target else None
