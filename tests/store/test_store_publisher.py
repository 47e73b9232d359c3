"""The publisher's file: defaults without it, its values, and its faults, named by file, line and key."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from jixiao.store import Publisher, PublisherError, Store
from jixiao.store.description.publisher import read

EXAMPLE = Path(__file__).parents[2] / "deploy" / "dataset.toml"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "dataset.toml"


def keys(model, before=()):
    """Every key that a file may have, tables by their keys."""
    for name, field in model.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and hasattr(part, "model_fields"):
            yield from keys(part, (*before, name))
        else:
            yield ".".join((*before, name))


def test_the_example_has_every_key_with_its_default(path):
    assert read(EXAMPLE) == Publisher()
    whole = re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(whole, "utf-8")
    said = read(path)

    def given(part, before=()):
        for name in type(part).model_fields.keys() & part.model_fields_set:
            value = getattr(part, name)
            yield from given(value, (*before, name)) if isinstance(value, BaseModel) else [".".join((*before, name))]

    assert (sorted(given(said)), said.contact.mail) == (sorted(keys(Publisher)), "data@example.org")
    assert str(said.issued) == "2024-01-15"


BROKEN = {
    "titel = 1": (1, "titel", "没有这一项"),
    "[title]\nzh = '数据'": (1, "title.en", "缺少"),
    "[title]\nzh = '数据'\n\nen = ' '": (4, "title.en", "不能为空"),
    "title = '数据'": (1, "title", "要写成一节"),
    "\nlicense = 'CC-BY'": (2, "license", "http"),
    "license = 'https://user name/'": (1, "license", "http"),
    "license = 'file:///etc/passwd'": (1, "license", "http"),
    "license = 'https:///x'": (1, "license", "http"),
    'license = "https://e.org/<x>"': (1, "license", "http"),
    "[contact]\nmail = 'nobody'": (2, "contact.mail", "mail address"),
    "[contact]\n[publisher]\nmail = 'a@b.org?cc=c@d.org'": (3, "publisher.mail", "mail address"),
    "publisher.mail = 'x'": (1, "publisher.mail", "mail address"),
    "issued = 2024": (1, "issued", "日期"),
    "issued = '2024-02-30'": (1, "issued", "日期"),
    "issued = 2024-01-01T00:00:00Z": (1, "issued", "日期"),
    "issued = 2024-02-01\nmodified = 2024-01-01": (None, "—", "早于"),
    "[temporal]\nstart = 2024-02-01\nend = 2024-01-01": (1, "temporal", "早于"),
    "themes = 'GOVE'": (1, "themes", "列表"),
    "dumps_kept = -1": (1, "dumps_kept", "0"),
    "dumps_kept = true": (1, "dumps_kept", "整数"),
    "dumps_kept = '3'": (1, "dumps_kept", "整数"),
    '[title]\nzh = "a\\u0000"\nen = "b"': (2, "title.zh", "控制字符"),
}


@pytest.mark.parametrize(("text", "where"), BROKEN.items(), ids=lambda each: each if isinstance(each, str) else "")
def test_what_is_wrong_is_named(path, text, where):
    path.write_text(text, "utf-8")
    line, key, words = where
    with pytest.raises(PublisherError) as caught:
        read(path)
    message = str(caught.value)
    assert f"{path}:{line} " in message if line else f"{path} " in message
    assert f"{key}: " in message
    assert words in message
    assert re.search("[a-z]{2} ", message.partition(f"{key}: ")[2]), "also in English"


def test_every_fault_is_named_at_once(path):
    path.write_text("license = 'x'\ndumps_kept = -1\n", "utf-8")
    with pytest.raises(PublisherError, match=r"(?s)license.*dumps_kept"):
        read(path)


@pytest.mark.parametrize("content", [b"[title", "标题 = ".encode(), b"\xff\xfe"])
def test_what_is_no_toml_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(PublisherError, match=r"dataset\.toml"):
        read(path)


def write(path, text):
    """As an editor does it: another file in its place."""
    path.with_suffix(".new").write_text(text, "utf-8")
    path.with_suffix(".new").replace(path)


def test_a_change_is_seen_and_a_broken_file_changes_nothing(store, caplog):
    path = store.path / "dataset.toml"
    assert store.publisher() == Publisher()
    write(path, "dumps_kept = 3\n")
    assert store.publisher().dumps_kept == 3
    assert store.publisher() is store.publisher()
    write(path, "dumps_kept = 'three'\n")
    assert store.publisher().dumps_kept == 3
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "dumps_kept" in caplog.text
    store.publisher()
    assert len(caplog.records) == 1, "said once"
    with pytest.raises(PublisherError):
        store.check_publisher()
    write(path, "dumps_kept = 4\n")
    assert store.publisher().dumps_kept == 4
    path.unlink()
    assert store.publisher() == Publisher()
    store.check_publisher()


def test_a_store_that_is_opened_on_a_broken_file_has_the_defaults(store):
    write(store.path / "dataset.toml", "license = 1\n")
    assert Store.open(store.path).publisher() == Publisher()
