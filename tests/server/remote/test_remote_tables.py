"""The tables of data behind an endpoint: those of a store with the same data, made anew for each of their versions."""

import asyncio
import re
import time
from contextlib import aclosing
from dataclasses import replace

import pytest
from pyoxigraph import Store as Graph

from bench import filings
from jixiao.ontology import terms
from jixiao.server.errors import EndpointUnavailableError, ResultTooLargeError
from jixiao.server.query.binding import texts
from jixiao.server.query.remote import store as publications, table_rows
from jixiao.server.query.remote.client import Remote
from jixiao.server.views import table_address
from jixiao.server.views.answers import read_rows
from jixiao.server.views.tabled import Asked
from jixiao.store import Store
from jixiao.store.tables import filling, reading
from jixiao.store.tables.cache import Cache
from jixiao.store.tables.table import read, tables
from tests.server.conftest import answering
from tests.server.remote.conftest import asked, connected, ready
from tests.support.writing import stored, whole_vocabulary, withdraw

EVERY = [*tables().values()]
MANY = 1 << 30
PROJECTS, MINUTE = 2000, 60


def content(file):
    """The rows of a file by table."""
    assert file is not None
    return {each.name: sorted(reading.content(file, each), key=repr) for each in EVERY}


def filled(endpoint, cache):
    """The tables of an endpoint's data."""

    async def fill(seen):
        await seen.refresh()
        return content(seen.current().tables)

    return connected(endpoint, fill, cache=cache)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache", MANY)


def test_they_are_those_of_the_store(listener, store, cache):
    wanted = content(store.present().tables)
    assert any(wanted.values())
    assert filled(f"{listener.base_url}/sparql", cache) == wanted


@pytest.mark.debian
@pytest.mark.parametrize("figure", ["rank,rankUp", "share,running,rank"])
@pytest.mark.parametrize("group", ["body,year", "amountKind"])
def test_virtuoso_ranks_groups_and_adds_them_up(loaded, tmp_path, group, figure):
    table, given = tables()["projects"], {"group": group, "measure": "rows,sum_amount", "figure": figure}
    file = tmp_path / "tables.sqlite"
    filling.fill_from_graph(file, EVERY, Graph.read_only(str(loaded.store.current().graph_directory)))
    view = table_address.read(table, given, loaded.store.base_iri)
    held = reading.opened(file, EVERY)
    assert held is not None
    sparql = view.bind({})
    # The query has columns for phases that occur alone.
    names = set(re.findall(r"\?(\w+)", sparql.partition("SELECT ")[2].partition("WHERE")[0]))
    columns = [each for each in view.columns if each.name in names]
    rows = view.tabled.rows(held, Asked({}, (), 100, 0))
    with asked(loaded.endpoint, loaded.store.base_iri) as ask:
        answered = read_rows(ask(sparql), columns)
    assert answered == [{each.name: row[each.name] for each in columns} for row in rows]
    assert {"sum_amount", "sum_amount_requested"} & names


def test_values_that_they_cannot_hold_are_logged(own, deposits, listen, cache, caplog):
    evaluations = deposits("evaluations")
    [evaluation, *_] = evaluations.contents.evaluations
    odd = f'<{evaluation}> <{terms.executed}> "x" .\n'.encode()
    stored(own, replace(evaluations, source_triples=evaluations.source_triples + odd))
    with listen(own) as client:
        filled(f"{client.base_url}/sparql", cache)
    assert "do not fit the columns of tables, and count as not read (table, number): evaluations 1" in caplog.text


def test_another_server_takes_them_as_they_are(listener, store, cache, monkeypatch):
    wanted = filled(f"{listener.base_url}/sparql", cache)
    monkeypatch.setattr(filling, "fill", lambda *_: pytest.fail("filled again"))
    assert filled(f"{listener.base_url}/sparql", cache) == wanted


def test_the_old_ones_stay_until_the_new_ones_are_there(changing, sha16, cache, monkeypatch):
    store, endpoint = changing
    fill = filling.fill

    async def move(seen):
        assert seen.current().tables is None
        await seen.refresh()
        before = seen.current()
        await seen.refresh()
        assert seen.current() is before
        withdraw(store, sha16, "误收")

        def slow(*given):
            assert seen.current() is before
            fill(*given)
            assert seen.current() is before

        monkeypatch.setattr(filling, "fill", slow)
        await seen.refresh()
        assert seen.current().version != before.version
        assert content(seen.current().tables) == content(store.present().tables) != content(before.tables)

    connected(endpoint, move, cache=cache)


