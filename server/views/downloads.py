"""Return an answer as JSON, or as a file: CSV or xlsx, with a name that says what is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.http import language
from jixiao.server.http.negotiation import CSV, JSON, Form
from jixiao.server.http.requests import once
from jixiao.server.http.signposting import Link, header
from jixiao.server.views.answers import Answer
from jixiao.server.views.tables import Language, to_csv


@dataclass(frozen=True)
class Style:
    """The style of a table: with a byte-order mark or not, and the language of its headings, None for programs."""

    byte_order_mark: bool = False
    headings: Language | None = None

    @staticmethod
    def of(how: Mapping[str, str | Sequence[str]]) -> Style:
        """Read the style from the parameters of a request. Raises ParameterError."""
        typed = once(how, "headings")
        headings: dict[str, Language] = {"zh": "zh", "en": "en"}
        if typed and typed not in headings:
            raise ParameterError(
                f"参数 headings 应为 zh 或 en；收到的是“{typed}”。",
                f'Parameter headings takes zh or en; it was "{typed}".',
            )
        return Style(once(how, "bom") == "1", headings.get(typed))


@dataclass(frozen=True)
class Subject:
    """A downloaded answer's file name without the suffix, its question, and its address."""

    name: str
    question: Bilingual
    address: str


def download(
    answer: Answer, form: Form, subject: Subject, style: Style = Style(), links: Sequence[Link] = ()
) -> Response:
    """Return an answer as JSON, CSV or xlsx; `links` are added to the answer's own."""
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **header((*answer.links, *links))}
    if form == JSON:
        return Response(answer.to_json(), headers=headers)
    headers["Content-Disposition"] = attachment(f"{subject.name}.{form.name}")
    if form == CSV:
        content: str | bytes = to_csv(answer, byte_order_mark=style.byte_order_mark, headings=style.headings)
    else:
        headers["Vary"] = language.wish().vary
        own: Language = "en" if language.wish().language == "en" else "zh"
        from jixiao.server.views.workbook import to_xlsx  # noqa: PLC0415 - openpyxl is slow to import

        content = to_xlsx(answer, style.headings or own, subject.question, subject.address)
    return Response(content, headers=headers)


def attachment(name: str) -> str:
    """Return the value of Content-Disposition for a file (RFC 6266), with a name in ASCII for old clients."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
