"""Answers of views and descriptions are kept whole: found again byte by byte, and dropped when the data change."""

import gzip

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from jixiao.server.app.answer_cache import Kept
from jixiao.server.logs.metrics import Metrics
from jixiao.server.runtime.service import started
from jixiao.server.settings import Settings
from tests.support.writing import withdraw

VIEW, TABLE = "/views/projects-citing?number=松委发（2009）97号", "/tables/projects?year.is=2022&format=json"


@pytest.fixture(scope="module")
def own(tmp_path_factory, filled):
    return filled(tmp_path_factory.mktemp("kept") / "store")


@pytest.fixture(scope="module")
def get(own):
    """Asks addresses below /views; every answer that is made says how many were made before it."""
    made = []

    async def inner(scope, receive, send):
        service.generation()  # opened, as by any handler
        made.append(scope["path"])
        status = 404 if "nothing" in scope["path"] else 200
        headers = [(b"content-type", b"text/plain")]
        headers += [(b"cache-control", b"no-store")] if "limited" in scope["path"] else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        content = b"x" * (2 << 20) if "large" in scope["path"] else b""
        await send(
            {"type": "http.response.body", "body": content + b"%d" % len(made), "more_body": "parts" in scope["path"]}
        )
        if "parts" in scope["path"]:
            await send({"type": "http.response.body", "body": b"."})

    settings = Settings(store=own.path, quick_seats=1, heavy_seats=1)
    with start_blocking_portal() as loop, loop.wrap_async_context_manager(started(settings, Metrics())) as service:
        kept = Kept(service, inner)

        async def ask(address, headers):
            async with httpx.AsyncClient(transport=httpx.ASGITransport(kept), base_url="http://test") as client:
                return await client.get(address, headers={"Accept-Encoding": "identity", **headers})

        yield lambda address, **headers: loop.call(ask, address, {k.replace("_", "-"): v for k, v in headers.items()})


def test_an_answer_is_made_once_for_each_address_and_form(get):
    get("/views/first-of-this-state")
    first = get("/views/a?number=%E6%9D%BE&year=2022")
    assert get("/views/a?number=%E6%9D%BE&year=2022").text == first.text
    others = [
        get("/views/a?year=2022&number=%E6%9D%BE"),  # in the order of its parameters, which the answer repeats
        get("/views/a?number=%E6%9D%BE&year=2022", Accept="text/csv"),
        get("/views/a?number=%E6%9D%BE&year=2022", Accept_Encoding="gzip"),
        get("/views/b?number=%E6%9D%BE&year=2022"),
    ]
    assert len({first.text, *(other.text for other in others)}) == 5


@pytest.mark.parametrize(("path", "kept"), [("nothing", False), ("limited", False), ("large", False), ("parts", True)])
def test_errors_and_what_is_partial_or_too_large_is_not_kept(path, kept, get):
    assert (get(f"/views/{path}").content == get(f"/views/{path}").content) is kept


@pytest.mark.parametrize("change", ["publisher", "generation"])
def test_a_change_of_the_data_or_of_their_description_drops_what_was_kept(change, get, own):
    get("/views/first-of-this-state")
    first = get("/views/changing").text
    assert get("/views/changing").text == first
    if change == "publisher":
        (own.path / "dataset.toml").write_text('license = "https://example.org/licence"\n', encoding="utf-8")
    else:
        withdraw(own, own.sources()[0].sha16, "测试")
    assert get("/views/changing").text != first


@pytest.mark.parametrize("path", [VIEW, f"{VIEW}&lang=en&format=html", f"{VIEW}&format=csv", "/doc/org.ttl", TABLE])
def test_a_kept_answer_is_the_first_one_again(path, client):
    first, again = client.get(path), client.get(path)
    assert (first.status_code, first.content) == (200, again.content)
    differing = {"x-request-id", "date"}
    assert {k: v for k, v in first.headers.items() if k not in differing} == {
        k: v for k, v in again.headers.items() if k not in differing
    }
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
        if "content-encoding" in packed.headers:
            assert packed.headers["etag"] != plain.headers["etag"]
            assert gzip.decompress(b"".join(packed.iter_raw())) == plain.content
    assert client.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_the_headings_of_a_workbook_follow_the_client(client):
    asked = "/views/projects?format=xlsx"
    bodies = {client.get(asked, headers={"Accept-Language": name}).content for name in ("zh", "en", "zh", "en")}
    assert len(bodies) >= 2
