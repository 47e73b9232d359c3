"""Older formats read as the newer ones that LibreOffice makes of them; strangers' files call nobody and end in time."""

import shutil
import socket
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import office, read, text
from jixiao.ingest.readers.office import DOC, ODS, ODT, RTF, XLS, Older, converted, older_format
from tests.support.clock import Clock
from tests.support.packing import zipped
from tests.support.writers import as_docx, as_plain_xlsx, facts, texts_of

BASE = "http://localhost:8000/"
EXAMPLE = Path(__file__).parents[1] / "whole-filing.txt"

with_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="LibreOffice (soffice) is not installed: apt install libreoffice-writer/-calc",
)


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Older], bytes]:
    """Writes one filing in an older format, by LibreOffice."""
    folder = tmp_path_factory.mktemp("older")
    rendition = text.read(EXAMPLE.read_bytes())
    (folder / "a.xlsx").write_bytes(as_plain_xlsx(rendition))
    (folder / "a.docx").write_bytes(as_docx(rendition))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"

    @cache
    def written(form: Older) -> bytes:
        source = "a.xlsx" if form in (XLS, ODS) else "a.docx"
        command = ["soffice", "--headless", profile, "--convert-to", form.ending, "--outdir", ".", source]
        subprocess.run(command, check=True, capture_output=True, timeout=120, cwd=folder)
        return (folder / f"a.{form.ending}").read_bytes()

    return written


@pytest.mark.debian
@with_libreoffice
@pytest.mark.parametrize(
    "form",
    [XLS, *(pytest.param(form, marks=pytest.mark.judge) for form in (DOC, ODS, RTF, ODT))],
    ids=lambda form: form.ending,
)
def test_older_format_gives_the_facts_of_the_text(older: Callable[[Older], bytes], form: Older) -> None:
    content = older(form)
    assert older_format(content) == form
    reading = read_document(content, "a", BASE)
    assert reading.deposit.media_type == form.media_type
    found, wanted = facts(reading), facts(read_document(EXAMPLE.read_bytes(), "a.txt", BASE))
    assert found == wanted, texts_of(found ^ wanted)


@pytest.mark.judge
@pytest.mark.debian
@with_libreoffice
def test_marks_of_runs_outlast_a_conversion() -> None:
    rendition = read(rb"{\rtf1\ansi {\strike 95%}98%{\super 1}{\v hidden}\par}")
    assert [line.text for line in rendition.lines] == ["98%¹"]
    assert [kind.en for kind in rendition.left_out] == [
        "the format before conversion", "struck-out texts", "texts that are not seen",
    ]  # fmt: skip


@pytest.mark.judge
@pytest.mark.debian
@with_libreoffice
@pytest.mark.parametrize(
    ("form", "kept", "more"),
    [
        (XLS, 700, "WordDocument".encode("utf-16-le") + b"\0\0"),
        pytest.param(DOC, 700, "WordDocument".encode("utf-16-le") + b"\0\0", marks=pytest.mark.judge),
        pytest.param(ODT, 3000, b"", marks=pytest.mark.judge),
    ],
)
def test_broken_file_is_refused(older: Callable[[Older], bytes], form: Older, kept: int, more: bytes) -> None:
    with pytest.raises(UnreadableError, match="broken"):
        read(older(form)[:kept] + more)


@pytest.mark.debian
@with_libreoffice
def test_what_takes_too_long_is_stopped_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # other tests convert at the same time
    clock = Clock()
    with pytest.raises(UnreadableError, match=r"took more than 0\.2 s"):
        converted(b"{\\rtf1 x}", RTF, seconds=0.2)
    assert clock.seconds() < 10
    while any(bytes(tmp_path) in path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()):
        assert clock.seconds() < 20  # a killed process is gone a moment later
        time.sleep(0.05)


@pytest.mark.debian
@pytest.mark.judge
@with_libreoffice
def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("top secret", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        picture = rich_text(f'INCLUDEPICTURE "{address}"')
        included = rich_text(f'INCLUDETEXT "{tmp_path / "secret.txt"}"')
        section = open_document(
            f'<text:section text:name="s"><text:section-source xlink:href="{address}"/></text:section>'
        )
        image = open_document(f'<text:p><draw:frame><draw:image xlink:href="{address}"/></draw:frame></text:p>')
        local = (tmp_path / "secret.txt").as_uri()
        stolen = open_document(
            f'<text:section text:name="s"><text:section-source xlink:href="{local}"/></text:section>'
        )
        for content in (picture, included, section, image, stolen):
            shown = " ".join(line.text for line in read(content).lines)
            assert "before" in shown
            assert "secret" not in shown
        with pytest.raises(TimeoutError):
            server.accept()


def rich_text(field: str) -> bytes:
    """A text document with a field behind a word."""
    return b"{\\rtf1 before {\\field{\\*\\fldinst " + field.encode() + b"}{\\fldrslt x}}}"


def open_document(body: str) -> bytes:
    """A text document with a paragraph before `body`."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in {"office": "office", "text": "text", "draw": "drawing", "manifest": "manifest"}.items()
    )
    content = (
        f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">'
        f"<office:body><office:text><text:p>before</text:p>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    manifest = (
        f'<manifest:manifest {spaces} manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT.media_type}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    files = (("mimetype", ODT.media_type), ("content.xml", content), ("META-INF/manifest.xml", manifest))
    return zipped(*files, method=zipfile.ZIP_STORED)


def test_without_libreoffice_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableError, match=r"需要安装 LibreOffice.*docx.*not installed"):
        read(b"{\\rtf1 x}")


def test_locked_file_is_refused_with_that_reason() -> None:
    locked = office._OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + b"\0\0"
    assert office.accepts(locked)
    with pytest.raises(UnreadableError, match="password"):
        office.read(locked)


def test_bomb_is_refused_before_it_is_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped((zipfile.ZipInfo("mimetype"), ODT.media_type), ("content.xml", b" " * 5_000_000))
    monkeypatch.setattr("shutil.which", lambda name: "/bin/false")
    with pytest.raises(UnreadableError, match="zip bomb"):
        read(bomb)


@pytest.mark.parametrize("content", [b"", b"{\\rt", b"PK\x03\x04", office._OLE, b"%PDF-1.4", "项目名称".encode()])
def test_other_content_is_not_converted(content: bytes) -> None:
    assert older_format(content) is None
    assert not office.accepts(content)


CONTENT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>{}</office:body>
</office:document-content>"""
SHEET = (
    '<office:spreadsheet><table:table table:name="S"><table:table-row>'
    '<table:table-cell table:formula="of:=CELL(&quot;filename&quot;)"/></table:table-row></table:table>'
    "</office:spreadsheet>"
)
FIELD = '<office:text><text:p>在 <text:file-name text:display="full"/></text:p></office:text>'
MANIFEST = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" m:version="1.2">'
    '<m:file-entry m:full-path="/" m:media-type="{}"/>'
    '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
)


@pytest.mark.judge
@pytest.mark.debian
@with_libreoffice
@pytest.mark.parametrize(
    ("form", "body"), [(ODS, SHEET), pytest.param(ODT, FIELD, marks=pytest.mark.judge)], ids=["ods", "odt"]
)
def test_formulas_and_fields_do_not_tell_where_the_file_lay(form: Older, body: str) -> None:
    parts = {"content.xml": CONTENT.format(body), "META-INF/manifest.xml": MANIFEST.format(form.media_type)}
    [line] = read(zipped(("mimetype", form.media_type), *parts.items(), method=zipfile.ZIP_STORED)).lines
    assert f"filing.{form.ending}" in line.text
    assert tempfile.gettempdir() not in line.text
