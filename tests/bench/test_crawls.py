"""The invented archive has the same filings as the folder beside it, among pages that are passed over."""

from pathlib import Path

import pytest

from bench.crawls import archive
from jixiao.ingest.crawls.sifting import gathered, merged


@pytest.mark.judge
def test_filings_among_pages(tmp_path: Path) -> None:
    assert archive(tmp_path / "made", 2, 25, 1) == 50
    found = gathered(merged([tmp_path / "made" / "crawl.warc.gz"]))
    names = {path.name for path in (tmp_path / "made" / "filings").iterdir()}
    kept = {each.name for _, each, _ in found.documents}
    assert len(names) == 2
    assert names <= kept
    assert kept - names == {f"{number}.html" for number in (20, 40)}  # they speak of targets
    assert found.passed["HTTP 404", "www.example.gov.cn"] == 1
