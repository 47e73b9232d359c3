"""`jixiao --version` and `--help` import no sub-command; sub-commands are found, listed and ended as before."""

import json
import re
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions, requires

import pytest
from typer.core import TyperGroup
from typer.testing import CliRunner

from jixiao import cli, commands
from jixiao.cli import app
from jixiao.ontology import errors
from jixiao.server.settings import SettingsError
from tests.support.pages import ended

NAMES = sorted(commands.MODULES)
LOADED = """
import json, sys
from jixiao.cli import main
try:
    main()
finally:
    print(json.dumps([name for name in sys.modules if not name.startswith("_")]), file=sys.stderr)
"""


def _normal(distribution):
    """Write the name of a distribution as packaging compares names."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


REQUIRED = {_normal(re.split(r"[^\w.-]", line)[0]) for line in requires("jixiao") or () if "extra ==" not in line}


@cache
def distributions():
    """Return the names of the distributions that hold each package; they take a while to be read."""
    return {name: set(map(_normal, found)) for name, found in packages_distributions().items()}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], []])
def test_start_imports_no_command(arguments):
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
    )
    loaded = json.loads(done.stderr.splitlines()[-1])
    own = {name for name in loaded if name.partition(".")[0] == "jixiao"}
    assert own == {"jixiao", "jixiao.cli", "jixiao.commands"}
    used = {each for name in loaded for each in distributions().get(name.partition(".")[0], ())}
    assert used & REQUIRED <= {"typer", "rich", "markdown-it-py"}  # the last is what rich reads Markdown with
    assert "typer" in used
    assert set().union(*distributions().values()) >= REQUIRED


NUMBER = "number=松委发（2009）97号"
STARTED = ("cachetools", "pydantic", "pyoxigraph", "typer")
"""Packages that every command on a store uses; pydantic reads the files of a store."""


@pytest.mark.sampled(4)
@pytest.mark.parametrize(
    ("arguments", "used"),
    [
        (["query", "ASK {}"], STARTED),
        (["query", "SELECT * { ?s ?p ?o } LIMIT 1"], (*STARTED, "rich")),
        (["search", "政协会议"], (*STARTED, "rich")),
        (["view", "projects-citing", NUMBER], (*STARTED, "pyyaml", "rich")),
        (["ask", "谁的法律顾问费最高？"], (*STARTED, "pyyaml", "rich")),
    ],
)
def test_a_command_on_a_store_imports_what_it_uses(arguments, used, examples):
    """No web framework, HTTP client or settings of a server; the lists are exact, so that none grows unseen."""
    command, *rest = arguments
    done = ended(
        0,
        subprocess.run(
            [sys.executable, "-c", LOADED, command, "--store", str(examples), *rest],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        ),
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}
    assert loaded.isdisjoint({"starlette", "pydantic_settings", "httpcore", "asyncio"})
    assert {each for name in loaded for each in distributions().get(name, ())} & REQUIRED == {*used}


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("jixiao.commands.stores", {"jixiao.ingest.extract", "jixiao.ingest.readers", "openpyxl", "pdfminer", "lxml"}),
        ("jixiao.ingest.preloaded", {"openpyxl", "pdfminer", "fastapi"}),
    ],
)
def test_ingest_of_text_imports_only_what_it_needs(module, unneeded):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert not unneeded & set(done.stdout.split())


def test_help_lists_every_command_with_its_own_words():
    runner = CliRunner(env={"COLUMNS": "300"})
    listed = dict(re.findall(r"^│ (\w[\w-]*) +(\S.*?) +│$", runner.invoke(app, ["--help"]).stdout, re.MULTILINE))
    assert sorted(listed) == NAMES
    for name, line in listed.items():
        assert line in runner.invoke(app, [name, "--help"]).stdout


def test_an_unknown_command_is_a_wrong_call(run):
    assert ended(2, run("regitry"), "regitry", "Did you mean 'registry'?").stdout == ""


def test_a_full_disk_of_the_engine_is_no_damage():
    full = "IO error: Unable to persist options: IO error: No space left on device: While appending to file: /tmp/x"
    assert errors.of_engine(OSError(full)) is None
    assert errors.of_engine(OSError("IO error: While open a file for random read: /tmp/x: Is a directory"))


@pytest.mark.parametrize("error", [OSError(28, "No space left on device", "/tmp/x"), SettingsError("No space left")])
def test_a_full_disk_is_named_with_one_remedy(monkeypatch, capsys, error):
    """Errors of jixiao's own have theirs already."""

    def full(_, *__):
        raise error

    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setattr(TyperGroup, "invoke", full)
    monkeypatch.setattr(sys, "argv", ["jixiao", "views"])
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    remedy = "Free disk space (temporary files are in TMPDIR)" in capsys.readouterr().err
    assert remedy == isinstance(error, OSError)
