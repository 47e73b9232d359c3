"""The extra that recognises text in pictures, which is installed where scans are to be read."""

from functools import cache
from importlib.util import find_spec

from jixiao.ingest.errors import UnreadableError

_MODULES = ("rapidocr", "onnxruntime", "cv2", "numpy")
_PICTURED = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")


@cache
def is_installed() -> bool:
    """Return whether the text of pictures can be recognised here."""
    return all(find_spec(name) for name in _MODULES)


def may_hold_pictures(content: bytes) -> bool:
    """Return whether recognising the text of a file may take long: of a PDF or picture, where this can be done."""
    return content.startswith(_PICTURED) and is_installed()


def missing() -> UnreadableError:
    """Return the refusal of a picture where the extra is not installed."""
    return UnreadableError(
        "是图片或扫描件，须先识别文字（OCR）：请安装 pip install 'jixiao[ocr]'",
        "a picture or scan, whose text must be recognised (OCR) first: pip install 'jixiao[ocr]'",
    )
