"""The five real filings, ingested whole by the command, against the answer key and the questions beside it.

`key/*.json` was made by reading the filings; `<topic>.rq` asks the store for the same facts over the published terms;
`questions/*.rq` have their answers beside them. Apart from the other tests because the filings stand outside the
project: where they are absent (`JIXIAO_SHARED`, else `../shared`), all of this is skipped.
"""

import hashlib
import json
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest

from jixiao.ontology.identity import key as folded
from tests.support.layouts.facts import AMOUNTS

HERE = Path(__file__).parent
SEEDS = Path(os.environ.get("JIXIAO_SHARED", HERE.parents[2] / "shared")) / "seeds"
KEYS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("key/*.json"))]
QUESTIONS = sorted(path.stem for path in HERE.glob("questions/*.rq"))
FORM = ("name", "category", "nature", "competent_department", "implementing_unit", "start", "end")
INDICATOR = ("name", "level1", "level2", "target", "operator", "unit", "qualifier")
XSD = "http://www.w3.org/2001/XMLSchema#"


def rows(graph, query):
    """The solutions of a query file: text as str, numbers as Decimal, IRIs as their local names."""
    found = graph.query(query.read_text(encoding="utf-8"))
    names = [variable.value for variable in found.variables]
    return [{name: plain(solution[name]) for name in names} for solution in found]


def plain(term):
    """An RDF term as a value that compares: a number never equals a text that looks like it."""
    if isinstance(term, pyoxigraph.NamedNode):
        return re.split("[#/]", term.value)[-1]
    if isinstance(term, pyoxigraph.Literal):
        if term.datatype.value in {XSD + "integer", XSD + "decimal"}:
            return Decimal(term.value)
        return term.value
    assert term is None, f"a blank node or triple where a value was expected: {term}"
    return None


def number(value):
    """A number of the key."""
    return None if value is None else Decimal(value)


def squeezed(text):
    """A text without its white space and paragraph tags: layout, of which the key says nothing."""
    return None if text is None else re.sub(r"\s|</?p>", "", text)


def measured(text):
    """Length and hash of a text, as the key keeps it."""
    body = squeezed(str(text)) or ""
    return {"length": Decimal(len(body)), "sha256": hashlib.sha256(body.encode()).hexdigest()}


def expected(topic, key):
    """Return the key's rows on a topic, in the columns of the topic's query."""
    if topic == "filing":
        filing = key["filing"]
        yield {"body": filing["body"]} | {n: number(filing[n]) for n in ("year", "declared_count", "declared_total")}
        return
    for project in key["projects"]:
        for row in expected_of_project(topic, project):
            yield row | {"ordinal": Decimal(project["ordinal"])}


def expected_of_project(topic, project):
    if topic == "projects":
        yield {name: project[name] for name in FORM} | {"line": number(project["line"])}
    elif topic == "amounts":
        values = {name: project["amounts"][name] for name in AMOUNTS} | {"narrativeAmount": project["narrative_amount"]}
        for name, value in values.items():
            if value is not None:
                yield {"amount": name, "value": number(value)}
    elif topic == "goals":
        for kind, goal in (("OverallGoal", project["overall_goal"]), ("AnnualGoal", project["annual_goal"])):
            if goal is not None:
                yield measure_of_key(goal) | {"kind": kind}
    elif topic == "sections":
        yield from (measure_of_key(section) | {"label": section["label"]} for section in project["sections"])
    elif topic == "stated_bases":
        for basis in project["stated_bases"]:
            yield {"line": number(basis["line"])}
    else:
        field, texts, numbers = {
            "indicators": ("indicators", INDICATOR, ("line", "value", "upper")),
            "indicator_types": ("indicators", ("level1", "level2"), ("line",)),
            "citations": ("citations", ("section", "title", "number", "canonical"), ("line",)),
            "cost_items": ("cost_items", ("label",), ("line", "quantity", "unit_price", "amount")),
        }[topic]
        for part in project[field]:
            yield {name: part[name] for name in texts} | {name: number(part[name]) for name in numbers}


def measure_of_key(part):
    return {"line": number(part["line"]), "length": number(part["length"]), "sha256": part["sha256"]}


