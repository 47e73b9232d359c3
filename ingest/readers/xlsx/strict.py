"""Bring workbooks of the standard's strict form (ECMA-376 part 1) into its transitional form, which openpyxl reads."""

import re
from io import BytesIO
from zipfile import ZipFile

_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")  # the beginning of a namespace or kind of relation
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"


def transitional(parts: dict[str, bytes], content: bytes) -> tuple[dict[str, bytes], bytes]:
    """Return the parts of a workbook in the transitional form, and a zip of them; both unchanged if they are in it.

    `content` is the zip of the parts, which are given by name.
    """
    if not _STRICT.search(parts.get("xl/workbook.xml", b"")):
        return parts, content
    changed = {name: _STRICT.sub(_TRANSITIONAL, part) for name, part in parts.items()}
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name, part in changed.items():
            archive.writestr(name, part)
    return changed, stream.getvalue()
