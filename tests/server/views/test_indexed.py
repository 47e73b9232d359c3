"""Tables give the rows of the query that a view shows, and count alike, whatever is asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, cycle, islice
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode

from jixiao.ontology.identity import COLLECTIONS
from jixiao.server.apps.charts import drawings
from jixiao.server.apps.compare import verdicts
from jixiao.server.errors import ParameterError
from jixiao.server.linked_data import tables as pages
from jixiao.server.views import view_files
from jixiao.server.views.view_files import Answer, View
from jixiao.store import Generation, Store
from jixiao.store.index import building
from tests.server.conftest import BASE, answering, deposit
from tests.server.quality.test_quality import MEETING, PROJECT, reported

COMPARING = view_files.load(directory=verdicts.DIRECTORY)
LIBRARY = {"indicator-library": COMPARING["indicator-library"]}
LISTS = view_files.load(directory=Path(pages.__file__).with_name("lists"))
LISTED = {name: LISTS[name] for name in ("org", "filing", "source")}
FILES = {**view_files.load(), **view_files.load(directory=drawings.DIRECTORY), **LIBRARY, **LISTED}
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


PAGES = {
    f"{folder.name}/{name}": view
    for folder in sorted(Path(pages.__file__).parent.glob("**/"))
    for name, view in view_files.load(directory=folder).items()
    if view.tabled is not None
}


@pytest.mark.parametrize("name", PAGES)
def test_a_table_on_a_page_is_that_of_the_query_for_it(name: str, generation: Generation) -> None:
    view, query = PAGES[name], answering(generation.graph)
    folder, _, stem = name.partition("/")
    is_list = folder == "lists"
    nodes = [NamedNode(iri) for iri in generation.members(COLLECTIONS[stem if is_list else folder], 0, 1000)]
    found = 0
    for some in [nodes] if is_list else [[node] for node in nodes]:
        here, there = (view.rows(query, {"node": some}, tables=each) for each in (generation.tables, None))
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
