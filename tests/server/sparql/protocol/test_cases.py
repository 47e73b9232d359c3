"""The cases of the TOML files beside this module, each sent to a real server; what is read, once more with HEAD."""

from pathlib import Path

import pytest

from tests.support.blackbox.cases import faults, filled, load, send
from tests.support.clock import Clock

CASES = dict(load(Path(__file__).parent))
READING = [name for name, case in CASES.items() if case.get("method", "GET") == "GET"]
# Headers that HEAD sends as GET does (RFC 9110, section 9.3.2); the length may be left out.
SAME = ("content-type", "vary", "etag", "content-encoding", "access-control-allow-origin", "allow")


def test_names_are_no_accident():
    assert len(CASES) >= 200
    assert {"w3c", "negotiation", "graphs", "encoding", "errors", "results"} == {name.split(":")[0] for name in CASES}


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", CASES)
def test_case(name, server, names):
    case = filled(CASES[name], names)
    within = case["expect"].get("within")
    clock = Clock() if within else None
    answer = send(server, case)
    assert clock is None or not clock.past(within)
    assert not list(faults(answer, case))


@pytest.mark.sampled(20)
@pytest.mark.parametrize("name", READING)
def test_head_says_what_get_says(name, server, names):
    case = filled(CASES[name], names)
    get, head = send(server, case, "GET"), send(server, case, "HEAD")
    assert (head.status, head.body) == (get.status, b"")
    assert {each: head.headers.get(each) for each in SAME} == {each: get.headers.get(each) for each in SAME}
    named = any(mark in get.body for mark in (b"_:", b"nodeID"))  # blank nodes, which have another name each time
    if "content-length" in head.headers and not named:
        assert head.headers["content-length"] == get.headers.get("content-length", str(len(get.body)))
