"""The title page of a department's budget (部门预算) -> the body whose budget it is: 预算主管部门：…"""

import re

from jixiao.ingest.layouts.segments import Segment
from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place

_BODY = re.compile(
    r"\s*(?:预算主管部门|预算部门|编制部门|编制单位|部门名称|单位名称)\s*[:：]\s*(?P<body>\S.{2,60}?)\s*"
)


def body(segment: Segment) -> Printed | None:
    """The first body that a line of the segment names as the one whose budget this is; None where none does."""
    for row in segment.rows:
        for cell in row.filled:
            line, text = cell.parts[0]
            if len(cell.parts) == 1 and (found := _BODY.fullmatch(text)):
                return Printed(((Place(line, cell.column), found["body"]),))
    return None
