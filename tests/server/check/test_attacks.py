"""Attacks on /check: bombs, endless and slow bodies, a crowd, killed and abandoned processes. All leave nothing."""

import socket
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import psutil
import pytest

from jixiao import checking
from jixiao.ingest import load, workers
from jixiao.ontology import steps
from jixiao.server.apps.check import desk
from jixiao.server.runtime import scratch
from tests.server.check.conftest import checks
from tests.support.blackbox.process import serve, tree
from tests.support.blackbox.rude import received
from tests.support.clock import until
from tests.support.packing import zipped
from tests.support.pages import replied

SECONDS = 120
FEW = {"JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
VIEW = "/views/projects-citing?number=松委发〔2009〕97号&format=json"


def pdf_bomb():
    """A page of 300 MB, packed twice."""
    page = zlib.compress(zlib.compress(b"0 0 m " * (50 << 20), 9), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (len(page), page),
    ]
    whole = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % each for each in enumerate(objects, 1))
    return whole + b"trailer << /Root 1 0 R /Size 5 >>\n%%EOF\n"


BOMBS = {
    "docx": lambda: zipped(("[Content_Types].xml", b"<d/>"), ("word/document.xml", b" " * (60 << 20))),
    "xlsx": lambda: zipped(("[Content_Types].xml", b"<d/>"), ("xl/workbook.xml", b"<a>" * (20 << 20))),
    "zip": lambda: zipped(*((f"f{n}.txt", b" " * (10 << 20)) for n in range(8))),
    "pdf": pdf_bomb,
    "xml entities": lambda: (
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
        + b"]><html><body>&m;</body></html>"
    ),
    "turtle": lambda: b"@prefix : <x:> . " + b":a :b [ " * 90_000,
}


@pytest.fixture
def raw(exposed):
    """Connects to the server."""
    port = exposed.base_url.port
    return lambda: socket.create_connection(("127.0.0.1", port or 0), timeout=SECONDS)


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_and_leave_nothing(name, exposed, left):
    content = BOMBS[name]()
    assert len(content) <= 1 << 20
    ending = {"turtle": ".ttl"}.get(name, "")
    answer = replied(200, exposed.post(f"/check?format=json&name=bomb{ending}", content=content))
    assert answer.json()["counts"]["refused"] >= 1
    assert left() == []


def test_endless_and_oversized_bodies_are_cut_off(raw, left):
    head = b"POST /check HTTP/1.1\r\nHost: x\r\n"
    with raw() as endless:
        endless.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        with suppress(OSError):
            for _ in range(1000):
                endless.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        assert b" 413 " in received(endless, SECONDS)[:20]
    with raw() as declared:
        declared.sendall(head + b"Content-Length: 99999999999\r\n\r\n")
        assert b" 413 " in received(declared, SECONDS)[:20]
    with raw() as slow:
        slow.sendall(head + b"Content-Length: 1000\r\n\r\nx")
        assert b" 408 " in received(slow, SECONDS)[:20]
    assert left() == []


def test_a_killed_process_is_a_refusal(exposed, faulty, left):
    with ThreadPoolExecutor(1) as at_once:
        answer = at_once.submit(exposed.post, "/check?format=json", content=faulty)
        until(checks)[0].kill()
        assert "process died" in answer.result().json()["documents"][0]["refused"][0]
    assert left() == []


def test_a_client_that_leaves_ends_the_check(raw, faulty, left):
    with raw() as leaving:
        leaving.sendall(b"POST /check HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(faulty) + faulty)
        [process] = until(checks)
        process.suspend()
    until(lambda: not checks())
    until(lambda: not left())


@pytest.mark.judge
def test_a_file_of_a_zip_that_takes_too_long_leaves_time_for_the_others(faulty, tmp_path, monkeypatch):
    names = "".join(f" a{number}=1" for number in range(500_000))
    content = zipped(("a.txt", faulty), ("b.html", f"<html><body><p{names}>x".encode()), ("c.txt", faulty + b"\n"))
    with monkeypatch.context() as patch:
        patch.setattr(load, "processes", workers.processes)  # tests read in their own process otherwise
        documents = checking.judge_submission(content, "all.zip", tmp_path, seconds=24)
    assert [(each.path, bool(each.refused)) for each in documents] == [
        ("all.zip/a.txt", False),
        ("all.zip/b.html", True),
        ("all.zip/c.txt", False),
    ]
    assert documents[1].refused == (
        "读取超过 6 秒，已停止；读到：打开文件 · reading took more than 6 s; it had come to: opening the file",
    )


def test_a_check_that_takes_too_long_says_how_far_it_came(settings, faulty, monkeypatch, left, serve):
    make = steps.Notes

    def noted(path):
        notes = make(path)
        steps.keep(path)
        steps.reached(steps.Step.PAGE, 7)
        return notes

    monkeypatch.setattr(desk.steps, "Notes", noted)
    with serve(settings.model_copy(update={"check_timeout": 0.01})) as hasty:
        answer = hasty.post("/check?format=json", content=faulty).json()
    [reason] = answer["documents"][0]["refused"]
    assert "已停止；读到：第 7 页。" in reason
    assert "it had come to: page 7." in reason
    assert left() == []


@pytest.mark.judge
def test_a_crowd_is_turned_away_and_others_are_answered(
    settings,
    room,
    left,
    listen,
):
    behind = settings.model_copy(update={"trusted_proxies": ("127.0.0.1",)})

    def send(number):
        address = f"192.0.2.{number if number < 6 else 200}"
        answer = many.post("/check", content=b"nothing", headers={"X-Forwarded-For": address})
        assert answer.status_code == 200 or int(answer.headers["Retry-After"]) > 0
        return answer.status_code

    with (
        listen(behind) as crowded,
        httpx.Client(base_url=crowded.base_url, timeout=SECONDS) as many,
        ThreadPoolExecutor(12) as crowd,
    ):
        expected = crowded.get(VIEW).json()["rows"]
        answers = [crowd.submit(send, number) for number in range(12)]
        while not all(answer.done() for answer in answers):
            assert crowded.get(VIEW).json()["rows"] == expected
            time.sleep(0.1)
        statuses = [answer.result() for answer in answers]
    assert set(statuses) <= {200, 429, 503}
    assert statuses.count(200) >= 2
    assert 503 in statuses
    assert left() == []


@pytest.mark.judge
def test_a_killed_server_takes_its_checks_along_and_the_next_one_sweeps(examples, tmp_path, faulty):
    with serve(examples, environment=FEW | {"TMPDIR": str(tmp_path)}) as served:

        def abandoned():
            with suppress(httpx.HTTPError):
                httpx.post(f"{served.url}/check", content=faulty, timeout=SECONDS)

        with ThreadPoolExecutor(1) as at_once:
            at_once.submit(abandoned)
            [process] = until(
                lambda: [each for each in tree(served.pid) if "jixiao.checking" in " ".join(each.cmdline())]
            )
            psutil.Process(served.pid).kill()
            until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert list(tmp_path.glob(f"{desk.PREFIX}*"))
    scratch.sweep(tmp_path, desk.PREFIX)
    assert not list(tmp_path.glob(f"{desk.PREFIX}*"))