def comparable(topic, row, nameless):
    """A row of the key or the store with what is only spelling taken out."""
    row = dict(row)
    if "text" in row:
        text = row.pop("text")
        row |= measured(text) if topic in {"goals", "sections"} else {}
    if topic == "citations":
        row["title"] = folded(str(row["title"])) if row["title"] else None
        row["number"] = squeezed(str(row["number"])) if row["number"] else None
    if topic == "cost_items" and row["line"] in nameless:
        row["label"] = None  # a row that begins with a number has no name of its own
    return row


def differences(key, wanted, found):
    """Return missing and surplus rows by project and line; empty if all are equal."""
    names = {project["ordinal"]: project["name"] for project in key["projects"]}
    counted = [Counter(tuple(sorted(row.items())) for row in some) for some in (wanted, found)]
    lines = []
    for what, rest in (("缺 missing", counted[0] - counted[1]), ("多 too much", counted[1] - counted[0])):
        for cells in rest.elements():
            row = dict(cells)
            ordinal, line = (int(row.pop(name, None) or 0) for name in ("ordinal", "line"))
            values = ", ".join(f"{name}={value}" for name, value in row.items())
            lines.append((ordinal, line, f"项目{ordinal} {names.get(ordinal, '')} 第{line}行 {what}: {values}"))
    return "\n".join([f"{key['file']}:", *(text for *_, text in sorted(lines))]) if lines else ""


TOPICS = sorted(path.stem for path in HERE.glob("*.rq"))
per_file = pytest.mark.parametrize("key", KEYS, ids=[key["file"][:3] for key in KEYS])


@per_file
@pytest.mark.parametrize("topic", TOPICS)
def test_store_says_what_the_filing_says(graph, key, topic):
    wanted = list(expected(topic, key))
    nameless = {row["line"] for row in wanted if row.get("label", "") is None}
    sources = [row for row in rows(graph, HERE / f"{topic}.rq") if row.pop("sha256") == key["sha256"]]
    found = [comparable(topic, row, nameless) for row in sources]
    faults = differences(key, [comparable(topic, row, nameless) for row in wanted], found)
    assert not faults, faults


@per_file
def test_ledger_shows_each_fact_on_its_line(store, key):
    ledger = store.ledger(key["sha256"][:16])
    uses = {line["n"]: line["use"] for line in ledger["lines"]}
    read = {(line["n"], re.split("[#/]", f["property"])[-1]) for line in ledger["lines"] for f in line["facts"]}
    faults = [f"第{n}行 is {uses.get(n)}: {what}" for n, what in fact_lines(key) if uses.get(n) != "fact"]
    for project in key["projects"]:
        places = [([project["amounts"]["lines"][name]], name) for name in AMOUNTS if project["amounts"][name]]
        if project["narrative_amount"]:
            others = project.get("narrative_amount_also", [])
            places.append(([project["narrative_amount_line"], *others], "narrativeAmount"))
        faults += [f"第{at}行 no {name}" for at, name in places if not any((n, name) in read for n in at)]
    assert not faults, "\n".join([f"{key['file']}:", *faults])


def fact_lines(key):
    """Each line on which the key has a fact, with a word on it."""
    if key["filing"]["declared_line"]:
        yield key["filing"]["declared_line"], "cover"
    for project in key["projects"]:
        yield project["line"], project["name"]
        for goal in ("overall_goal", "annual_goal"):
            if project[goal]:
                yield project[goal]["line"], goal
        for field in ("indicators", "citations", "stated_bases", "cost_items"):
            yield from ((part["line"], field) for part in project[field])


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_has_its_answer(graph, question):
    text = (HERE / "questions" / f"{question}.json").read_text(encoding="utf-8")
    answer = json.loads(text, parse_int=Decimal, parse_float=Decimal)
    found = rows(graph, HERE / "questions" / f"{question}.rq")
    wanted = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    counted = [Counter(tuple(sorted(row.items())) for row in some) for some in (wanted, found)]
    assert counted[0] == counted[1], f"缺 missing: {counted[0] - counted[1]}; 多 too much: {counted[1] - counted[0]}"
