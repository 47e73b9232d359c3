"""A store of 0.2.0, with a steward's decisions and a refused scan, is served and written to as then.

Release 0.2.0 made it, by its own rules of reading, of three forms like those of tests/support/scanned_forms.py and of
a text, with `few_triples` of the vocabulary:

- a.png, 古籍修复, a scan; ≥200册 was transcribed as recognised, and 约十二万 as 120000元
- b.pdf, 古籍展览, with text; its annual request was corrected to 100000, and FirstLevelAbsent accepted
- c.png, 古籍影印, a scan that was refused, since its name was recognised as 古藉影印 with the score 0.6
- notice.txt, 青河清淤: the case line-that-asks-below-a-notice-of-approval, whose money 0.2.0 knows in no phase

To make it again: ingest the forms with the code of release 0.2.0 and the recognitions of the two scans, apply the four
decisions of its registry.ttl by `jixiao registry apply`, and pack the directory `store` by tar and xz.
"""

import html
import json
import re
import shlex
import tarfile
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode

from jixiao.ontology import terms
from jixiao.store import Store
from jixiao.store.tables import reading
from jixiao.store.tables.table import tables
from jixiao.viewing import Viewing
from tests.server.conftest import HTML
from tests.support import scanned_forms
from tests.support.pages import ended

KEPT = Path(__file__).parents[2] / "store" / "store-0.2.0.tar.xz"
KINDS = [["transcribe", "transcribe"], ["correct"]]
"""The kinds of the commands on the pages of a.png and b.pdf, once the decisions about their amounts are undone."""
SCAN, TEXT, REFUSED, NOTICE = "古籍修复", "古籍展览", "古籍影印", "青河清淤"


@pytest.fixture
def store(tmp_path):
    with tarfile.open(KEPT) as packed:
        packed.extractall(tmp_path, filter="data")
    return Store.open(tmp_path / "store")


def requests(store):
    """The annual requests that the default graph states, by the project's name."""
    now = store.present()
    return {
        name: {
            quad.object.value
            for quad in now.graph.quads_for_pattern(
                NamedNode(iri), NamedNode(terms.annualRequest), None, DefaultGraph()
            )
            if isinstance(quad.object, Literal)
        }
        for source in now.live_sources
        for iri, name in source.projects.items()
    }


def accepted(store):
    quads = store.present().graph.quads_for_pattern(None, NamedNode(terms.acceptedBy), None, DefaultGraph())
    return sum(1 for _ in quads)


DECIDED = {SCAN: {"120000"}, TEXT: {"100000"}, NOTICE: {"865000"}}


def test_reading_it_again_gives_the_phases_of_its_money(store, run):
    """The first instruction of the changelog, on what 0.2.0 read: it knew neither phases nor public money."""
    phases = "SELECT ?phase ?amount { ?project jx:amount ?amount OPTIONAL { ?project jx:amountPhase ?phase } }"
    asked = ("query", "--store", store.path, "--format", "csv", f"PREFIX jx: <{terms.JX}> {phases} ORDER BY ?amount")
    assert run(*asked).stdout.split()[1:] == [",100000", ",120000", ",865000"]
    assert {each.reading for each in store.present().live_sources} == {27}
    assert run("reread", "--store", store.path).returncode == 0
    requested = f"{terms.JXD}requested"
    assert run(*asked).stdout.split()[1:] == [f"{requested},{amount}" for amount in (100000, 120000, 865000)]


def test_it_is_served_and_has_its_tables_in_the_cache_until_the_next_commit(  # noqa: PLR0917 - six fixtures
    store, serve, run, tmp_path, monkeypatch, caplog
):
    monkeypatch.setenv("JIXIAO_TABLES_FOLDER", str(tmp_path / "cache"))
    assert store.present().tables is None
    scan, text, _ = sorted(store.present().live_sources, key=lambda each: each.file_name)
    with serve(store, serve_originals=True) as client:
        for path in ("/", f"/source/{scan.sha16}", f"/quality/filing/{text.sha16}", "/quality/log", "/views/projects"):
            assert client.get(path, headers=HTML).status_code == 200, path
        assert client.get(f"/source/{scan.sha16}/page/1.png").content[:4] == b"\x89PNG"
        rows = client.get("/sparql", params={"query": f"SELECT ?a {{ ?p <{terms.amount}> ?a }} ORDER BY ?a"}).json()
    assert [row["a"]["value"] for row in rows["results"]["bindings"]] == ["100000", "120000", "865000"]
    assert (requests(store), accepted(store)) == (DECIDED, 1)
    assert caplog.text.count("the next commit keeps them in the store") == 1
    [path] = (tmp_path / "cache").glob("*.sqlite")
    opened = Viewing.open(store.path)
    cached = opened.tables.of(opened.generation)
    assert cached.path == path
    more = scanned_forms.form([("项目名称", "古籍编目", *scanned_forms.ROWS[0][2:]), *scanned_forms.ROWS[1:]])
    (tmp_path / "d.pdf").write_bytes(more)
    assert run("ingest", tmp_path / "d.pdf", "--store", store.path).returncode == 0
    kept = store.present()
    assert kept.tables is not None
    assert kept.path in kept.tables.path.parents
    projects = tables()["projects"]
    assert len([*reading.content(kept.tables, projects)]) == len([*reading.content(cached, projects)]) + 1


