"""Versions as a user meets them: listed, exported and compared; what is wrong with a publisher's file."""

import hashlib
import io
import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ontology import terms
from jixiao.store import Store, VersionMissingError
from jixiao.store.export import export
from tests.support.pages import absent, ended
from tests.support.writing import dump

READ = Path(__file__).parents[1] / "ingest"
FILING, OTHER = READ / "whole-filing.txt", READ / "cases" / "notice-above-the-only-form" / "filing.txt"
CHANGED = (
    (terms.annualRequest, "120000", "130000"),
    (terms.printedNumber, "沪府发〔2020〕6号", "沪府发〔2020〕7号"),
    (terms.targetText, "=4次", "=5次"),
)


@pytest.fixture(scope="module")
def store(run, tmp_path_factory):
    """Two filings, then one of them corrected: another amount, document number and target."""
    folder = tmp_path_factory.mktemp("versions")
    store = folder / "store"
    run("ingest", FILING, OTHER, "--store", store)
    dump(Store.open(store))
    text = FILING.read_text(encoding="utf-8")
    for _, old, new in CHANGED:
        text = text.replace(old, new)
    corrected = folder / FILING.name
    corrected.write_text(text, encoding="utf-8")
    ended(0, run("ingest", corrected, "--store", store))
    dump(Store.open(store))
    return store


def test_a_comparison_lists_old_and_new_values(run, store):
    done = run("diff", "--store", store, store / "generations" / "000001" / "dump.nq.gz", "current")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    one, two = (set(record.lines()) for record in reversed(Store.open(store).versions()))
    assert {line[2:].encode() + b"\n" for line in lines} == one ^ two
    for name, old, new in CHANGED:
        said = [line for line in lines if "/id/project/" in line and f" <{name}> " in line]
        assert {line[0] for line in said if f'"{old}"' in line} == {"-"}
        assert {line[0] for line in said if f'"{new}"' in line} == {"+"}


def test_what_cannot_be_compared_is_named(run, store, tmp_path):
    assert ended(2, run("diff", "1", "7", "--store", store), "000002, 000001").stdout == ""
    assert run("diff", "1", "2").returncode == 2
    (tmp_path / "letter.nq.gz").write_bytes(b"Dear Sir")
    ended(2, run("diff", tmp_path / "letter.nq.gz", "1", "--store", store), "letter.nq.gz")


def test_an_earlier_version_is_exported(run, store):
    record = Store.open(store).find("1")
    lines = run("export", "--store", store, "--version", "1").stdout.encode()
    turtle, trig = io.BytesIO(), io.BytesIO()
    export(Store.open(store), "ttl", turtle, "1")
    export(Store.open(store), "trig", trig, "1")
    assert [hashlib.sha256(each).hexdigest() for each in (lines, turtle.getvalue())] == [
        each.content_sha256 for each in record.dumps
    ]
    assert set(parse(trig.getvalue(), RdfFormat.TRIG)) == set(parse(lines, RdfFormat.N_QUADS))
    with pytest.raises(VersionMissingError, match="000001"):
        export(Store.open(store), "nq", io.BytesIO(), "9")


def test_profiles_are_exported_as_turtle(run, store):
    aligned = run("export", "--store", store, "--profile", "aligned", "--version", "1")
    flat = run("export", "--store", store, "--format", "ttl", "--version", "1")
    stated, all_stated = (set(parse(done.stdout.encode(), RdfFormat.TURTLE)) for done in (flat, aligned))
    assert stated < all_stated
    assert "a qb:Observation" in run("export", "--store", store, "--profile", "cube").stdout


def test_versions_are_listed_newest_first(run, store):
    rows = run("versions", "--store", store).stdout.splitlines()[2:]
    assert [row.split()[0] for row in rows] == ["000002", "000001"]
    listed = json.loads(run("versions", "--store", store, "--format", "json").stdout)
    for each, record in zip(listed, Store.open(store).versions(), strict=True):
        assert each["checksum"] == record.manifest.checksum
        assert each["checksum"] in "".join(rows)
        assert [dump["sha256"] for dump in each["dumps"]] == [dump.sha256 for dump in record.dumps]


def test_a_lost_dump_is_named_unless_both_were_removed_from_an_old_version(run, store, tmp_path):
    store = Path(shutil.copytree(store, tmp_path / "store"))
    made = ended(0, run("dumps", "--store", store, "--version", "1"))
    assert [row.split()[0] for row in made.stdout.splitlines()[2:]] == ["dump.nq.gz", "dump.ttl.gz"]
    lost = store / "generations" / "000001" / "dump.nq.gz"
    lost.unlink()
    assert absent(run("versions", "--store", store).stderr, str(lost), "jixiao dumps --version 1") == []
    lost.with_name("dump.ttl.gz").unlink()
    assert run("versions", "--store", store).stderr == ""


def test_a_version_is_released_and_its_checksum_computed_again(run, store, tmp_path):
    store = Path(shutil.copytree(store, tmp_path / "store"))
    record = Store.open(store).find("1")
    computed = run("checksum", store / "generations" / "000001" / "dump.nq.gz")
    assert computed.stdout == f"{record.manifest.checksum}\n"
    assert run("checksum", FILING).returncode == 2

    assert run("release", "--store", store, "--version", "1", "--name", " ").returncode == 2
    assert (
        ended(0, run("release", "--store", store, "--version", "1", "--name", "第一次"), "000001，第一次").stdout == ""
    )
    rules = run("shapes", "--bundle", "integrity").stdout
    released = store / "generations" / "000001" / "shapes-integrity.ttl"
    assert released.read_text(encoding="utf-8") == rules
    assert rules.startswith("@prefix")
    [_, first] = json.loads(run("versions", "--store", store, "--format", "json").stdout)
    assert first["release"]["name"] == "第一次"
    assert "第一次" in run("versions", "--store", store).stdout
    assert run("release", "--store", store, "--version", "1", "--undo").returncode == 0
    assert not released.exists()
    assert run("release", "--store", store, "--version", "1", "--undo").returncode == 2


def test_a_server_does_not_start_on_a_broken_publishers_file(run, store, tmp_path):
    store = Path(shutil.copytree(store, tmp_path / "store"))
    (store / "dataset.toml").write_text('[title]\nzh = "数据集"\nen = ""\n', encoding="utf-8")
    ended(2, run("serve", "--store", store, "--port", "0"), "dataset.toml:3", "title.en")


def test_a_sample_of_the_sources_is_checked(run, store):
    done = run("check", "--store", store, "--sample", "1")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1].endswith("sources 1 / 2")
