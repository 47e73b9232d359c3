"""Commands of README and docs run as they are printed, page by page, in either language, in a fresh folder."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from tests.support import scans

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    if "```sh\n" in path.read_text("utf-8")
    and path.name not in {"validate-your-own.md", "other-stores.md", "archives.md"}
]
"""Pages with commands, but for two whose tests compare what is said, and one that collects from elsewhere."""
SAYS = {"tour.md": ("代表工作", "2,262,000"), "README.md": ("2,262,000",)}
LEFT_OUT = re.compile(
    r"make (run|test)\b"  # `.ci/run` begins with these
    r"|pip install|python3\.11 -m venv|docker "  # installs
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


def commands(text: str) -> str:
    blocks: list[str] = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if not LEFT_OUT.match(block))


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
    document = Document()
    for line in (ROOT / "examples/songjiang-renda-2022.txt").read_text("utf-8").splitlines():
        document.add_paragraph(line)
    document.save(str(folder / "file.docx"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_both_languages_have_as_many_commands(page: Path) -> None:
    zh, en = (commands(half(page, language)) for language in ("zh", "en"))
    assert re.findall(r"^(?:jixiao [a-z]+|[a-z]+)\b", zh, re.MULTILINE) == re.findall(
        r"^(?:jixiao [a-z]+|[a-z]+)\b", en, re.MULTILINE
    )


@pytest.mark.judge
@pytest.mark.timeout(1800)  # a page has dozens of commands, each a few seconds on a busy machine
@scans.needs_engine
@scans.needs_font
@pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs the commands {TOOLS}")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_run_as_printed(page: Path, language: str, tmp_path: Path) -> None:
    bring(tmp_path)
    text = moved("http://localhost:8000 " + half(page, language))
    site = text.partition(" ")[0]
    demo = f"jixiao ingest examples --store data/demo --base-iri {site}/\n"
    demo += f"jixiao serve --store data/demo --access-log access.log --port {site.rpartition(':')[2]}\n"
    mine = "" if page.name in {"README.md", "tour.md", "publishing.md"} else "cp -a data/demo data/mine\n"
    environment = {**os.environ, "SITE": site, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    script = PRELUDE + demo + mine + commands(text)
    with (tmp_path / "said").open("wb") as output:
        run = subprocess.Popen(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=environment,
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
