"""Read older office formats (doc, xls, rtf, odt, ods), which LibreOffice first converts to docx or xlsx."""

from dataclasses import replace

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.converters import converted, is_locked, older_format
from jixiao.ingest.left_out import LeftOut
from jixiao.ingest.readers import docx, xlsx
from jixiao.ingest.rendition import Rendition

NAME = "office"


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
    return replace(rendition, media_type=older.media_type, left_out=(lost,))
