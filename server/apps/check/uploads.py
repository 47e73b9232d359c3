"""Read the file that a request sends: as a field of a form (RFC 7578), or as the whole body.

Nothing is written to disk. The name that a client gives is for showing only, and never becomes a path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from jixiao.server.errors import ParameterError, RequestTooLargeError
from jixiao.server.http.bodies import read_body

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_FORM = "multipart/form-data"
_FIELD = "file"
_AROUND = 8 << 10  # bytes that a form may have besides its file
_MOST_PARTS = 10
_LONGEST_NAME = 200
_LONGEST_VALUE = 100
# Controls, and the characters that turn the direction of the text around them.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True)
class Upload:
    """A file and the name to show for it; empty if the client gave none."""

    name: str
    content: bytes


async def read_upload(request: Request, most: int, seconds: float) -> tuple[Upload, Mapping[str, str]]:
    """Return the file of a request, and the other fields of its form.

    Raises RequestTooLargeError, SlowRequestError, ClientGoneError and ParameterError.
    """

    def too_large() -> RequestTooLargeError:
        return RequestTooLargeError(f"文件超过 {most:,} 字节。", f"The file is larger than {most:,} bytes.")

    kind, options = parse_options_header(request.headers.get("content-type"))
    is_form = kind == _FORM.encode()
    bound = most + _AROUND if is_form else most
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > bound:
        raise too_large()
    body = await read_body(request.receive, bound, seconds, too_large)
    if is_form:
        upload, fields = _of_form(body, options.get(b"boundary", b""))
    else:
        upload, fields = Upload("", body), {}
    if len(upload.content) > most:
        raise too_large()
    if not upload.content:
        raise ParameterError("没有文件，或者文件是空的，请选一个。", "There is no file, or it is empty; choose one.")
    return upload, fields


def shown_name(given: str) -> str:
    r"""Return the last part of a name, fit to be shown, and shortened if it is long; empty if nothing is left.

    >>> shown_name("../../etc/passwd"), shown_name("C:\\forms\\2024.xlsx"), shown_name("a\x00b.txt")
    ('passwd', '2024.xlsx', 'a�b.txt')
    """
    last = given.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _UNSHOWN.sub("\ufffd", last).strip()
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME // 2]}…{name[-_LONGEST_NAME // 2 :]}"
    return "" if name in (".", "..") else name


def _of_form(body: bytes, boundary: bytes) -> tuple[Upload, dict[str, str]]:
    """Return the file and the fields of a form. Raises ParameterError."""
    parts = _Parts()
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        parts.whole = False
    if not parts.whole:
        raise ParameterError("表单不完整，或写法有误。", "The form is incomplete or malformed.")
    upload, fields = Upload("", b""), {}
    for head, content in parts.found:
        _, said = parse_options_header(head.get(b"content-disposition", b""))
        name = said.get(b"name", b"").decode("utf-8", "replace")
        if name == _FIELD:
            upload = Upload(shown_name(said.get(b"filename", b"").decode("utf-8", "replace")), bytes(content))
        elif len(content) <= _LONGEST_VALUE:
            fields[name] = content.decode("utf-8", "replace")
    return upload, fields


class _Parts:
    """Collector of a form's parts for the parser: headers by lower-case name, and content, of each part."""

    def __init__(self) -> None:
        self.found: list[tuple[dict[bytes, bytes], bytearray]] = []
        self.whole = False
        self._name = b""
        self._value = b""

    def callbacks(self) -> MultipartCallbacks:
        """Return the functions that the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.found) == _MOST_PARTS:
            raise FormParserError
        self.found.append(({}, bytearray()))

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self.found[-1][0][self._name.lower()] = self._value
        self._name = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.found[-1][1].extend(memoryview(data)[start:end])

    def _end(self) -> None:
        self.whole = True
