"""Every door for strangers' bytes has a row in docs/operation.md, and each bound is met; so has every child process."""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bench.doors import BOUNDS, CHILDREN, DOORS, table, table_of_children
from jixiao.ingest.load import ingest
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.app.app import FEATURES
from jixiao.store import Store
from tests.server.conftest import listening
from tests.support.blackbox.wire import Server
from tests.support.complete import assert_complete
from tests.support.packing import zipped

ROOT = Path(__file__).parents[2]
Serving = Callable[[Mapping[str, Any] | None], Server]
SOON = {"view_timeout": 0.000_001}
LONG = "/views/projects?text=" + "x" * 140_000
PAGES = ("page", "table", "embedding", "thing", "chart", "findings")
"""Doors with the bounds of a page."""
HEAVY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(STR(?a) = STR(?i)) }"


@dataclass(frozen=True)
class Sent:
    """A request, the settings of the server that it meets, and the status of the answer or words that it has."""

    target: str
    said: int | str
    settings: Mapping[str, Any] | None = None
    body: bytes | None = None
    kind: str = "application/x-www-form-urlencoded"


def names(number: int) -> bytes:
    return b"queries=" + quote(json.dumps({str(n): {"query": "x"} for n in range(number)})).encode()


def plus(number: int) -> str:
    return quote(f"SELECT ({'+'.join(['1'] * number)} AS ?x) {{}}")


MADE: Mapping[tuple[str, str], Sent] = {
    ("head", "sent"): Sent(LONG, 414),
    ("body", "members"): Sent("/reconcile", 400, body=b"&".join(b"a=%d" % n for n in range(1_001))),
    **{(name, "sent"): Sent(LONG, 414) for name in PAGES},
    ("table", "members"): Sent("/tables/projects?" + "&".join(["year.is=2022"] * 101), 400),
    ("view", "members"): Sent("/views/projects?format=json&limit=10001", 400),
    ("sparql", "seconds"): Sent(f"/sparql?query={quote(HEAVY)}", 504, {"query_timeout": 2}),
    ("sparql", "sent"): Sent("/sparql", 413, body=b"ASK {} #" + b"x" * (256 << 10), kind="application/sparql-query"),
    ("sparql", "unpacked"): Sent("/sparql?query=SELECT*%7B?a?b?c%7D", 503, {"max_result_bytes": 10_000}),
    ("sparql", "members"): Sent(f"/sparql?query={plus(1_100)}", 400),
    ("ask", "seconds"): Sent("/ask?format=json&q=哪些项目", 504, SOON),
    ("ask", "sent"): Sent("/ask?q=" + "x" * 140_000, 414),
    ("ask", "members"): Sent("/ask?format=json&q=" + "x" * 301, 400),
    ("search", "seconds"): Sent("/search?format=html&lang=zh&q=哪些项目", 504, SOON),
    ("search", "sent"): Sent("/search?q=" + "x" * 140_000, 414),
    ("search", "members"): Sent("/search?format=json&q=项目&limit=101", 400),
    ("compare", "seconds"): Sent("/compare?format=json&a=松江区&b=闵行区", 504, SOON),
    ("compare", "sent"): Sent("/compare?a=" + "x" * 140_000, 414),
    ("compare", "members"): Sent("/compare?format=json&a=x&b=y&c=z", 400),
    ("reconcile", "seconds"): Sent("/reconcile", 504, SOON, body=names(1)),
    ("reconcile", "sent"): Sent("/reconcile", 413, body=b"queries=" + b"x" * (256 << 10)),
    ("reconcile", "members"): Sent("/reconcile", 400, body=names(21)),
    ("check", "seconds"): Sent("/check?format=json", "0.01", {"check_timeout": 0.01}, b"x" * 9),
    ("check", "sent"): Sent("/check?format=json", 413, {"check_max_bytes": 1_000}, b"x" * 1_001),
    ("check", "members"): Sent("/check?format=json", "2,000", body=zipped(*((f"{n}.txt", b"") for n in range(2_001)))),
}
"""Inputs that meet a bound of a door over HTTP."""