@pytest.mark.usefixtures("every_rule")  # the accepted finding is a warning, and must be found again
def test_its_decisions_hold_while_it_is_written_to(store, run, tmp_path):
    listed = run("registry", "list", "--store", store.path).stdout
    assert [listed.count(kind) for kind in ("转录 transcribe", "更正 correct", "认可 accept")] == [2, 1, 1]
    assert run("registry", "check", "--store", store.path).returncode == 0
    rows = [("项目名称", "古籍编目", *scanned_forms.ROWS[0][2:]), *scanned_forms.ROWS[1:]]
    (tmp_path / "d.pdf").write_bytes(scanned_forms.form(rows))
    assert run("ingest", tmp_path / "d.pdf", "--store", store.path).returncode == 0
    assert requests(store) == DECIDED | {"古籍编目": set()}
    assert run("reread", "--store", store.path).returncode == 0
    assert (requests(store) | DECIDED, accepted(store)) == (requests(store), 1)
    assert run("registry", "undo", "2", "--store", store.path).returncode == 0
    assert requests(store)[SCAN] == set()
    assert run("check", "--store", store.path).returncode == 0


def commands(page):
    return [shlex.split(html.unescape(each)) for each in re.findall(r"<code>jixiao (registry .*?)</code>", page)]


def test_lines_are_settled_by_the_commands_of_its_pages(store, serve, run):
    def given(words, value):
        return [*(str(store.path) if word == "$STORE" else word for word in words[:-1]), value]

    for number in ("2", "3"):
        assert run("registry", "undo", number, "--store", store.path).returncode == 0
    now = store.present()
    with serve(store) as client:
        sources = sorted(now.live_sources, key=lambda each: each.file_name)[:2]
        for source, kinds in zip(sources, KINDS, strict=True):
            asked = commands(client.get(f"/source/{source.sha16}", headers=HTML).text)
            assert [each[1] for each in asked] == kinds
            for words in asked:
                refused = run(*given(words, "约十二万�"))
                assert (refused.returncode, "the character that stands for" in refused.stderr) == (2, True)
                ended(0, run(*given(words, "120000" if words[1] == "correct" else "120000元")))
    assert requests(store) == DECIDED | {TEXT: {"120000"}}
    with serve(store) as client:
        pages = [client.get(f"/source/{source.sha16}", headers=HTML).text for source in now.live_sources]
    assert [commands(page) for page in pages] == [[], [], []]


@pytest.mark.judge
def test_what_is_open_in_its_refused_scan_is_explained(store, run, tmp_path):
    [refusal] = store.refusals()
    (tmp_path / "c.png").write_bytes((store.path / "refused" / f"{refusal.sha256}.original").read_bytes())
    explained = ("explain", tmp_path / "c.png")
    said = run(*explained, "--store", store.path).stdout
    [first, *_] = re.findall(r"^ +jixiao (registry .*)$", said, re.MULTILINE)
    words = ["transcribe", "--store", str(store.path), "--reason", "对照原件 compared with the original", "--"]
    assert shlex.split(first)[1:] == [*words, refusal.sha256[:16], "1", "144,130,184,140", "古藉影印"]
    assert first in html.unescape(run(*explained, "--store", store.path, "--format", "html").stdout)
    told = json.loads(run(*explained, "--store", store.path, "--format", "json").stdout)
    assert [f"jixiao {first}"] in [line.get("commands") for line in told["lines"]]
    assert "jixiao registry" not in run(*explained).stdout
    assert run("registry", "transcribe", *shlex.split(first)[2:-1], REFUSED).returncode == 0
    assert store.refusals() == ()
