"""Write the reading of a question and the view's answer as JSON, for HTTP and the command line (design, section 6)."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from jixiao.server.http import requests
from jixiao.server.views.answers import Answer
from jixiao.server.views.questions.asking import Reading
from jixiao.server.views.questions.fitting import Fit


def address(fit: Fit) -> str:
    """Return the address of the page of the view that answers a question."""
    return requests.address(f"/views/{fit.pattern.view.name}", fit.given)


def to_json(reading: Reading, answer: Answer | None) -> str:
    """Return one JSON object with the reading and the members of the view's answer; without an answer, no rows.

    `address` is that of the view's page; `others` are further readings, `suggestions` questions to ask instead.
    """
    about: dict[str, Any] = {
        "q": reading.q,
        "understood": reading.fit is not None,
        "reading": asdict(reading.sentence),
        "address": None if reading.fit is None else address(reading.fit),
        "others": [{"title": asdict(fit.pattern.view.title), **_meant(fit)} for fit in reading.others],
        "suggestions": [{"q": asdict(text), **_meant(fit)} for text, fit in reading.suggestions],
    }
    members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in about.items()]
    head = "{\n " + ",\n ".join(members) + ","
    if answer is None:
        return head + '\n "view": null,\n "params": {},\n "columns": [],\n "rows": []\n}\n'
    return head + answer.to_json().removeprefix("{")


def _meant(fit: Fit) -> Mapping[str, Any]:
    return {"view": fit.pattern.view.name, "params": fit.given, "address": address(fit)}
