"""Older formats (doc, xls, rtf, odt, ods): what LibreOffice makes of them, read by the reader of what it makes."""

from dataclasses import replace

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.converters import converted, is_locked, older_format
from jixiao.ingest.readers import docx, xlsx
from jixiao.ingest.rendition import Rendition

NAME = "office"


def accepts(content: bytes) -> bool:
    """Whether the content is of a format that is converted, or an office file behind a password."""
    return older_format(content) is not None or is_locked(content)


def read(content: bytes) -> Rendition:
    """The rendition of the converted file, under the media type of the file itself. Raises UnreadableError."""
    older = older_format(content)
    if is_locked(content) or older is None:
        raise UnreadableError("文件有密码", "the file is locked with a password")
    result = converted(content, older)
    rendition: Rendition = docx.read(result) if older.target == "docx" else xlsx.read(result)
    return replace(rendition, media_type=older.media_type)
