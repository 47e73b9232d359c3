"""Each command over each kind of damaged file: the right answer, or an error that names the file and the remedy."""

import shutil
from pathlib import Path

import pytest

from jixiao.ontology import terms
from jixiao.store import Refusal, Store, StoreUnusableError
from tests.support.damage import FAULTS, KINDS, PLACES, damaged, remedied
from tests.support.pages import ended

FILINGS = Path(__file__).parents[2] / "examples"
EXAMPLES = [FILINGS / "songjiang-renda-2022.txt", FILINGS / "songjiang-zhengxie-2022.txt"]
ALL = "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"
READING = {
    "versions": ("versions", "--format", "json"),
    "export": ("export",),
    "export old": ("export", "--version", "1"),
    "diff": ("diff", "1", "3"),
    "query": ("query", ALL),
    "search": ("search", "维修"),
    "ask": ("ask", "哪些单位金额最多？"),
    "view": ("view", "projects"),
    "registry list": ("registry", "list"),
    "registry log": ("registry", "log"),
    "registry check": ("registry", "check"),
}
WRITING = {
    "dumps": ("dumps",),
    "release": ("release", "--version", "2"),
    "gc": ("gc",),
    "apply": ("registry", "apply"),
    "ingest": ("ingest", FILINGS / "songjiang-jiguangongwei-2022.txt"),
    "reread": ("reread", "SHA16"),
    "withdraw": ("withdraw", "SHA16", "--reason", "误传"),
    "rebuild": ("rebuild",),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory, run):
    """A store of three versions with a decision, a refusal, a publisher's file, a release and dumps."""
    path = tmp_path_factory.mktemp("damage") / "s"
    for example in EXAMPLES:
        run("ingest", example, "--store", path)
    (path / "dataset.toml").write_text("dumps_kept = 3\n")
    store = Store.open(path)
    now = store.present()
    with store.writing() as batch:
        batch.refuse(Refusal("0" * 64, "退回.txt", ("没有表。 There is no form.",), "# report", ()))
    ended(0, run("registry", "same", *now.members(terms.Department, 0, 2), "--store", path, "--reason", "同一部门"))
    assert run("release", "--store", path, "--name", "年度").returncode == 0
    return path


def state(path):
    try:
        now = Store.open(path).present()
        list(now.sources.values())
    except StoreUnusableError as error:
        return str(error)
    quads = {tuple(map(str, quad)) for quad in now.graph if "id/" in str(quad.subject)}
    return [(each.file_name, each.size) for each in now.live_sources], now.members(terms.Project, 0, 999), len(quads)


def asked(run, command, store):
    sha16 = min(path.name for folder in ("sources", "renditions") for path in (store / folder).iterdir())[:16]
    return run(*(sha16 if each == "SHA16" else each for each in command), "--store", store)


@pytest.fixture(scope="module")
def right(made, run, tmp_path_factory):
    """The answer of each command over the whole store, and the state that each writer leaves."""
    answers = {name: asked(run, command, made).stdout for name, command in READING.items()}
    for name, command in WRITING.items():
        store = shutil.copytree(made, tmp_path_factory.mktemp("right") / "s")
        ended(0, asked(run, command, store))
        answers[name] = state(store)
    return answers


def faults(  # noqa: PLR0917 - fixtures and a case
    made,
    run,
    right,
    beside,
    kind,
    fault,
    commands,
    log,
):
    """Run commands over a store with damage; return those whose answer is neither right nor an error with a remedy."""
    wrong = []
    for name, command in commands.items():
        with damaged(made, beside, kind, fault) as (store, paths):
            log.clear()
            done = asked(run, command, store)
            found = done.stdout if name in READING else state(store)
            told = [
                done.stdout,
                done.stderr,
                log.text,
                *([found] if name in WRITING and isinstance(found, str) else []),
            ]
            if not (done.returncode == 0 and found == right[name]) and not remedied("".join(told), paths):
                wrong.append((name, done.returncode, done.stderr[-300:]))
    return wrong


READS = [pytest.param(READING, fault, id=f"reads-{fault}") for fault in FAULTS]
WRITES = [pytest.param(WRITING, fault, id=f"writes-{fault}") for fault in (PLACES // 2, "gone", "directory")]


@pytest.mark.parametrize(("commands", "fault"), [*READS, *WRITES])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.judge
def test_every_command_is_right_or_names_a_remedy(  # noqa: PLR0917 - fixtures
    made,
    run,
    right,
    tmp_path,
    kind,
    commands,
    fault,
    caplog,
):
    assert faults(made, run, right, tmp_path / "s", kind, fault, commands, caplog) == []


CHECKS = {"whole": (), "files": ("--files",), "sample": ("--sample", "1")}


@pytest.mark.sampled(101)
@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("fault", [PLACES // 2, "gone", "type"])
@pytest.mark.parametrize("kind", ["current", *KINDS])
def test_a_check_of_a_damaged_store_names_a_remedy_and_ends_with_1(  # noqa: PLR0917 - fixtures and a case
    made,
    run,
    tmp_path,
    kind,
    fault,
    check,
):
    with damaged(made, tmp_path / "s", kind, fault) as (store, paths):
        done = run("check", *CHECKS[check], "--store", store)
        assert remedied(done.stderr, paths), done.stderr
        assert done.returncode == 1