def test_data_that_change_meanwhile_are_read_again(changing, sha16, cache, monkeypatch):
    store, endpoint = changing
    fill = filling.fill

    def unstable(*given):
        fill(*given)
        monkeypatch.setattr(filling, "fill", fill)
        withdraw(store, sha16, "误收")

    async def move(seen):
        monkeypatch.setattr(filling, "fill", unstable)
        with pytest.raises(EndpointUnavailableError, match="changing"):
            await seen.refresh()
        assert seen.current().tables is None
        await seen.refresh()
        assert content(seen.current().tables) == content(store.present().tables)

    connected(endpoint, move, cache=cache)


def test_a_server_is_not_ready_before_the_first(listener, serve, tmp_path, monkeypatch):
    fill = filling.fill

    def slow(*given):
        time.sleep(1)
        fill(*given)

    monkeypatch.setattr(publications.filling, "fill", slow)
    with serve(endpoint=f"{listener.base_url}/sparql", tables_folder=tmp_path / "cache") as client:
        early = client.get("/health")
        assert (early.status_code, early.headers["Retry-After"]) == (503, "5")
        assert "The tables of these data are being made" in early.text
        assert client.get("/health/live").status_code == 200
        ready(client)


class Limited:
    """A graph behind an endpoint that gives so many rows at most."""

    def __init__(self, graph, rows):
        self.graph, self.rows, self.asked = graph, rows, 0

    def __call__(self, sparql, names):
        self.asked += 1
        rows = [[row.get(name, "") for name in names] for row in texts(answering(self.graph)(sparql))]
        if len(rows) > self.rows:
            raise ResultTooLargeError("过多", "too many")
        return rows


@pytest.mark.parametrize(("rows", "most"), [(1000, None), (40, 40), (40, 2)])
def test_batches_are_as_small_as_the_endpoint_demands(store, tmp_path, rows, most):
    now, path = store.present(), tmp_path / "tables.sqlite"
    filling.fill(path, EVERY, table_rows.reading(Limited(now.graph, rows), most))
    assert content(reading.opened(path, EVERY)) == content(now.tables)


def test_a_unit_with_too_many_rows_fails(store):
    with pytest.raises(ResultTooLargeError):
        list(table_rows.reading(Limited(store.present().graph, 3), None)(tables()["texts"]))


def test_a_query_without_a_place_for_units_is_asked_once(store):
    header = "#+ label: {zh: 物, en: Things}\n#+ key: [thing]\n#+ columns:\n#+   - {name: thing, type: iri}\n"
    table = read("own", f"{header}SELECT ?thing WHERE {{ ?thing a <{terms.Project}> }}\n")
    ask = Limited(store.present().graph, 1000)
    read_rows = table_rows.reading(ask, None)
    before = ask.asked
    assert (len(list(read_rows(table))), ask.asked - before) == (3, 1)


@pytest.mark.debian
def test_virtuoso_gives_the_same(loaded, cache):
    assert filled(loaded.endpoint, cache) == content(loaded.store.present().tables)


@pytest.mark.debian
def test_virtuoso_gives_the_same_of_awkward_values(awkward, tmp_path):
    graph, endpoint = awkward
    filling.fill_from_graph(tmp_path / "here.sqlite", EVERY, graph)

    async def fill():
        loop = asyncio.get_running_loop()
        async with aclosing(Remote(endpoint)) as remote:

            def ask(sparql, names):
                return asyncio.run_coroutine_threadsafe(remote.select(sparql, names), loop).result()

            def write():
                filling.fill(tmp_path / "there.sqlite", EVERY, table_rows.reading(ask, None))

            await asyncio.to_thread(write)

    asyncio.run(fill())
    here, there = (content(reading.opened(tmp_path / f"{each}.sqlite", EVERY)) for each in ("here", "there"))
    assert len(here["funds"]) > 4
    assert {name: rows for name, rows in here.items() if rows != there[name]} == {}


@pytest.mark.debian
@pytest.mark.judge
def test_two_thousand_projects_are_there_within_a_minute(load, run, tmp_path, cache):
    (tmp_path / "filings").mkdir()
    assert len([*filings.written(tmp_path / "filings", filings.files(filings.usual(), PROJECTS))]) >= PROJECTS
    with whole_vocabulary():  # the stores in Virtuoso share its graph
        assert run("ingest", tmp_path / "filings", "--store", tmp_path / "store").returncode == 0
    loaded = load(Store.open(tmp_path / "store"))
    start = time.monotonic()
    made = filled(loaded.endpoint, cache)
    assert time.monotonic() - start < MINUTE
    assert made == content(loaded.store.present().tables)


@pytest.mark.debian
def test_a_result_that_virtuoso_cuts_is_asked_for_in_parts(load, virtuoso, store, cache):
    loaded = load(store)
    with virtuoso.at_most(60):
        assert filled(loaded.endpoint, cache) == content(store.present().tables)
