"""Former addresses lead to the present ones (moved.tsv), with the status 303."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jixiao.server.settings import Settings
from jixiao.store import Store
from tests.server.conftest import running

NOW = "org/bdd7i7amlc5hg"
FORMER = "org/2222222222222"


@pytest.mark.parametrize("suffix", ["", ".ttl"])
def test_former_addresses_lead_to_present_ones(tmp_path: Path, filled: Callable[[Path], Store], suffix: str) -> None:
    store = filled(tmp_path / "store")
    (store.path / "moved.tsv").write_text(f"id/{FORMER}\tid/{NOW}\n", encoding="ascii")
    with running(Settings(store=store.path)) as client:
        named = client.get(f"/id/{FORMER}")
        described = client.get(f"/doc/{FORMER}{suffix}")
        assert (named.status_code, named.headers["location"]) == (303, f"/id/{NOW}")
        assert (described.status_code, described.headers["location"]) == (303, f"/doc/{NOW}{suffix}")
        # Parameters survive each redirect.
        for path in (f"/id/{FORMER}", f"/doc/{FORMER}{suffix}", f"/id/{NOW}"):
            location = client.get(path, params={"evidence": "1", "lang": "en"}).headers["location"]
            assert location.endswith(("?evidence=1", "?evidence=1&lang=en")), location
        assert client.get(f"/doc/{NOW}{suffix}", follow_redirects=True).status_code == 200
