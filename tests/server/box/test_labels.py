"""Every label that the site prints is understood: concepts, phases, statuses, tables, columns and views."""

import pytest

from jixiao.ontology.reference import concepts
from jixiao.ontology.text.folding import fold
from jixiao.server.box import labels, words
from jixiao.server.box.names import divided
from jixiao.server.views import view_files
from jixiao.server.words import WORDS
from jixiao.store.tables.table import tables

CONDITIONS = {
    "通知下达": ("projects", "amountKind.is", "handedDown"),
    "通知下达的项目": ("projects", "amountKind.is", "handedDown"),
    "预算安排的项目": ("projects", "amountKind.is", "planned"),
    "期间是本预算年度的项目": ("projects", "period.is", "本预算年度"),
    "支出功能分类是公安的项目": ("projects", "functions.function.codeOrWords", "公安"),
    "文件的种类是党的文件的项目": ("projects", "citations.kind.is", "党的文件"),
    "运转类项目": ("projects", "categories.category.contains", "运转类"),
    "限度内的自评指标": ("results", "outcome.is", "within"),
}
SCHEMES = (
    *("indicator-type", "reading-status", "funding-decision", "fund", "project-category", "project-nature"),
    *("amount-period", "document-kind", "section-kind", "function", "place-level"),
)


_OTHERWISE = ("category", "fund", "noun")
"""Kinds with values of their own in words.yaml, such as names printed on forms."""


def recognised(text):
    """The pieces that divide a text, by labels and words alone."""
    found = [*words.find(text), *labels.find(text)]
    return divided(text, found)


def is_recognised(label):
    """Return True if a label is understood as what it is: alone, or beside its column if it is an everyday word.

    What words.yaml knows of a table, column, view or function in another sense, or by its words, keeps that sense.
    """
    kind, value = label.piece.kind, label.piece.value
    twins = {new: old for old, new in words.table()["twins"].items()}
    texts = [label.folded, *(f"{column}是{label.folded}" for column in label.beside)]
    for text in texts:
        alike = [piece for piece in recognised(text) if piece.kind == kind and piece.end == len(text)]
        if any({value, twins.get(value)} & {*piece.values} or kind in _OTHERWISE for piece in alike):
            return True
    return (kind == "function" or not label.beside) and labels.is_said_otherwise(label)


@pytest.mark.parametrize("kind", sorted({label.piece.kind for label in labels.labels()}))
def test_each_label_of_a_kind_is_recognised_as_that(kind):
    printed = [label for label in labels.labels() if label.piece.kind == kind]
    assert [label.folded for label in printed if not is_recognised(label)] == []


def test_all_that_pages_print_are_labels():
    known = {label.folded for label in labels.labels()}
    printed = [concept.label for scheme in SCHEMES for concept in concepts(scheme)]
    printed += [label for type_ in ("outcome", "severity") for label in WORDS[type_].values()]
    printed += [table.label for table in tables().values() if table.row]
    texts = [text for label in printed for text in (label.zh, label.en)]
    views = view_files.load().values()
    texts += [text for view in views for text in (view.title.zh, view.title.en)]
    texts += [
        text
        for view in views
        for column in view.columns
        for text in (column.label.zh, column.label.en)
        if "IRI" not in text
    ]
    assert [
        text
        for text in texts
        if not {fold(text), fold(text).removesuffix("(%)"), fold(text).removesuffix(", %")} & known
    ] == []


@pytest.mark.parametrize("q", CONDITIONS)
def test_a_label_is_a_condition(reader, q):
    table, slot, value = CONDITIONS[q]
    reading = reader.read(q)
    assert reading.table.name == table
    assert value in (reading.given[slot] if isinstance(reading.given[slot], tuple) else (reading.given[slot],))


@pytest.mark.parametrize("name", ["by-year", "provinces", "indicator-library"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_title_of_a_view_asks_for_it(reader, name, language):
    views = view_files.load()
    reading = reader.read(getattr(views[name].title, language))
    assert reading.understood
    assert labels.view_titled(reading.q, reading.table.name) == name


def test_what_follows_on_a_view_has_the_words_of_its_title(reader):
    reading = reader.read("那松江呢", "各年度的项目")
    assert reading.given["group"] == "year"
    assert reading.given["locations.place.is"] == "310117"
    assert not {"locations.place.is"} & reader.read("各年度的项目", "松江的项目").given.keys()


def test_a_label_in_the_name_of_a_project_is_a_word_like_others():
    assert [piece.kind for piece in labels.find("公用经费的项目")] == ["category"]
    assert list(labels.find("公用经费的项目", lambda text: text == "公用经费")) == []
