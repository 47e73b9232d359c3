"""Words that people read for values: for codes, headings of sections, entries of lists and names of filings."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual


def worded(path: Path) -> dict[str, dict[str, Bilingual]]:
    """Return the words of a TOML file by table and code: for each code the Chinese and the English word."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: {code: Bilingual(*words) for code, words in table.items()} for name, table in tables.items()}


WORDS: Mapping[str, Mapping[str, Bilingual]] = worded(Path(__file__).with_suffix(".toml"))
"""Words for codes, by type of column and code: programs get the code, people the word."""

_LISTED = re.compile(r"^(?:[*＊]+|[(（]?\d+\s*[.．、)）-])\s*(?=[^\d\s])")


def section_heading(text: str) -> Bilingual | None:
    """Return the words for the section of a form whose heading occurs in `text`, None without a known heading."""
    return next((words for word, words in WORDS["section"].items() if word in text), None)


def unlisted(text: str | None) -> str | None:
    """Return a text that begins like an entry of a list (3.其他专项类) without its number or asterisks."""
    return text and _LISTED.sub("", text, count=1)


def filing_name(iri: str, label: str) -> Bilingual:
    """Return the name of a filing: its label, which is Chinese, and in English its body with the year."""
    year = iri.rpartition("/")[2]
    zh, en = ("", "") if year == "0" else (f"（{year}）", f" ({year})")
    body = label.removesuffix("绩效目标申报").removesuffix("年度").removesuffix(year)
    return Bilingual(
        label or f"没有读到机构的申报{zh}", f"{body}{en}" if label else f"Filing of a body that was not read{en}"
    )
