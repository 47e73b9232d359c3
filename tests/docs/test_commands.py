"""Commands of README and docs run as they are printed, page by page, in either language, in a fresh folder.

Those of three pages have tests of their own: archives.md collects from elsewhere, what upkeep.md restores is compared
with what was there, and validate-your-own.md has files of its own and three engines.
"""

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document

from jixiao.shapes import catalogue
from jixiao.store import Store
from tests.support import scans
from tests.support.pages import absent, ended

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    if "```sh\n" in path.read_text("utf-8") and path.name != "other-stores.md"  # whose tests compare what is said
]
"""Pages with commands."""
ALONE = {"archives.md", "validate-your-own.md"}
FORM = ROOT / "examples" / "songjiang-renda-2022.txt"
OWN = (ROOT / "docs" / "validate-your-own.md").read_text(encoding="utf-8")
PAGE = '<html><head><meta charset="utf-8"></head><body><a href="附件.txt">附件</a><img src="none.png">'
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
FAILED = 8
"""The exit status of wget if an address answers with an error."""
SAYS = {"tour.md": ("代表工作", "2,262,000"), "README.md": ("2,262,000",)}
LEFT_OUT = re.compile(
    r"make (run|test)\b"  # `.ci/run` begins with these
    r"|pip install|python3(\.11)? -m venv|docker "  # installs
    r"|curl --remote-name"  # asks another machine
)
TOOLS = ("bash", "curl", "flock", "jq", "sqlite3", "zcat")
PRELUDE = """
set -euo pipefail
free() { command python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
started() {
  port=$1; shift; "$@" &
  for _ in $(seq 300); do curl -s -o /dev/null "http://127.0.0.1:$port/" && return; kill -0 $!; sleep 0.2; done
  return 1
}
jixiao() {
  all="$*"
  case "$all" in
    serve*--port*) port=${all##*--port }; started "${port%% *}" command jixiao "$@" ;;
    serve*) port=$(free); started "$port" command jixiao "$@" --port "$port" ;;
    validate*) command jixiao "$@" || [ $? = 1 ] ;; # the examples have wrong amounts
    *) command jixiao "$@" ;;
  esac
}
python3() {
  if [ "${2-}" = http.server ]; then started "$3" command python3 "$@" --bind 127.0.0.1
  else command python3 "$@"; fi
}
set -x
"""
"""Shell functions that start servers in the background, on free ports unless a port is printed."""


def half(page: Path, language: str) -> str:
    """Return the text of a page in a language: of the README, a page of its own."""
    if page.name == "README.md":
        return page.with_name("README.zh.md" if language == "zh" else page.name).read_text("utf-8")
    zh, _, en = page.read_text("utf-8").partition("\n## English")
    return zh if language == "zh" else en


def commands(text: str) -> list[str]:
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if not LEFT_OUT.match(block)]


def moved(text: str) -> str:
    """Return a text with a free port for each that it names, since others may listen there; IRIs of data stay."""
    named = re.compile(r"(?<!<http://)(localhost:|127\.0\.0\.1:|--port |http\.server )(\d{4})\b")
    ports = {}
    for _, port in named.findall(text):
        with socket.create_server(("127.0.0.1", 0)) as server:
            ports.setdefault(port, str(server.getsockname()[1]))
    return named.sub(lambda match: match[1] + ports[match[2]], text)


