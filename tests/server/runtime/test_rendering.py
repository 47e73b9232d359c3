"""Templates are compiled once for both languages and all sites, and yet each page is in its own language and site."""

from contextvars import copy_context
from pathlib import Path

from jixiao.server.http import language
from jixiao.server.runtime.rendering import Pages


def test_filters_of_constants_follow_the_language_and_the_site(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{{ "year"|property }} {{ "http://a.example/id"|href }}', encoding="utf-8")

    def rendered(base: str, root: str, lang: str) -> str:
        language.begin({"method": "GET", "path": "/", "query_string": f"lang={lang}".encode(), "headers": []})
        return Pages(base, root, tmp_path).text("page.html")

    assert copy_context().run(rendered, "http://a.example/", "", "zh") == "年度 /id"
    assert copy_context().run(rendered, "http://a.example/", "/data", "en") == "year /data/id"
    assert copy_context().run(rendered, "http://b.example/", "", "en") == "year http://a.example/id"
