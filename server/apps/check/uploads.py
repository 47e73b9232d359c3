"""Read the file in a request: a field of a form (RFC 7578), or the complete body.

Nothing is written to disk. The file name that a client sends is only shown, and never used as a path.
"""

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from jixiao.server.errors import ParameterError, RequestTooLargeError
from jixiao.server.http.clients import read_body

_AROUND = 8 << 10  # bytes that a form may have besides its file
_MOST_PARTS = 10  # files in a form; also most other fields
_LONGEST_NAME = 200
_LONGEST_VALUE = 100
# Control characters, and characters that change the direction of text, so that a name could look like another.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Upload:
    """A file, and the name to show for it, "" if the client sent none."""

    name: str
    content: bytes


async def read_upload(request: Request, most: int, seconds: float) -> tuple[Upload, Mapping[str, str]]:
    """Return the file of a request (`most` bytes at most, within `seconds`), and the other fields of its form.

    Raises RequestTooLargeError, SlowRequestError, ClientGoneError and ParameterError.
    """
    too_large = RequestTooLargeError(f"文件超过 {most:,} 字节。", f"The file is larger than {most:,} bytes.")
    content_type = request.headers.get("content-type", "")
    is_form = parse_options_header(content_type)[0] == b"multipart/form-data"
    bound = most + _AROUND if is_form else most
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > bound:
        raise too_large
    body = await read_body(request.receive, bound, seconds, too_large)
    upload, fields = await _of_form(body, content_type) if is_form else (Upload("", body), {})
    if len(upload.content) > most:
        raise too_large
    if not upload.content:
        raise ParameterError("没有文件，或者文件是空的，请选一个。", "There is no file, or it is empty; choose one.")
    return upload, fields


def shown_name(given: str) -> str:
    r"""Return a file name to show: without folders, with � for unprintable characters, a long one shortened.

    >>> shown_name("../../etc/passwd"), shown_name("C:\\forms\\2024.xlsx"), shown_name("a\x00b.txt")
    ('passwd', '2024.xlsx', 'a�b.txt')
    """
    name = _UNSHOWN.sub("\ufffd", given.replace("\\", "/").rstrip("/").rpartition("/")[2]).strip()
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"
    return "" if name in (".", "..") else name


class _FormParser(MultiPartParser):
    """starlette's parser of forms, changed to keep all files in memory and to notice a form that is cut off."""

    spool_max_size = 0  # bytes above which a file is moved to the disk; with 0 none is moved
    complete = False

    def on_end(self) -> None:
        self.complete = True


async def _of_form(body: bytes, content_type: str) -> tuple[Upload, dict[str, str]]:
    """Return the file and the fields of a form. Raises ParameterError."""

    async def pieces() -> AsyncGenerator[bytes, None]:
        yield body
        if not parser.complete:
            raise MultiPartException("The form is cut off.")

    # In Latin-1 every byte is a character, so that a file sent as an ordinary field (without a name) stays as it is.
    headers = Headers({"content-type": f"{content_type}; charset=latin-1"})
    parser = _FormParser(headers, pieces(), max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=len(body))
    try:
        form = await parser.parse()
    except MultiPartException:
        raise ParameterError("表单不完整，或写法有误。", "The form is incomplete or malformed.") from None
    upload, fields, chosen = Upload("", b""), {}, 0
    for name, value in form.multi_items():
        if isinstance(value, str):
            content, file_name = value.encode("latin-1"), ""
        else:
            content, file_name = await value.read(), shown_name(_utf8(value.filename or ""))
            await value.close()
        if _utf8(name) == "file":  # chosen, or pasted into a field of this name; browsers send an empty one too
            chosen += bool(content and not isinstance(value, str))
            upload = upload if upload.content else Upload(file_name, content)
        elif len(content) <= _LONGEST_VALUE:
            fields[_utf8(name)] = content.decode("utf-8", "replace")
    if chosen > 1:
        raise ParameterError(
            "一次检查一份文件；要检查几份，请压缩成一个 zip。",
            "One file is checked at a time; to check several, send them as one zip.",
        )
    return upload, fields


def _utf8(latin: str) -> str:
    """Return the text whose UTF-8 bytes were decoded as Latin-1 into `latin`."""
    return latin.encode("latin-1").decode("utf-8", "replace")
