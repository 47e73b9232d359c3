"""The description of each CSV: linked from it, valid by a library for CSV on the Web, and true of its cells."""

import json
import re
from pathlib import Path

import csvw
import httpx
import pytest

VIEWS = ["/views/projects", "/views/money", "/views/legal-bases"]
OTHERS = ["/doc/org", "/quality/findings", "/charts/spending"]


@pytest.mark.parametrize("headings", ["", "zh"])
@pytest.mark.parametrize("address", VIEWS + OTHERS)
@pytest.mark.sampled(2)
def test_a_csv_is_described(address: str, headings: str, client: httpx.Client, tmp_path: Path) -> None:
    got = client.get(address, params={"format": "csv"} | ({"headings": headings} if headings else {}))
    linked = re.search(r'<([^>]+)>; rel="describedby"; type="application/csvm\+json"', got.headers["link"])
    described = client.get(linked[1].replace("http://localhost:8000", ""))
    assert described.headers["content-type"] == "application/csvm+json"
    metadata = json.loads(described.text)
    assert httpx.URL(metadata["url"]).params["format"] == "csv"
    assert client.get(metadata["url"].replace("http://localhost:8000", "")).content == got.content
    (tmp_path / "answer.csv").write_bytes(got.content)
    (tmp_path / "answer.json").write_text(json.dumps(metadata | {"url": "answer.csv"}), encoding="utf-8")
    read = csvw.CSVW(str(tmp_path / "answer.json"), validate=True)
    assert read.is_valid
    [table] = read.tables
    assert len(list(table)) == got.text.count("\r\n") - 1
