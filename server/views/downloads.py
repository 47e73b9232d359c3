"""Return an answer as JSON, or as a CSV or xlsx file that is named after the view and its parameters.

csv_text.py writes CSV, and workbook.py writes xlsx.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from jixiao.ontology.text import bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.http import language, negotiation, requests, signposting
from jixiao.server.views import csv_text
from jixiao.server.views.answers import Answer


@dataclass(frozen=True)
class Style:
    """Options of a downloaded table: a byte-order mark (CSV), and the language of headings, None for column names."""

    byte_order_mark: bool = False
    headings: str | None = None

    @staticmethod
    def of(how: Mapping[str, str | Sequence[str]]) -> "Style":
        """Return the style that the parameters `headings` (zh or en) and `bom` (1) ask for. Raises ParameterError."""
        typed = requests.once(how, "headings")
        if typed not in ("", *language.LANGUAGES):
            raise ParameterError(
                f"参数 headings 应为 zh 或 en；收到的是“{typed}”。",
                f'Parameter headings takes zh or en; it was "{typed}".',
            )
        return Style(requests.once(how, "bom") == "1", typed or None)


@dataclass(frozen=True)
class Subject:
    """File name without suffix, question and address of an answer to download."""

    name: str
    question: bilingual.Bilingual
    address: str


def download(
    answer: Answer,
    form: negotiation.Form,
    subject: Subject,
    style: Style = Style(),
    links: Sequence[signposting.Link] = (),
) -> Response:
    """Return an answer as JSON, CSV or xlsx; `links` are added to the answer's own."""
    headers = {"Content-Type": form.content_type, "Vary": "Accept", **signposting.header((*answer.links, *links))}
    if form == negotiation.JSON:
        return Response(answer.to_json(), headers=headers)
    headers["Content-Disposition"] = attachment(f"{subject.name}.{form.name}")
    if form == negotiation.CSV:
        content: str | bytes = csv_text.to_csv(answer, byte_order_mark=style.byte_order_mark, headings=style.headings)
        if style.headings:
            content = language.located(str(content))
    else:
        headers["Vary"] = language.wish().vary
        from jixiao.server.views.workbook import to_xlsx  # noqa: PLC0415 - openpyxl is slow to import

        content = to_xlsx(answer, style.headings or language.wish().language, subject.question, subject.address)
    return Response(content, headers=headers)


def attachment(name: str) -> str:
    """Return the value of Content-Disposition for a file (RFC 6266), with a name in ASCII for old clients."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def file_stem(answer: Answer, excluding: Collection[str] = ()) -> str:
    """Return a file name without suffix, made of view and parameters, such as projects-citing_松委发〔2009〕97号.

    If a parameter is the address of a thing, only the part of the address after the kind of thing is used. Before its
    value stands the name of a parameter that is `excluding`, or has an operator.
    """
    asked = [
        (f"{name}-" if name in excluding or "." in name else "", re.sub(r"^(https?://\S*)?/id/\w+/", "", text))
        for name, typed in answer.params.items()
        if name not in ("limit", "sort")
        for text in requests.several(typed)
    ]
    named = [
        said + re.sub(r"[\x00-\x1f\x7f\\/:*?\"<>|\s]+", "-", text)[:40].strip("-.") for said, text in asked if text
    ]
    return "_".join([answer.view, *(text for text in named[:4] if text)])