_CONNECTIONS, _POOL, _CHECK = (
    "server/app/test_connections.py",
    "server/query/test_pool.py",
    "server/check/test_attacks.py",
)
_MEMORY = "server/sparql/test_endpoint.py:test_a_limit_is_not_our_fault_nor_our_end"
_LINE = "server/runtime/test_work.py:test_one_client_may_have_so_many_in_line"
_APART = "ingest/crawls/test_crawls.py:test_what_ends_its_process_costs_itself_alone"
_GRAPH = "cli/test_rdf_checking.py:test_rdf_that_ends_its_process_is_a_line_of_the_report"
_BOMBS = f"{_CHECK}:test_bombs_are_refused_and_leave_nothing"
_WORKERS = "ingest/test_workers.py:test_the_rest_go_on"
_LARGE = "ingest/test_load.py:test_file_that_is_too_large_is_not_read"
_CELLS = "ingest/test_readers.py:test_cells_and_their_lines_are_counted"
_PAINTED = "server/sources/test_pictures.py"
_RECORDS = "ingest/crawls/test_records.py:test_bombs_and_records_that_are_too_large_cost_themselves_alone"
ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("head", "seconds"): f"{_CONNECTIONS}:test_a_head_that_trickles_in_has_one_time_for_all_of_it",
    ("head", "members"): f"{_CONNECTIONS}:test_a_request_that_is_too_large_or_malformed",
    ("head", "each"): f"{_CONNECTIONS}:test_connections_are_counted_and_given_back",
    ("body", "seconds"): f"{_CONNECTIONS}:test_a_request_that_does_not_arrive",
    ("trailer", "sent"): f"{_CONNECTIONS}:test_what_is_beside_a_body_has_an_end",
    **{
        (name, "memory"): _MEMORY
        for name in (*PAGES, "view", "own-view", "sparql", "ask", "search", "compare", "reconcile")
    },
    **{(name, "each"): _LINE for name in ("ask", "search", "compare", "reconcile")},
    ("view", "unpacked"): "server/views/test_page_sizes.py:test_a_page_of_the_longest_names_is_short",
    ("sparql", "each"): f"{_POOL}:test_the_line_is_bounded_for_all_and_for_each",
    ("check", "memory"): _BOMBS,
    ("check", "unpacked"): _BOMBS,
    ("check", "each"): f"{_CHECK}:test_a_crowd_is_turned_away_and_others_are_answered",
    **{
        (name, "seconds"): f"{_POOL}:test_a_runaway_query_is_stopped_in_time_before_its_promotion_and_after"
        for name in (*PAGES, "view", "own-view")
    },
    **{("rdf", bound): _GRAPH for bound in ("seconds", "memory")},
    ("rdf", "sent"): _LARGE,
    **{(name, bound): _APART for name in ("zip", "warc", "wacz") for bound in ("seconds", "memory")},
    ("warc", "members"): "ingest/crawls/test_crawls.py:test_too_many_links_cost_their_page_alone",
    ("wacz", "members"): "ingest/crawls/test_crawls.py:test_a_wacz_out_of_bounds_is_refused",
    **{(name, bound): _WORKERS for name in ("file", "html", "office", "pdf") for bound in ("seconds", "memory")},
    ("older", "memory"): _WORKERS,
    **{(name, "sent"): _LARGE for name in ("file", "html", "zip", "office", "older", "pdf")},
    **{(name, "members"): _CELLS for name in ("file", "html", "office", "older")},
    ("html", "unpacked"): "ingest/formats/test_html.py:test_hostile_pages_are_refused",
    ("zip", "members"): "project/test_doors.py:test_a_made_input_meets_the_bound",
    ("zip", "unpacked"): "ingest/formats/test_archives.py:test_bombs_are_refused_before_they_are_unpacked",
    ("warc", "unpacked"): _RECORDS,
    ("wacz", "unpacked"): "ingest/crawls/test_crawls.py:test_a_wacz_out_of_bounds_is_refused",
    ("older", "seconds"): "ingest/formats/test_converters.py:test_what_takes_too_long_is_stopped_with_its_children",
    **{
        (name, "unpacked"): "ingest/formats/test_docx.py:test_broken_and_hostile_files_are_refused"
        for name in ("office", "older")
    },
    ("pdf", "unpacked"): "ingest/formats/test_pdf.py:test_stream_that_unpacks_without_end_is_refused",
    ("pdf", "members"): "ingest/formats/test_pdf.py:test_file_with_too_many_pages_is_refused",
    ("picture", "seconds"): f"{_PAINTED}:test_a_page_without_end_is_given_up",
    ("picture", "memory"): f"{_PAINTED}:test_pictures_below_the_bound_are_painted_in_the_memory_of_a_painter",
    ("picture", "members"): f"{_PAINTED}:test_pictures_of_a_hundred_megapixels_and_of_other_formats_are_refused",
    ("mcp", "unpacked"): "server/python/test_dataset.py:test_refusals_are_told_in_words_and_large_answers_whole",
}
"""Tests that meet the other bounds: a path below tests/ and a function."""