def bring(folder: Path) -> None:
    """Put into a folder the checkout's files that pages name, the demo's store, and the reader's own files."""
    for name in ("examples", "deploy", "server"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("scans", "扫描件"):
        (folder / name).mkdir()
        scans.page([["项目名称", "示例项目", "年度", "2024"]]).save(folder / name / "page.png")
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/activate").touch()  # the tests' own environment is active
    write(folder / "file.docx")


def write(path: Path) -> None:
    """Write a filing of the examples as a document of Word."""
    document = Document()
    for line in FORM.read_text("utf-8").splitlines():
        document.add_paragraph(line)
    document.save(str(path))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_both_languages_have_as_many_commands(page: Path) -> None:
    zh, en = ("\n".join(commands(half(page, language))) for language in ("zh", "en"))
    assert re.findall(r"^(?:jixiao [a-z]+|[a-z]+)\b", zh, re.MULTILINE) == re.findall(
        r"^(?:jixiao [a-z]+|[a-z]+)\b", en, re.MULTILINE
    )
    assert zh == en or page.name not in ALONE


@pytest.mark.judge
@pytest.mark.timeout(1800)  # a page has dozens of commands, each a few seconds on a busy machine
@scans.needs_engine
@scans.needs_font
@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs the commands {TOOLS}")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in ALONE], ids=lambda page: page.stem)
def test_commands_run_as_printed(page: Path, language: str, tmp_path: Path) -> None:
    bring(tmp_path)
    text = moved("http://localhost:8000 " + half(page, language))
    site = text.partition(" ")[0]
    demo = f"jixiao ingest examples --store data/demo --base-iri {site}/\n"
    demo += f"jixiao serve --store data/demo --access-log access.log --port {site.rpartition(':')[2]}\n"
    mine = "" if page.name in {"README.md", "tour.md", "publishing.md"} else "cp -a data/demo data/mine\n"
    script = PRELUDE + demo + mine + "\n".join(commands(text))
    with (tmp_path / "said").open("wb") as output:
        run = subprocess.Popen(
            ["bash", "-c", script],
            cwd=tmp_path,
            env={**ENVIRONMENT, "SITE": site},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            code = run.wait()
        finally:
            os.killpg(run.pid, signal.SIGTERM)
    said = (tmp_path / "said").read_text("utf-8", errors="replace")
    assert code == 0, said[-3000:]
    assert "Traceback" not in said
    assert [words for words in SAYS.get(page.name, ()) if words not in said] == []


@pytest.mark.judge  # wget waits between two requests
@pytest.mark.debian
@pytest.mark.skipif(shutil.which("wget") is None, reason="needs wget")
def test_what_wget_collects_is_ingested(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "czj" / "ysgk").mkdir(parents=True)
    (site / "czj" / "ysgk" / "index.html").write_text(PAGE, encoding="utf-8")
    shutil.copy(FORM, site / "czj" / "ysgk" / "附件.txt")
    serve = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", site]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8") as server:
        assert server.stdout
        address = re.findall(r"http://\S+?/", server.stdout.readline())[0]
        for each in commands(half(ROOT / "docs" / "archives.md", "en")):
            called = each.replace("http://www.example.gov.cn/", address)
            status = subprocess.run(["bash", "-c", called], cwd=tmp_path, check=False, env=ENVIRONMENT).returncode
            assert status == (FAILED if each.startswith("wget") else 0), called
        server.kill()
    [source] = Store.open(tmp_path / "data" / "mine").sources()
    assert source.file_name == "附件.txt"
    assert [origin.address for origin in source.origins] == [f"{address}czj/ysgk/{quote('附件.txt')}"]
    assert {path.name for path in tmp_path.iterdir()} == {
        "site", "data", "crawl.cdx", "crawl.warc.gz", "second.cdx", "second.warc.gz", "passed.csv"
    }  # fmt: skip


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("flock") is None, reason="没有 flock · flock is not installed")
@pytest.mark.parametrize("heading", ["### Checking, cleaning, backups", "### 检查、清理、备份"])
def test_a_store_is_backed_up_and_restored_as_written(heading: str, examples: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "upkeep.md").read_text(encoding="utf-8")
    shutil.copytree(examples, tmp_path / "data" / "mine")
    before = Store.open(tmp_path / "data" / "mine").current()
    [found, *_] = commands(text.partition(f"{heading}\n")[2])
    run = ["sh", "-ec", found]
    done = subprocess.run(run, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ended(0, done).stderr.count("库完好 the store is whole") == 2
    [copy] = [path for path in (tmp_path / "backup").iterdir() if path.suffix != ".replaced"]
    restored, kept = (Store.open(path).current() for path in (tmp_path / "data" / "mine", copy))
    assert restored.manifest == kept.manifest
    assert restored.manifest.checksum == before.manifest.checksum  # as rebuilt, in a version of its own


FILES = dict(re.findall(r"`(\w+\.\w+)`：\n\n```\w+\n(.*?)^```$", OWN, re.MULTILINE | re.DOTALL))
"""The files of validate-your-own.md."""


def test_both_languages_name_the_files() -> None:
    assert set(FILES) == {"own.ttl", "table.py", "rudof.py"}
    for part in OWN.partition("\n## 文件 · Files\n")[0].split("\n## English\n"):
        assert absent(part, *(f"`{name}`" for name in FILES), "python3 -m venv") == []


@pytest.mark.judge
def test_all_engines_find_the_faults_of_the_page(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    write(tmp_path / "form.docx")
    said, zh = "", OWN.partition("\n## English\n")[0]
    for block in commands(zh):
        run = subprocess.run(
            ["bash", "-c", block],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert run.returncode in (0, 1), (block, run.stderr)
        assert "Traceback" not in run.stderr, run.stderr
        said += run.stdout
    named = ("PeriodReversed", "AnnualRequestExceedsTotal", "RateAboveHundred", "CoverCountDiffers")
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig") as file:
        by_jixiao = {row["fault"] for row in csv.DictReader(file) if row["file"] == "own.ttl"}
    by_pyshacl = set(re.findall(r"sh:sourceShape jxs:(\w+)", (tmp_path / "report.ttl").read_text(encoding="utf-8")))
    by_rudof = set(re.findall(rf"\t{catalogue.SHAPES}(\w+)", said))
    assert by_jixiao == by_pyshacl == by_rudof >= set(named)
    labels = [catalogue.fault(catalogue.SHAPES + name).label.zh for name in named]
    assert absent(said, *labels) == absent(zh, *labels) == []
    assert absent((tmp_path / "form.html").read_text(encoding="utf-8"), "form.docx", "专题调研") == []
