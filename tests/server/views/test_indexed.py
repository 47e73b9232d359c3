"""The SQL of a view picks the rows that its query picks, and counts alike, whatever is asked; and so do tables."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import combinations, cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat

from jixiao import server
from jixiao.ontology.identity import COLLECTIONS
from jixiao.server.apps.charts import drawings
from jixiao.server.apps.compare import verdicts
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import ParameterError
from jixiao.server.linked_data import tables
from jixiao.server.runtime.service import Service
from jixiao.server.views import view_files
from jixiao.server.views.indexed import Indexed
from jixiao.server.views.view_files import Answer, View
from jixiao.store import Generation, Store
from jixiao.store.index import building
from jixiao.store.index.index import Index
from jixiao.store.index.readers import Reader
from tests.server.conftest import BASE, answering, deposit
from tests.server.quality.test_quality import MEETING, PROJECT, reported

COMPARING = view_files.load(directory=verdicts.DIRECTORY)
LIBRARY = {"indicator-library": COMPARING["indicator-library"]}
LISTS = view_files.load(directory=Path(tables.__file__).with_name("lists"))
FILES = {**view_files.load(), **view_files.load(directory=drawings.DIRECTORY), **LIBRARY, "org": LISTS["org"]}
VIEWS = {name: view for name, view in FILES.items() if view.indexed is not None}
TABLED = {name: view for name, view in FILES.items() if view.tabled is not None}
BODY, OTHER = "中国人民政治协商会议上海市松江区委员会办公室", "上海市闵行区人民政府办公室"
VALUES: Mapping[str, tuple[Any, ...]] = {
    "department": (BODY, OTHER, [BODY, OTHER]),
    "region": ("松江区", "上海", ["310117", "Minhang"]),
    "year": ("2022", "2024", ["2022", "2024"]),
    "first": ("2022", "2024"),
    "second": ("2024", "2022", ["2022", "2024"]),
    "basis": ("松委发〔2009〕97号",),
    "number": ("松委发〔2009〕97号", "松委发2009年97号"),
    "function": ("201", "行政运行"),
    "fund": ("其他资金", "fiscalFunds"),
    "without": ("绩效指标", "cites,amount", ["hasGoal", "说明章节"]),
    "document": ("松委发〔2009〕97号", "松江"),
    "category": ("经常性",),
    "text": ("会议", "满意", "培训", "没有的", ["没有的", "会议"]),
    "goal": ("会议", "工作"),
    "project": ("会议", "培训"),
    "least": ("10万", "390000.00001", "90"),
    "most": ("100万", "1472000", "95"),
    "type": ("满意度", "产出"),
    "projects": ("2", "1"),
    "bodies": ("1", "2"),
    "indicators": ("1", "3"),
    "bases": ("1", "2"),
    "years": ("2", "1"),
    "running": ("1", "2"),
    "operator": ("≥", "="),
    "below": ("95", "0.5", "100000000000"),
    "above": ("5", "-1"),
    "unit": ("%", "次"),
    "outside": ("松江区", "Minhang"),
    "issued": ("2009", "2022"),
    "topic": ("会议", "培训"),
    "ends": ("2022", "2024-12"),
    "starts": ("2022-01", "2024"),
    "longer": ("3",),
    "shorter": ("12", "24"),
    "calendarYears": ("2",),
    "notYear": ("2022", "2024"),
    "notText": ("会议", "培训"),
    "notDepartment": (BODY, OTHER),
    "responsible": (BODY, OTHER),
    "called": ["培训"],
    "lacks": ("满意度", "产出"),
    "value": ("%", "完成"),
    "notCited": ("松委发〔2009〕97号", "上海市人民政府令第35号"),
    "level": ("市", "county"),
    "fault": ("AmountNotANumber", "CellBlank", ["AmountNotANumber", "CellBlank"]),
    "severity": ("警告", "提示"),
    "source": (deposit("songjiang").sha16,),
    "outcome": ("missed", "达到"),
    "rateBelow": ("95", "90.00001"),
    "stated": ("totalScore", ["reasonText", "grade"]),
    "missing": ("executed", ["evaluates", "received"]),
    "node": ("/id/org/bdd7i7amlc5hg", ["/id/org/bdd7i7amlc5hg", "/id/org/none"]),
}


class WithFacts:
    """An index whose names are found, and whose tables are read by one connection, or not at all."""

    def __init__(self, index: Index, reader: Reader | None) -> None:
        self._index, self._reader = index, reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def fact_tables(self) -> AbstractContextManager[Reader | None]:
        return nullcontext(self._reader)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """A generation whose index several commits changed."""
    amounts = [("AmountNotANumber", "Warning", PROJECT, f"第{n}处不是数。", (30 - n,)) for n in range(11)]
    songjiang = reported(deposit("songjiang"), *amounts, ("CellBlank", "Info", MEETING, "没有金额。", (9, 7)))
    store = Store.create(tmp_path_factory.mktemp("facts") / "store", BASE)
    with pytest.MonkeyPatch.context() as patched, store.writing() as batch:
        patched.setattr(building, "MUCH", 10)
        for each in (songjiang, *map(deposit, ("minhang", "narratives", "evaluations"))):
            batch.add(each)
            batch.commit()
        batch.withdraw(songjiang.sha16, "试一试")
        batch.commit()
        batch.add(songjiang)
        batch.commit()
    found = store.current()
    assert isinstance(found, Generation)
    return found


def answer(
    generation: Generation,
    view: View,
    given: Mapping[str, Any],
    names: Any,
    meanwhile: Callable[[], None] = lambda: None,
) -> Answer:
    ask = answering(generation.graph)

    def query(sparql: str) -> bytes:
        meanwhile()
        return ask(sparql)

    return view.answer(query, given, generation.version, names, page=2)


def requests(view: View) -> Iterator[dict[str, Any]]:
    """Requests with each value of each parameter, with every two parameters, in every order, and of later pages."""
    required = {p.name: VALUES[p.name][0] for p in view.params if p.required}
    windows = cycle(
        [{}, {"limit": "1"}, {"limit": "1000"}, {"limit": "1", "offset": "1"}, {"limit": "3", "offset": "2"}]
    )
    orders = cycle([{}, *({"sort": f"{sign}{name}"} for name in view.sortable() for sign in ("", "-"))])
    asked = {p.name: VALUES.get(p.name, (p.example,)) for p in view.params}
    for name, values in asked.items():
        yield from ({**required, name: value, **next(windows), **next(orders)} for value in values)
    for one, other in combinations(asked, 2):
        yield {**required, one: asked[one][0], other: asked[other][-1], **next(windows), **next(orders)}
    for _ in range(2 * len(view.sortable())):
        yield {**required, **next(windows), **next(orders)}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("one_in", [9, pytest.param(1, marks=pytest.mark.judge)])
@pytest.mark.parametrize("name", VIEWS)
def test_an_answer_of_the_sql_is_that_of_the_query(
    name: str, one_in: int, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, index = VIEWS[name], generation.index
    assert index is not None
    picked = []
    by_sql = Indexed.answer
    monkeypatch.setattr(Indexed, "answer", lambda self, *asked: picked.append(asked) or by_sql(self, *asked))
    both = (index, WithFacts(index, None))
    assert_alike(view, one_in, lambda given: (answer(generation, view, given, names) for names in both))
    assert len(picked) > 3 // one_in


@pytest.mark.sampled(3)
@pytest.mark.parametrize("one_in", [9, pytest.param(1, marks=pytest.mark.judge)])
@pytest.mark.parametrize("name", TABLED)
def test_an_answer_of_the_tables_is_that_of_the_query_that_it_shows(
    name: str, one_in: int, generation: Generation
) -> None:
    view, query, file = TABLED[name], answering(generation.graph), generation.tables
    assert file is not None
    now, index = generation.version, generation.index
    assert_alike(
        view, one_in, lambda given: (view.answer(query, given, now, index, 2, tables=each) for each in (file, None))
    )


def assert_alike(view: View, one_in: int, both: Callable[[dict[str, Any]], Iterable[Answer]]) -> None:
    """Ask a view in two ways, and compare the answers; `both` gives them for the parameters of a request."""
    found = 0
    for given in islice(requests(view), 0, None, one_in):
        try:
            here, there = both(given)
        except ParameterError:  # a number of money where none is expected, or a unit that is not in these data
            continue
        assert here.rows == there.rows, given
        assert _counts(here) == _counts(there), given
        assert (here.truncated, here.sparql, here.message) == (there.truncated, there.sparql, there.message)
        found += bool(here.rows)
    assert found > 5 // one_in


def _counts(answer: Answer) -> object:
    """Counts with facets by value: of equal numbers of rows, either may come first."""
    facets = {
        name: sorted((each.rows, each.value, each.label) for each in values)
        for name, values in answer.whole.facets.items()
    }
    return {**vars(answer.whole), "facets": facets}


def test_values_are_bound_and_never_spliced(generation: Generation) -> None:
    for name, view in VIEWS.items():
        for parameter in view.params:
            if parameter.name == "notText":  # what is nowhere excludes nothing
                continue
            given = {p.name: VALUES[p.name][0] for p in view.params if p.required} | {parameter.name: "' OR 1=1 --\""}
            try:
                assert answer(generation, view, given, generation.index).rows == (), name
            except ParameterError:
                continue


TABLES = {
    f"{folder.name}/{name}": view
    for folder in sorted(Path(tables.__file__).parent.glob("**/"))
    for name, view in view_files.load(directory=folder).items()
    if view.indexed is not None
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_sql_is_that_of_the_query(name: str, generation: Generation) -> None:
    def run(now: object, sparql: str) -> bytes:
        results = generation.graph.query(sparql)
        return results.serialize(format=QueryResultsFormat.JSON) or b""

    view, service, bare = TABLES[name], SimpleNamespace(run=run), SimpleNamespace(graph_directory=None)
    nodes = [NamedNode(iri) for iri in generation.members(COLLECTIONS["org" if "org" in name else "basis"], 0, 1000)]
    found = 0
    for some in [nodes] if name.startswith("lists") else [[node] for node in nodes]:
        editions = (cast(Edition, generation), cast(Edition, bare))
        here, there = (tables.rows(cast(Service, service), now, view, some) for now in editions)
        assert here == there, some
        found += len(here)
    assert found


@pytest.mark.parametrize(
    "more", [{}, {"year": [Literal(2022)]}, {"department": []}, {"type": [Literal("满意度指标", language="zh")]}]
)
def test_targets_by_many_names_are_those_of_the_query_that_is_shown(
    more: Mapping[str, Any], generation: Generation
) -> None:
    query, view = answering(generation.graph), COMPARING["groups"]
    bodies = [NamedNode(iri) for iri in generation.members(COLLECTIONS["org"], 0, 2)]
    names = [each.value for each in generation.index.choices("indicator-name", limit=1000)]
    every = [Literal(each) for each in (*names, *(f"{n}" for n in range(1100)))]
    values = {"name": every, **({"department": bodies} if "department" in more else more)}
    rows = view.rows(query, values, tables=generation.tables)
    assert rows
    assert rows == view.rows(query, values)


def test_each_sql_file_belongs_to_a_query_and_is_compared() -> None:
    compared = {*VIEWS, *(name.partition("/")[2] for name in TABLES)}
    files = [path for path in Path(server.__file__).parent.rglob("*.sql") if path.with_suffix(".rq").exists()]
    assert {path.stem for path in files} == compared