UNMET = {("picture", "unpacked"), ("mcp", "seconds")}
"""Bounds that no input meets yet; none may be added."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("doors") / "store", DEFAULT_BASE)
    ingest([ROOT / "examples" / "songjiang-renda-2022.txt"], store)
    return store


@pytest.fixture(scope="module")
def serving(store: Store) -> Iterator[Serving]:
    """Return a function that serves the store with settings, one server for equal ones, until all tests are done."""
    with ExitStack() as servers:
        known: dict[str, Server] = {}

        def serve(settings: Mapping[str, Any] | None) -> Server:
            given = {"check": True, **(settings or {})}
            if repr(given) not in known:
                known[repr(given)] = Server(str(servers.enter_context(listening(store.path, **given)).base_url))
            return known[repr(given)]

        yield serve


@pytest.mark.parametrize("made", [table, table_of_children])
def test_the_table_is_in_the_docs(made: Callable[[], str]) -> None:
    is_there = made() in (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    assert is_there, "copy the table that `python -m bench.doors` prints into docs/operation.md"


STARTS = re.compile(r"\b(?:Child|made_by_child|from_checkpoint|ProcessPool|Popen)\(|processes\.child import .*\brun\b")
"""Ways in which a module starts a child process."""


def test_every_module_that_starts_a_process_is_named_by_a_child() -> None:
    starting = {
        str(path.relative_to(ROOT).with_suffix("")).replace("/", ".")
        for room in ("jixiao", "shapes", "ingest", "store", "server")
        for path in (ROOT / room).rglob("*.py")
        if STARTS.search(path.read_text(encoding="utf-8"))
    }
    assert starting == {module for child in CHILDREN for module in child.modules}, (
        "name it in CHILDREN of bench/doors.py"
    )


def test_every_door_has_a_row() -> None:
    """A folder of applications, a reader or a kind of crawl that no door names is one left open."""
    opened = [f"server.apps.{path.stem}" for path in (ROOT / "server" / "apps").iterdir() if path.stem[0] != "_"]
    opened += ["server.sources", "server.views", "server.linked_data", "server.dataset"]
    opened += [f"ingest.readers.{path.stem}" for path in (ROOT / "ingest" / "readers").iterdir() if path.stem[0] != "_"]
    opened += ["ingest.crawls", "ingest.formats.archives", "assistant", "rdf_files", "server.http"]
    named = tuple({each for door in DOORS.values() for each in door.modules})
    advice = "name it among the modules of a door in bench/doors.py"
    assert_complete([each for each in opened if each.startswith(named)], opened, advice)
    assert [path for path in named if not module(path).exists()] == [], "bench/doors.py names what is not there"


def test_every_route_leads_to_a_door() -> None:
    """A route that no door names is one whose budget nobody states and measures."""
    routes = {route.path for feature in FEATURES for route in feature.router.routes} | {"/static", "/openapi.json"}
    beginnings = tuple(route for door in DOORS.values() for route in door.routes)
    assert_complete(
        [route for route in routes if route == "/" or route.startswith(beginnings)],
        routes,
        "name it among the routes of a door in bench/doors.py",
    )
    assert [route for route in beginnings if not any(path.startswith(route) for path in routes)] == []
    assert [name for name, door in DOORS.items() if door.routes and not (door.dearest or name == "sparql")] == []


def test_every_bound_is_met() -> None:
    stated = {(name, bound) for name, door in DOORS.items() for bound in BOUNDS if getattr(door, bound) is not None}
    listed = {f"{name}, {bound}" for name, bound in (*MADE, *ELSEWHERE, *UNMET)}
    advice = "make an input that meets this bound in MADE, or name the test that does in ELSEWHERE"
    assert_complete(listed, (f"{name}, {bound}" for name, bound in stated), advice)
    for place in set(ELSEWHERE.values()):
        path, _, function = place.partition(":")
        tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        assert function in {getattr(node, "name", "") for node in tree.body}, place


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("door", "bound"), MADE)
def test_a_made_input_meets_the_bound(door: str, bound: str, serving: Serving) -> None:
    sent = MADE[door, bound]
    server, target = serving(sent.settings), quote(sent.target, safe="/?&=%+")
    answer = server.request("POST" if sent.body else "GET", target, {"Content-Type": sent.kind}, sent.body)
    known = {sent.said, *[503] * (sent.said == 504)}  # no worker was free in so short a time
    assert answer.status in known or (isinstance(sent.said, str) and sent.said in answer.text), answer.text
    assert server.get("/health/live").status == 200


def module(name: str) -> Path:
    """Return the file of a module, or the folder of a package."""
    path = Path(*name.split("."))
    places = (ROOT / path, ROOT / "jixiao" / path, ROOT / f"{path}.py", ROOT / "jixiao" / f"{path}.py")
    return next((place for place in places if place.exists()), places[0])
