"""Addresses at which files were found: tables of them, sidecars, and the secrets that are left out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from jixiao.ingest import originals, origins
from jixiao.ontology.text.spreadsheets import TableError
from jixiao.store import Origin

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that writes a file below the test's folder and returns its path."""

    def written(name: str, content: str = "", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding, newline="")
        return path

    return written


@pytest.mark.parametrize(
    ("given", "published"),
    [
        ("http://甲县.example.cn/预算/a.pdf?id=3#page=2", "http://甲县.example.cn/预算/a.pdf?id=3#page=2"),
        ("https://me:pass@host.example:8443/a", "https://host.example:8443/a"),
        (" https://h.example/附件 1/a b.pdf?name=c d&token=x y ", "https://h.example/附件%201/a%20b.pdf?name=c%20d"),
        ("https://h.example/a?token=x&id=1&accessKey=y", "https://h.example/a?id=1"),
        ("https://h.example/a?id=1&sig=x;SESSION=z&b", "https://h.example/a?id=1&b"),
        ("https://h.example/a?X-Amz-Signature=x&password=p", "https://h.example/a"),
        ("https://h.example/a?%74oken=x&keyword=k&monkey=m", "https://h.example/a?keyword=k&monkey=m"),
        ("https://h.example/a;jsessionid=0A/b;v=1?key=x", "https://h.example/a/b;v=1"),
        ("https://h.example/a#access_token=x", "https://h.example/a"),
        ("https://h.example/a?u=https%3A%2F%2Fx.example%2F%3Ftoken%3Dx", "https://h.example/a"),
        ("https://h.example/a?u=https%3A%2F%2Fme%3Apw%40x.example&id=1", "https://h.example/a?id=1"),
    ],
)
def test_secrets_are_left_out(given: str, published: str) -> None:
    assert origins.address(given) == published


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.pdf",
        "ftp://h.example/a",
        "javascript:alert(1)",
        "http://",
        "http://h:x/",
        "http://h x/",
        "http://h/a\nb",
        "http://h/" + "a" * 2000,
    ],
)
def test_other_texts_are_no_addresses(text: str) -> None:
    with pytest.raises(ValueError, match="no http or https address"):
        origins.address(text)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        *[(private, False) for private in ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254")],
        *[(private, False) for private in ("3fff::1", "3fff:fff::1", "192.88.99.1", "192.88.99.255")],
        *[(public, True) for public in ("3fff:1000::1", "192.88.98.1")],
        *[(private, False) for private in ("100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::")],
        *[
            (private, False)
            for private in ("fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")
        ],
    ],
)
def test_private_addresses(address: str, public: bool) -> None:
    assert origins.is_public(address) == public


@pytest.mark.parametrize(
    "content",
    [
        "https://h.example/a\n",
        "\ufeff[InternetShortcut]\r\nURL=https://me:pw@h.example/a?token=x\r\n",
        "[Desktop Entry]\nType=Link\nName=表\nURL=https://h.example/a\n",
    ],
)
@pytest.mark.parametrize("name", ["a.txt.url", "a.url"])
def test_a_sidecar_is_no_file_to_read(write: Write, name: str, content: str) -> None:
    path, beside = write("a.txt"), write(name, content)
    assert originals.files([path.parent]) == (path,)
    assert origins.of_files([path], None) == {path: [Origin("https://h.example/a")]}
    beside.write_text("[InternetShortcut]\nURL=file:///etc/passwd", "utf-8")
    with pytest.raises(TableError, match=rf"{name}:2: .*file:///"):
        origins.of_files([path], None)


def test_a_sidecar_that_two_files_may_claim_belongs_to_neither(write: Write) -> None:
    files = [write("a.pdf"), write("a.txt")]
    short = write("a.url", "https://h.example/a")
    assert set(originals.files([short.parent])) == {*files, short}
    assert origins.of_files(files, None) == {}


def test_a_table_names_files_by_as_much_of_their_path_as_is_needed(write: Write) -> None:
    one, two, member = write("x/a.txt"), write("y/a.txt"), Path("z.zip/b.txt")
    write("elsewhere.txt")
    table = write(
        "origins.csv",
        "file,url,retrieved,publisher,linked_from\r\n"
        "x\\a.txt,https://h.example/1,2024-03-05T09:30:00Z, 某市 财政局 ,http://me@h.example/list\r\n"
        "y/a.txt,https://h.example/2,2024-03-05 09:30\r\n\r\n"
        "b.txt,https://h.example/3,,,\r\n"
        "elsewhere.txt,https://h.example/4\r\n",
        "gb18030",
    )
    assert origins.of_files([one, two, member], table) == {
        one: [Origin("https://h.example/1", "2024-03-05T09:30:00+00:00", "某市财政局", "http://h.example/list")],
        two: [Origin("https://h.example/2", "2024-03-05T09:30:00")],
        member: [Origin("https://h.example/3")],
    }


def test_every_wrong_row_is_told_with_its_line(write: Write) -> None:
    files = [write("x/a.txt"), write("y/a.txt"), write("b.txt")]
    rows = "a.txt,http://h/\nc.txt,http://h/\n,http://h/\nb.txt,ftp://h/\nb.txt,http://h/,2024-03-05\nb.txt,http://h/,12:99\n"
    table = write("origins.csv", f"file,url,retrieved\n{rows}")
    with pytest.raises(TableError) as told:
        origins.of_files(files, table)
    faults = dict(line.split(": ", 1) for line in str(told.value).splitlines())
    words = ("several files", "no file “c.txt”", "no file “”", "no http", "a date and a time, as 2024", "is no time")
    lines = [2, 3, 4, 5, 6, 7]
    assert all(word in faults[f"{table}:{line}"] for word, line in zip(words, lines, strict=True))
    assert len(faults) == len(lines)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("url\nhttp://h/\n", 1),
        ("", 1),
        ("file,url,publsher\nb.txt,http://h/,x\n", 1),
        ("file,url\nb.txt,http://h/?a,b\n", 2),
    ],
)
def test_a_table_in_another_form_is_refused(write: Write, content: str, line: int) -> None:
    table = write("origins.csv", content)
    with pytest.raises(TableError, match=f"origins.csv:{line}: "):
        origins.of_files([write("b.txt")], table)


def test_addresses_that_browsers_noted_are_taken_on_request(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are never private ones; a member of a zip has those of the zip."""
    noted = {
        "a.txt": b"https://me@h.example/a?token=x",
        "b.zip": b"https://h.example/b.zip",
        "c.txt": b"http://192.168.1.1/c",
        "d.txt": b"http://nas/d",
        "e.txt": b"http://nas.lan/e",
        "f.txt": b"file:///f",
        "g.txt": b"\xff",
        "h.txt": b"http://8.8.8.8/h",
    }

    def getxattr(path: Path, name: str) -> bytes:
        assert name == "user.xdg.origin.url"
        if path.name not in noted:
            raise OSError("no such attribute")
        return noted[path.name]

    monkeypatch.setattr(os, "getxattr", getxattr, raising=False)
    files = [write(name) for name in (*noted, "none.txt")]
    member = files[1] / "in.txt"
    files[1] = member
    assert origins.of_files(files, None) == {}
    assert origins.of_files(files, None, attributes=True) == {
        files[0]: [Origin("https://h.example/a")],
        member: [Origin("https://h.example/b.zip")],
        files[7]: [Origin("http://8.8.8.8/h")],
    }
