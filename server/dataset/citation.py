"""Cite the dataset, a version or a part of it: plain text, BibTeX and CSL-JSON 1.0.2.

Plain text is in Chinese (after GB/T 7714-2015, section 8.9: electronic resources) and in English.
"""

import json
import re
from dataclasses import dataclass

from jixiao.server.editions.credit import Credit
from jixiao.store.description.publisher import Words

_SPECIAL = re.compile(r"[&%$#_]")


@dataclass(frozen=True)
class Part:
    """A cited part of the dataset: a view's answer or one fact, with its `name` and its address `iri`.

    `place` gives a view's parameters or a fact's source file and line, None if there is neither.
    """

    name: Words
    iri: str
    place: Words | None = None


@dataclass(frozen=True)
class Citation:
    """A citation of a version of the dataset, or of a part of it."""

    credit: Credit
    part: Part | None = None

    @property
    def address(self) -> str:
        """The address of the cited part, otherwise of the version."""
        return self.part.iri if self.part else self.credit.iri

    @property
    def zh(self) -> str:
        """The citation in Chinese, on one line."""
        credit, day = self.credit, self.credit.made.date().isoformat()
        whole = f"{credit.title.zh}[DB/OL]. 版本 {credit.version}. ({day})"
        if self.part is None:
            return f"{credit.publisher.zh}. {whole}. {credit.iri}.{self._digest}"
        place = f"（{self.part.place.zh}）" if self.part.place else ""
        name = f"{self.part.name.zh}{place}"
        return f"{credit.publisher.zh}. {name}//{whole}: {credit.iri}. {self.part.iri}.{self._digest}"

    @property
    def en(self) -> str:
        """The citation in English, on one line."""
        credit, day = self.credit, self.credit.made.date().isoformat()
        whole = f"{credit.title.en} (version {credit.version}) [Data set]"
        if self.part is None:
            return f"{credit.publisher.en} ({day}). {whole}. {credit.iri}{self._digest}"
        place = f" ({self.part.place.en})" if self.part.place else ""
        part = f"“{self.part.name.en}”{place}"
        return f"{credit.publisher.en} ({day}). {part}. In {whole}, {credit.iri}. {self.part.iri}{self._digest}"

    @property
    def text(self) -> str:
        """The citation in two lines, the first in Chinese and the second in English."""
        return f"{self.zh}\n{self.en}\n"

    @property
    def bibtex(self) -> str:
        """The citation as a BibTeX entry of type @misc, since only BibLaTeX has the type @dataset."""
        credit = self.credit
        notes = [f"version {credit.version}", *([credit.checksum] if credit.checksum else [])]
        if self.part:
            notes += [f"of {credit.iri}", *([self.part.place.en] if self.part.place else [])]
        fields = {
            "author": "{" + _tex(credit.publisher.zh) + "}",
            "title": _tex(self.part.name.zh + "，" + credit.title.zh if self.part else credit.title.zh),
            "year": str(credit.made.year),
            "month": str(credit.made.month),
            "url": self.address,
            "note": _tex(", ".join(notes)),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
        return f"@misc{{jixiao-{credit.version},\n{lines}}}\n"

    @property
    def csl(self) -> str:
        """The citation as CSL-JSON, the format that reference managers import."""
        credit, made = self.credit, self.credit.made
        item = {
            "id": f"jixiao-{credit.version}",
            "type": "dataset",
            "title": self.part.name.zh if self.part else credit.title.zh,
            "container-title": credit.title.zh if self.part else None,
            "author": [{"literal": credit.publisher.zh}],
            "publisher": credit.publisher.zh,
            "issued": {"date-parts": [[made.year, made.month, made.day]]},
            "version": credit.version,
            "URL": self.address,
            "locator": self.part.place.zh if self.part and self.part.place else None,
            "note": "; ".join(filter(None, (credit.iri, credit.checksum))),
            "language": "zh-CN",
        }
        said = {name: value for name, value in item.items() if value is not None}
        members = ",\n  ".join(f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in said.items())
        return f"[\n {{\n  {members}\n }}\n]\n"

    @property
    def _digest(self) -> str:
        return f" ({self.credit.checksum})" if self.credit.checksum else ""


def _tex(text: str) -> str:
    """Return a text for TeX, with special characters escaped (&, %, $, #, _) or replaced (backslash, braces, ~, ^)."""
    plain = text.replace("\\", " ").replace("{", "(").replace("}", ")").replace("~", " ").replace("^", " ")
    return _SPECIAL.sub(lambda found: "\\" + found[0], plain)
