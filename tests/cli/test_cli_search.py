"""`jixiao search` finds names, numbers and texts, and says where nothing was found."""

import json
import shutil

from jixiao.store.versions.version_record import unindex
from tests.support.pages import absent, ended


def test_a_search_says_what_it_found_and_where(run, examples):
    done = run("search", "--store", examples, "松委發(2009)97號", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert [(each["label"], each["projects"]) for each in answer["documents"]] == [("松委发〔2009〕97号", 3)]
    sections = next(group["hits"] for group in answer["groups"] if group["kind"] == "section")
    assert {hit["line"] for hit in sections} == {423, 550, 680}  # the very lines, below the headings

    done = run("search", "--store", examples, "培训", "--limit", "2")
    assert (absent(done.stdout, "业务培训"), absent(done.stderr, "共")) == ([], [])

    done = run("search", "--store", examples, "松委发〔2010〕97号")
    assert (done.stdout, absent(done.stderr, "没有找到", "松委发〔2009〕97号")) == ("", [])


def test_a_damaged_text_gives_no_less_exact_line(run, examples, tmp_path):
    """The graph knows the heading of a narrative, and only the rendition the line of the quoted words."""
    store = shutil.copytree(examples, tmp_path / "s")
    for path in (store / "renditions").iterdir():
        path.write_bytes(path.read_bytes().replace("松委发".encode(), "松委办".encode()))
    assert (
        ended(
            2, run("search", "--store", store, "松委發(2009)97號", "--format", "json"), "renditions/", "jixiao reread"
        ).stdout
        == ""
    )


def test_a_store_without_an_index_names_the_command_that_makes_it(run, examples, tmp_path):
    """As of a store that version 0.1.0 made."""
    store = shutil.copytree(examples, tmp_path / "s")
    unindex(store / "generations" / (store / "current").read_text("ascii").strip())
    assert ended(2, run("search", "--store", store, "培训"), "jixiao reread").stdout == ""
