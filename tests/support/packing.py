"""Files as bytes in memory: zip archives, and documents as their libraries save them."""

import zipfile
from io import BytesIO
from typing import Any


def zipped(*files: tuple[str | zipfile.ZipInfo, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of files by name."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return stream.getvalue()


def saved(document: Any, *how: Any, **more: Any) -> bytes:
    """Return a document of python-docx or openpyxl, or an image of Pillow, as a file; `how` and `more` go to save()."""
    stream = BytesIO()
    document.save(stream, *how, **more)
    return stream.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip archive by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
