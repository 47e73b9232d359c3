"""The commands of docs/archives.md collect what a site on this machine publishes, and ingest it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from jixiao.store import Store

ROOT = Path(__file__).parents[2]
FILING = ROOT / "examples" / "songjiang-renda-2022.txt"
PAGE = '<html><head><meta charset="utf-8"></head><body><a href="附件.txt">附件</a><img src="none.png">'
FAILED = 8
"""The exit status of wget if an address answers with an error."""


def commands(language: str) -> list[str]:
    zh, _, en = (ROOT / "docs" / "archives.md").read_text(encoding="utf-8").partition("\n## English")
    return re.findall(r"^```sh\n(.*?)^```$", zh if language == "zh" else en, re.MULTILINE | re.DOTALL)


def test_both_languages_have_the_same_commands() -> None:
    assert commands("zh") == commands("en")


@pytest.mark.judge  # wget waits between two requests
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
def test_what_wget_collects_is_ingested(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "czj" / "ysgk").mkdir(parents=True)
    (site / "czj" / "ysgk" / "index.html").write_text(PAGE, encoding="utf-8")
    shutil.copy(FILING, site / "czj" / "ysgk" / "附件.txt")
    wanted = [each for each in commands("en") if not each.startswith("docker")]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    serve = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", site]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as server:
        assert server.stdout
        address = re.findall(r"http://\S+?/", server.stdout.readline())[0]
        for each in wanted:
            called = each.replace("http://www.example.gov.cn/", address)
            status = subprocess.run(
                ["bash", "-c", called], cwd=tmp_path, check=False, env={**os.environ, "PATH": path}
            ).returncode
            assert status == (FAILED if each.startswith("wget") else 0), called
        server.kill()
    [source] = Store.open(tmp_path / "data" / "mine").sources()
    assert source.file_name == "附件.txt"
    assert [origin.address for origin in source.origins] == [f"{address}czj/ysgk/{quote('附件.txt')}"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "site", "data", "crawl.cdx", "crawl.warc.gz", "second.cdx", "second.warc.gz", "passed.csv"
    }  # fmt: skip
