"""Files of requests: names fit to be shown, forms whole and broken, and the settings that turn checking on."""

import asyncio
import fcntl
import os

import pytest
from fastapi import Request

from jixiao.server.apps.check import desk
from jixiao.server.apps.check.desk import Upload, read_upload, shown_name
from jixiao.server.errors import ParameterError, PoolBusyError, RequestTooLargeError, TooManyError
from jixiao.server.runtime import scratch
from jixiao.server.settings import Settings, read
from jixiao.store.maintenance.checking import SCRATCH

FORM = "multipart/form-data; boundary=xyz"


def part(name, value, more=""):
    return f'--xyz\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


def uploaded(body, kind=FORM, most=1000):
    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "headers": [(b"content-type", kind.encode())]}
    return asyncio.run(read_upload(Request(scope, receive), most, 5))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("申报表.docx", "申报表.docx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\forms\\2024.xlsx", "2024.xlsx"),
        ("a\0b\n.txt", "a\ufffdb\ufffd.txt"),
        ("\u202etxt.exe", "\ufffdtxt.exe"),
        ("<b>.txt", "<b>.txt"),
        ("..", ""),
        ("/", ""),
        ("x" * 999 + ".txt", "x" * 100 + "…" + "x" * 96 + ".txt"),
    ],
)
def test_a_name_is_its_last_part_and_fit_to_be_shown(given, shown):
    assert shown_name(given) == shown


NONE, PASTED = part("file", b"", '; filename=""'), part("file", "项目".encode())
CHOSEN, END = part("file", b"x", '; filename="a"'), b"--xyz--\r\n"
ODD = part("file", b"a\r\n--xy\r\nb", '; filename="../f.txt"')


@pytest.mark.parametrize(
    ("body", "kind", "file", "others"),
    [
        (ODD + part("format", b"csv") + END, FORM, Upload("f.txt", b"a\r\n--xy\r\nb"), {"format": "csv"}),
        (NONE + PASTED + END, FORM, Upload("", "项目".encode()), {}),
        (CHOSEN + PASTED + END, FORM, Upload("a", b"x"), {}),
        (CHOSEN + part("file", b"") + END, FORM, Upload("a", b"x"), {}),
        (b"text", "application/x-www-form-urlencoded", Upload("", b"text"), {}),
    ],
    ids=["a file", "pasted, none chosen", "chosen and pasted", "chosen, nothing pasted", "no form"],
)
def test_a_body_gives_its_file_and_other_fields(body, kind, file, others):
    assert uploaded(body, kind) == (file, others)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", FORM),
        (b"--xyz\r\nnonsense\r\n\r\n", FORM),
        (part("file", b"cut off"), FORM),
        (part("other", b"no file") + b"--xyz--\r\n", FORM),
        (part("file", b"", '; filename=""') + b"--xyz--\r\n", FORM),
        (part("file", b"x") * 50 + b"--xyz--\r\n", FORM),
        (part("file", b"x", '; filename="a"') + part("file", b"y", '; filename="b"') + b"--xyz--\r\n", FORM),
        (part("file", b"x", "".join(f"\r\nX-{n}: y" for n in range(500))) + b"--xyz--\r\n", FORM),
        (b"--xyz\r\nContent-Disposition: form-data; name=", FORM),
        (b"x", "multipart/form-data"),
        (b"", "text/plain"),
    ],
)
def test_a_form_without_a_file_or_a_broken_one_is_said_to_be_so(body, kind):
    with pytest.raises(ParameterError):
        uploaded(body, kind, 1 << 20)


def test_a_file_of_a_form_is_held_to_the_limit():
    with pytest.raises(RequestTooLargeError):
        uploaded(part("file", b"x" * 1001) + b"--xyz--\r\n")


@pytest.mark.parametrize(
    ("given", "checks"),
    [
        ({}, True),
        ({"host": "::1"}, True),
        ({"host": "localhost"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "example.org"}, False),
        ({"trusted_proxies": "10.0.0.1"}, False),
        ({"host": "0.0.0.0", "check": "on"}, True),
        ({"check": "off"}, False),
    ],
)
def test_files_are_checked_on_a_server_for_its_own_machine_or_where_it_is_set(given, checks):
    assert read(flags=given).offers_checks is checks


def test_places_are_few_in_all_and_for_each_client(tmp_path):
    own = desk.Desk(Settings(check_seats=1, check_waiting=2), tmp_path)
    with own.place("192.0.2.1"), own.place("192.0.2.1"):
        with pytest.raises(TooManyError), own.place("192.0.2.1"):
            pass
        with own.place("192.0.2.2"), pytest.raises(PoolBusyError), own.place("192.0.2.3"):
            pass
        with own.place("192.0.2.3"):
            pass
    with own.place("192.0.2.1"), own.place("2001:db8::1"), own.place("2001:db8::2"), pytest.raises(TooManyError):
        own.place("2001:db8::3").__enter__()


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path):
    left, held, other = (tmp_path / name for name in (f"{desk.PREFIX}left", f"{desk.PREFIX}held", "others"))
    of_store = tmp_path / f"{SCRATCH}a"  # in which a store is checked
    for folder in (left, held, other, of_store):
        (folder / "inside").mkdir(parents=True)
        (folder / "inside" / "file").write_text("x")
    (tmp_path / f"{desk.PREFIX}link").symlink_to(other)
    lock = os.open(held, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    scratch.sweep(tmp_path, desk.PREFIX)
    os.close(lock)
    kept = {held.name, f"{desk.PREFIX}link", other.name, of_store.name}
    assert {path.name for path in tmp_path.iterdir()} == kept
    assert (other / "inside" / "file").exists()


def test_a_desk_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with desk.opened(Settings()) as first, desk.opened(Settings()) as second:
        assert sorted(tmp_path.iterdir()) == sorted([first.folder, second.folder])
    assert list(tmp_path.iterdir()) == []
