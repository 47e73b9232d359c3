"""Describe views as JSON: titles and questions, parameters with their kinds, columns with their types."""

from __future__ import annotations

from typing import Any

from jixiao.server.views.view_files import View


def entry(view: View) -> dict[str, Any]:
    """Describe a view; words are objects with `zh` and `en`."""
    return {
        "name": view.name,
        "title": {"zh": view.title_zh, "en": view.title_en},
        "question": {"zh": view.question.zh, "en": view.question.en},
        "description": {"zh": view.description_zh, "en": view.description_en},
        "params": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "required": parameter.required,
                "label": {"zh": parameter.label_zh, "en": parameter.label_en},
                "example": parameter.example,
            }
            for parameter in view.params
        ],
        "columns": [{"name": c.name, "label": dict(c.label), "type": c.type} for c in view.columns],
    }
