"""The optional package extra `jixiao[ocr]`: which files it may be needed for, and whether it is installed."""

from functools import cache
from importlib.util import find_spec

from jixiao.ingest.errors import UnreadableError

_MODULES = ("rapidocr", "onnxruntime", "cv2", "numpy")
PICTURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}
"""The media types of the pictures that are read, PNG, JPEG and TIFF, by their first bytes."""


@cache
def is_installed() -> bool:
    """Return whether the extra is installed, so that text in pictures can be recognised."""
    return all(find_spec(name) for name in _MODULES)


def may_hold_pictures(content: bytes) -> bool:
    """Return whether reading a file may need OCR: it is a PDF or picture, and the extra is installed."""
    is_pdf = b"%PDF-" in content[:1024]  # bytes that transport added may precede the header
    return (is_pdf or content.startswith(tuple(PICTURES))) and is_installed()


def missing() -> UnreadableError:
    """Return the error for a picture or scan that cannot be read since the extra is not installed."""
    return UnreadableError(
        "是图片或扫描件，须先识别文字（OCR）：请安装 pip install 'jixiao[ocr]'",
        "a picture or scan, whose text must be recognised (OCR) first: pip install 'jixiao[ocr]'",
    )
