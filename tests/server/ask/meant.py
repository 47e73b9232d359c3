"""Compare the reading of a question with the readings that its author meant."""

import contextlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph

from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.ontology.identity import key
from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.views import view_files
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions.asking import Reader
from jixiao.server.views.questions.reading import Reading
from jixiao.store import Store
from tests.server.conftest import answering

HERE = Path(__file__).parent


@cache
def _reading(base_iri: str) -> tuple[dict[str, view_files.View], Reader]:
    """The views and their reader of questions, which hold no state of a store."""
    views = view_files.load(base_iri)
    return views, Reader(views.values(), base_iri)


class Asking:
    """A reader of questions over one store that stays as it is, and the view's answers to them."""

    def __init__(self, path: Path) -> None:
        store = Store.open(path)
        generation = store.current()
        assert generation.index is not None
        self.graph, self.index, self.version = generation.graph, generation.index, generation.version
        self.base_iri = store.base_iri
        self.views, self.reader = _reading(store.base_iri)
        self._rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self._readings: dict[str, Reading] = {}
        self.run = cache(answering(self.graph))  # as a server keeps what it answered

    def read(self, q: str) -> Reading:
        """The reading of a question, which is the same each time."""
        if q not in self._readings:
            self._readings[q] = self.reader.read(q, self.index, self.rows)
        return self._readings[q]

    def told(self, q: str) -> Bilingual:
        """The sentence on a question and its answer."""
        reading = self.read(q)
        view = self.views[reading.fit.pattern.view.name]
        return reading.told(view.answer(self.run, reading.params, self.version, self.index))

    def rows(self, view: str, params: Given) -> list[Mapping[str, Any]]:
        asked = view, repr(sorted(params.items()))
        if asked not in self._rows:
            self._rows[asked] = []
            with contextlib.suppress(ParameterError):
                self._rows[asked] = list(self.views[view].answer(self.run, params, self.version, self.index).rows)
        return list(self._rows[asked])

    def label(self, path: str) -> str:
        """The name of the thing at a path of the site."""
        iri = pyoxigraph.NamedNode(self.base_iri + path.removeprefix("/"))
        [found] = self.graph.quads_for_pattern(
            iri, pyoxigraph.NamedNode(terms.RDFS_label), None, pyoxigraph.DefaultGraph()
        )
        return found.object.value


def questions(file: str) -> list[dict[str, Any]]:
    """The questions of a file, each with what it means."""
    return list(yaml_text.load((HERE / file).read_text(encoding="utf-8")))


def is_meant(asking: Asking, reading: Reading, question: Mapping[str, Any]) -> bool:
    """Tell if a reading is one of those that a question may have."""
    return any(_agrees(asking, reading, meant) for meant in (question, *question.get("or", ())))


def _agrees(asking: Asking, reading: Reading, meant: Mapping[str, Any]) -> bool:
    if not meant.get("understood", True):
        return reading.fit is None and meant.get("says", "") in reading.sentence.zh + reading.sentence.en
    if reading.fit is None or reading.fit.pattern.view.name != meant["view"]:
        return False
    found = {name: _plain(asking, value) for name, value in reading.fit.params.items()}
    wanted = {name: _plain(asking, str(value)) for name, value in meant["params"].items()}
    # A word such as 闵行 stands for the one body that has it in its name.
    bodies = "department" in found and wanted.get("department", "-") in found["department"]
    return (found | ({"department": ""} if bodies else {})) == (wanted | ({"department": ""} if bodies else {}))


def _plain(asking: Asking, value: str) -> str:
    """A value without the freedom that its writing has: 满意度 and 满意度指标, 85 and 85.0."""
    if value.startswith("/id/"):
        value = asking.label(value)
    return re.sub(r"\.0+$", "", key(value).removesuffix("指标"))


def asking_of(folder: Path, *projects: tuple[str, str, str]) -> Asking:
    """A reader over filings of one project each: its name, its body and the lines on its money."""
    store = Store.create(folder / "store", "http://localhost:8000/")
    paths = [folder / f"{number}.txt" for number in range(len(projects))]
    for path, (name, body, money) in zip(paths, projects, strict=True):
        path.write_text(
            f"项目支出绩效目标申报表\n（2022年度）\n项目名称 | {name}\n项目单位 | {body}\n{money}\n"
            "年度目标 | 全年开放场馆，服务观众。\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
            "产出指标 | 数量指标 | 开放天数 | ≥300天\n",
            encoding="utf-8",
        )
    assert [outcome.status for outcome in ingest(paths, store)] == ["added"] * len(paths)
    return Asking(store.path)
