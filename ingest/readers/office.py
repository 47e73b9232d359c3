"""Read older office formats, which LibreOffice, if it is installed, converts to docx or xlsx.

They are doc and xls, which programs of WPS write as wps and et, too, rtf, odt, ods, and the XML of Word and Excel 2003.

LibreOffice runs with a temporary profile, without macros, links or network, and with bounds on time and memory; when it
is stopped, its child processes are stopped too. No other reader starts a program. Formulas and fields that show the
path of a file show its name alone.
"""

import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.readers import docx, xlsx
from jixiao.ingest.rendition import LeftOut, Rendition
from jixiao.ontology.processes.child import run
from jixiao.ontology.processes.limits import Limits
from jixiao.ontology.steps import Step, reached

Target = Literal["docx", "xlsx"]
SECONDS = 60  # the longest that one conversion may take
# A shell cannot take the network away; the settings below name a proxy that is not there.
LIMITS = Limits(memory=2_700_000 << 10, processor=SECONDS, file=200_000 << 10, disk=500_000 << 10, network=True)
SIGNS = re.compile(rb"\A(?:\{\\rtf|\xd0\xcf\x11\xe0)|mimetypeapplication/vnd\.oasis|<\?mso-application")
# The first bytes of a compound file, which is the container of doc and xls, and of files locked with a password.
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NEAR = 1_024  # bytes from the start within which XML names its program
_PROGRAM = re.compile(rb"""<\?mso-application\s+progid\s*=\s*["'](Word\.Document|Excel\.Sheet)["']""")
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_PROGRAMS = {"docx": "LibreOffice Writer", "xlsx": "LibreOffice Calc"}
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "CheckDocumentEvents", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),  # 0: never update links
    ("Office.Calc/Content/Update", "Link", "1"),  # 1: never update links (numbered otherwise than in Writer)
    # No proxy listens at this address, so any network request that a file causes fails.
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
# The settings as XML, the content of registrymodifications.xcu in LibreOffice's profile.
_ITEM = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_PROFILE = (
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    f"{''.join(_ITEM.format(*setting) for setting in _SETTINGS)}</oor:items>"
)


def accepts(content: bytes) -> bool:
    """Return whether the content is in an older format, or is an office file locked with a password."""
    return older_format(content) is not None or is_locked(content)


def read(content: bytes) -> Rendition:
    """Return the converted file's rendition with the media type of the original. Raises UnreadableError."""
    older = older_format(content)
    if is_locked(content) or older is None:
        raise UnreadableError("文件有密码", "the file is locked with a password")
    result = converted(content, older)
    rendition: Rendition = docx.read(result) if older.target == "docx" else xlsx.read(result)
    # A conversion may lose content without notice, so the original format as a whole is named as left out.
    lost = LeftOut("转换前的格式", "the format before conversion", 1, (older.media_type,))
    return replace(rendition, media_type=older.media_type, left_out=(lost, *rendition.left_out))


class Older(NamedTuple):
    """A format that is converted before it is read: usual file ending, media type, and format to convert to."""

    ending: str
    media_type: str
    target: Target


DOC = Older("doc", "application/msword", "docx")
XLS = Older("xls", "application/vnd.ms-excel", "xlsx")
RTF = Older("rtf", "application/rtf", "docx")
ODT = Older("odt", "application/vnd.oasis.opendocument.text", "docx")
ODS = Older("ods", "application/vnd.oasis.opendocument.spreadsheet", "xlsx")
WORD_XML = Older("xml", "application/msword+xml", "docx")
EXCEL_XML = Older("xml", "application/vnd.ms-excel+xml", "xlsx")


def older_format(content: bytes) -> Older | None:
    """Return the older format of a file's content, or None if the content needs no conversion. Never raises."""
    if content.startswith(b"{\\rtf"):
        return RTF
    if content.startswith(_OLE):
        return _in_compound_file(content)
    near = content[:_NEAR].replace(b"\0", b"")
    if (program := _PROGRAM.search(near)) and not re.search(rb"<!(?:DOCTYPE|ENTITY)", content.replace(b"\0", b"")):
        return WORD_XML if program[1] == b"Word.Document" else EXCEL_XML
    # The first file in an OpenDocument zip holds the media type, uncompressed (OpenDocument 1.3, part 2, 3.3).
    return next(
        (found for found in (ODT, ODS) if content.startswith(b"mimetype" + found.media_type.encode(), 30)), None
    )


def _in_compound_file(content: bytes) -> Older | None:
    """Return the older format of a compound file, doc or xls; None for any other compound file.

    The first name of a stream in the file decides, since later names may be of embedded files.
    """
    names = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS}
    found = {content.find(name.encode("utf-16-le") + b"\0\0"): older for name, older in names.items()}
    found.pop(-1, None)
    return found[min(found)] if found else None


def is_locked(content: bytes) -> bool:
    """Return whether the content is a docx or xlsx encrypted with a password ([MS-OFFCRYPTO] 2.3.4.4)."""
    return content.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in content


def converted(content: bytes, older: Older, seconds: float = SECONDS) -> bytes:
    """Return the content converted to the format's target, docx or xlsx.

    Raises UnreadableError if LibreOffice is not installed, cannot open the content, or takes longer than `seconds`.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise UnreadableError(
            f"读取 {older.ending} 需要安装 LibreOffice（soffice）；或另存为 {older.target} 后再读",
            f"reading {older.ending} takes LibreOffice (soffice), which is not installed; or save it as {older.target}",
        )
    if older in (ODT, ODS):
        archives.unpacked(content)  # raises if the archive exceeds the bounds
    with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        source = room / f"filing.{older.ending}"
        source.write_bytes(content)
        (room / "profile" / "user").mkdir(parents=True)
        (room / "profile" / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        command = [
            *(program, "--headless", "--norestore", "--nolockcheck", "--nodefault"),
            f"-env:UserInstallation={(room / 'profile').as_uri()}",
            *("--convert-to", _FILTERS[older.target], "--outdir", str(room / "out"), str(source)),
        ]
        reached(Step.CONVERTING)
        try:
            run(command, room, LIMITS, seconds)
        except TimeoutError as error:
            raise UnreadableError(
                f"LibreOffice 转换超过 {seconds:g} 秒，已停止",
                f"LibreOffice took more than {seconds:g} s and was stopped",
            ) from error
        result = room / "out" / f"filing.{older.target}"
        if not result.is_file():
            raise UnreadableError(
                f"LibreOffice 打不开这个 {older.ending} 文件（已损坏、有密码，或未装 {_PROGRAMS[older.target]}）",
                f"LibreOffice cannot open this {older.ending} file: it is broken or locked with a password, or "
                f"{_PROGRAMS[older.target]} is not installed",
            )
        return _without_folder(result.read_bytes(), room)


def _without_folder(content: bytes, room: Path) -> bytes:
    """Return a docx or xlsx with the paths of the folder in which it was converted removed. Raises UnreadableError."""
    address, path = (f"{place}/".encode() for place in (room.as_uri(), room))
    plain = {name: part.replace(address, b"").replace(path, b"") for name, part in archives.unpacked(content).items()}
    return archives.packed(plain)
