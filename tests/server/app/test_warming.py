"""A server answers its first pages while it starts, so that nothing is compiled, imported or parsed for a visitor."""

import json
import re
import subprocess
import sys

import pytest

from jixiao.server.app import connections, supervisor
from jixiao.server.app.front import FIRST
from jixiao.server.settings import Settings

VISIT = """
import asyncio, json, sys
from pathlib import Path
import jixiao.server
from jixiao.ontology import reference
from jixiao.server.app.app import create_app
from jixiao.server.app.front import FIRST
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.settings import Settings
import httpx

ROOMS = [str(Path(jixiao.server.__file__).parents[1] / room) for room in ("ontology", "shapes", "server", "docs")]
seen, watching = [], False

def watch(event, arguments):
    if watching and event in ("compile", "import", "open"):
        name = str(arguments[1] if event == "compile" else arguments[0])
        # anyio looks at each call for a package that need not be there.
        if name != "sniffio" and (event != "open" or name.startswith(tuple(ROOMS))):
            seen.append([event, name])

async def visit():
    global watching
    front = create_app(Settings(store=sys.argv[1], access_log=""), InProcessEngine(), warm=True)
    async with (
        front.inner.router.lifespan_context(front.inner),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://localhost") as client,
    ):
        paths = [(path, language) for path in (*FIRST, *sys.argv[2:]) for language in ("zh", "en")]
        parsed = reference.triples.cache_info()
        await client.get("/health/live")  # what the client itself imports
        watching = True
        codes = [
            (await client.get(path, params={"lang": language}, headers={"Accept": "text/html"})).status_code
            for path, language in paths
        ]
        watching = False
        print(json.dumps({"codes": codes, "seen": seen, "parsed": parsed == reference.triples.cache_info()}))

sys.addaudithook(watch)
asyncio.run(visit())
"""


@pytest.mark.judge
def test_nothing_is_made_for_the_first_visitor(store):
    further = ["/views/legal-bases", "/help/start"]
    done = subprocess.run(
        [sys.executable, "-c", VISIT, str(store.path), *further],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    told = json.loads(done.stdout)
    assert (set(told["codes"]), told["seen"]) == ({200}, [])


def test_pages_of_the_navigation_are_among_the_first(client):
    home = client.get("/", params={"lang": "zh"}, headers={"Accept": "text/html"}).text
    bars = "".join(re.findall(r"<nav.*?</nav>", home, re.DOTALL))
    assert {found for found in re.findall(r'href="(/[^"?]*)', bars) if found != "/"} <= {*FIRST}


class Lifespan:
    """An application that says when it starts, which it does or not."""

    def __init__(self, said, ending):
        self.said, self.ending = said, ending

    async def __call__(self, scope, receive, send):
        """Answer ASGI's lifespan."""
        assert scope["type"] == "lifespan"
        await receive()
        self.said.append("warm")
        await send({"type": f"lifespan.startup.{self.ending}"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


@pytest.mark.parametrize(("ending", "expected"), [("complete", ["warm", "serving"]), ("failed", ["warm"])])
def test_a_server_is_announced_once_it_has_started(ending, expected):
    said = []

    def announce():
        said.append("serving")
        server.should_exit = True

    server = supervisor._Server(connections.Configuration(Lifespan(said, ending), Settings(), port=0), announce)
    if ending == "failed":
        with pytest.raises(SystemExit):
            server.run()
    else:
        server.run()
    assert said == expected
