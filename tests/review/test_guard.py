"""The pages of `jixiao review` are for one browser: token, cookie, names of the host, and pages of other sites."""

from http.cookies import SimpleCookie

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from jixiao.review.guard import Guard

HERE = "http://127.0.0.1:8123"


@pytest.fixture
def guard() -> Guard:
    return Guard(PlainTextResponse("inside"), 8123)


@pytest.fixture
def client(guard: Guard) -> TestClient:
    """A client that has not opened the address."""
    return TestClient(guard, base_url=HERE, follow_redirects=False)


def come_in(client: TestClient, guard: Guard) -> None:
    assert client.get(guard.address.removeprefix(HERE)).status_code == 303


def test_the_address_opens_once_and_for_one_browser(guard: Guard, client: TestClient) -> None:
    assert client.get("/").status_code == 403
    assert client.get("/start/guess").status_code == 403
    opened = client.get(guard.address.removeprefix(HERE))
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    [cookie] = SimpleCookie(opened.headers["set-cookie"]).values()
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "strict", "/")
    assert cookie.value not in guard.address
    assert client.get("/").text == "inside"
    come_in(client, guard)
    other = TestClient(guard, base_url=HERE, follow_redirects=False)
    assert other.get(guard.address.removeprefix(HERE)).status_code == 403
    assert other.get("/").status_code == 403
    assert other.get("/", headers={"Cookie": f"{cookie.key}=guess"}).status_code == 403


def test_the_token_is_not_used_up_by_a_look_at_the_head(guard: Guard, client: TestClient) -> None:
    assert client.head(guard.address.removeprefix(HERE)).status_code == 403
    come_in(client, guard)


@pytest.mark.parametrize("host", ["rebound.example:8123", "127.0.0.1", "127.0.0.1:80", "localhost:8000", "[::1]:8123"])
def test_another_name_of_the_host_is_refused(host: str, guard: Guard, client: TestClient) -> None:
    come_in(client, guard)
    assert client.get("/", headers={"Host": host}).status_code == 421
    assert client.get(guard.address.removeprefix(HERE), headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Origin": "http://localhost:8123"},
        {"Origin": HERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HERE, "Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_posts_is_refused(headers: dict[str, str], guard: Guard, client: TestClient) -> None:
    come_in(client, guard)
    assert client.post("/", headers=headers).status_code == 403
    assert client.post("/", headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"}).text == "inside"


def test_answers_cannot_be_framed_kept_or_read_by_others(guard: Guard, client: TestClient) -> None:
    come_in(client, guard)
    for answer in (client.get("/"), client.get("/", headers={"Host": "rebound.example"})):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert not any(name.startswith("access-control-") for name in answer.headers)
    assert client.put("/").status_code == 405
    assert client.options("/").status_code == 405
