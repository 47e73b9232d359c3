"""Read the publisher's description of the dataset from a TOML file, with defaults for everything that it omits.

Everything in descriptions, headers and citations that does not come from the filings is defined here. Codes are from
the authority tables of the EU's Publications Office, as DCAT-AP 3 requires.
"""

import logging
import re
import threading
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from jixiao.store import errors, files, sums

_LOG = logging.getLogger(__name__)
_REMEDY = (
    "请从备份恢复该文件，不再要它则留一个空文件",
    "restore the file from a backup, or leave an empty one in its place",
)
_EU = "http://publications.europa.eu/resource/authority/"
_IRI = re.compile(r"https?://[^\s/<>\"{}|^`\\\x00-\x20]+(/[^\s<>\"{}|^`\\\x00-\x20]*)?")
_MAIL = re.compile(
    r"[^\s@<>\"{}|^`\\\x00-\x20:?&#%]+@[^\s@<>\"{}|^`\\\x00-\x20:?&#%]+\.[^\s@<>\"{}|^`\\\x00-\x20:?&#%]+"
)


def _iri(given: str) -> str:
    """Return an address on the web unchanged. Raises ValueError if it is malformed."""
    if not _IRI.fullmatch(given) or not urlsplit(given).hostname:
        raise ValueError("要写 http:// 或 https:// 开头的地址 · an address with http:// or https:// is needed")
    return given


def _mail(given: str) -> str:
    """Return a mail address without `mailto:`. Raises ValueError if it is malformed."""
    address = given.removeprefix("mailto:")
    if not _MAIL.fullmatch(address):
        raise ValueError("要写电子邮件地址，如 data@example.org · a mail address is needed, such as data@example.org")
    return address


def _day(given: object) -> object:
    """Return a day given in TOML or as text. Raises ValueError for times and numbers, which pydantic would accept."""
    if type(given) is date:
        return given
    if isinstance(given, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise ValueError("要写日期，如 2024-06-30 · a day is needed, such as 2024-06-30")


def _printable(given: str) -> str:
    """Return a text unchanged. Raises ValueError for control characters, which RDF/XML cannot hold."""
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]", given):
        raise ValueError("有控制字符 · there are control characters")
    return given


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]
WebAddress = Annotated[str, AfterValidator(_iri)]
MailAddress = Annotated[str, AfterValidator(_mail)]
Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # commands that need none make none

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for (first, begun), (last, ended) in pairwise([(name, day) for name, day in self if isinstance(day, date)]):
            if begun > ended:
                raise ValueError(f"{last} 早于 {first} · {last} is before {first}")
        return self


class Words(_Part):
    """A text in both languages."""

    zh: Text
    en: Text


class Keywords(_Part):
    """Keywords in either language."""

    zh: tuple[Text, ...] = ("预算绩效", "绩效目标", "财政支出项目", "立项依据", "绩效指标")
    en: tuple[Text, ...] = (
        "budget performance",
        "performance targets",
        "public expenditure projects",
        "legal bases",
        "performance indicators",
    )


PublisherType = Literal[
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
]
"""Codes of the publisher types of ADMS."""


class Agent(_Part):
    """The publisher: a name and, optionally, an IRI, a home page, a mail address and a type (ADMS publisher type)."""

    name: Words = Words(zh="绩效数据发布者", en="The publisher of this jixiao dataset")
    iri: WebAddress | None = None
    homepage: WebAddress | None = None
    mail: MailAddress | None = None
    type: PublisherType | None = None

    @property
    def is_stated(self) -> bool:
        """Return whether the publisher's file states a name; otherwise the name is a placeholder."""
        return "name" in self.model_fields_set


class Contact(_Part):
    """The contact (vCard): a post or an office, not a person; `mail` is the address without `mailto:`."""

    name: Words = Words(zh="数据集维护者", en="Maintainer of the dataset")
    mail: MailAddress | None = None
    url: WebAddress | None = None


class Territory(_Part):
    """The place that the data are about: an IRI and its name."""

    iri: WebAddress = f"{_EU}country/CHN"
    label: Words = Words(zh="中国", en="China")


class Period(_Part):
    """The period of the data; None is replaced by the first or last year in the data."""

    start: Day | None = None
    end: Day | None = None


class Publisher(_Part):
    """The description of the dataset; `issued` and `modified` default to the days of its first and current version."""

    title: Words = Words(zh="预算绩效目标申报数据集", en="Budget performance-target filings")
    description: Words = Words(
        zh="政府部门公开的财政支出项目绩效目标申报表：项目、金额、立项依据、绩效目标和绩效指标，事实能回到原文的一行，推断的和没有行号的另有注明。",
        en="Performance-target filings of Chinese public bodies: projects, amounts, legal bases, goals and indicators;"
        " facts lead back to a line of their source; those inferred or without a known line are marked.",
    )
    publisher: Agent = Agent()
    contact: Contact = Contact()
    keywords: Keywords = Keywords()
    languages: tuple[WebAddress, ...] = (f"{_EU}language/ZHO", f"{_EU}language/ENG")
    license: WebAddress = "https://creativecommons.org/licenses/by/4.0/"
    rights: Words = Words(
        zh="许可协议只涵盖本数据集的图；来源文件的权利仍归其发布机关。",
        en="The licence covers the graph of this dataset; source documents keep their issuers' rights.",
    )
    access_rights: WebAddress = f"{_EU}access-right/PUBLIC"
    spatial: Territory = Territory()
    temporal: Period = Period()
    issued: Day | None = None
    modified: Day | None = None
    themes: tuple[WebAddress, ...] = (f"{_EU}data-theme/GOVE", f"{_EU}data-theme/ECON")
    frequency: WebAddress = f"{_EU}frequency/IRREG"
    dumps_kept: Annotated[int, Field(strict=True, ge=0)] = 12
    """Number of newest versions whose dumps are kept; 0 keeps all."""

    _changed: datetime | None = PrivateAttr(default=None)

    @property
    def changed(self) -> datetime | None:
        """The time when the file was last written, or None if there is no file."""
        return self._changed


def read(path: Path) -> Publisher:
    """Read the file at `path`, or return the defaults if there is none. Raises PublisherError."""
    try:
        text = (sums.kept(path, remedy=_REMEDY, edited=True) or b"").decode()
        return Publisher.model_validate(tomllib.loads(text))
    except (errors.StoreUnusableError, UnicodeDecodeError) as error:
        raise errors.PublisherError(f"{path} 不能读取 cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise errors.PublisherError(f"{path} 不是 TOML is no TOML: {error}") from None
    except ValidationError as error:
        faults = [_fault(path, text, fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()]
        raise errors.PublisherError("\n".join(faults)) from None


def dumps_kept(path: Path) -> int:
    """Return how many versions keep their dumps: 0, for all, if the file cannot be read, so that none is lost."""
    try:
        return read(path).dumps_kept
    except errors.PublisherError:
        return 0


class PublisherFile:
    """A reader of a publisher's file that may change at any time.

    Instances are safe to share between threads.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reading = threading.Lock()
        self._seen: files.Stamp | bool | None = False  # False: not examined yet
        self._last = Publisher()

    def now(self) -> Publisher:
        """Return the description that is in the file now; cheap while the file is unchanged.

        While the file is broken, that is logged, and the last good description is returned.
        """
        with self._reading:
            # The stamp is taken before the file is read, so that a later change is noticed next time.
            stamp = files.stamp(self._path)
            if stamp != self._seen:
                self._seen = stamp
                try:
                    self._last = read(self._path)
                    self._last._changed = None if stamp is None else datetime.fromtimestamp(stamp[1] // 10**9, UTC)
                except errors.PublisherError as error:
                    _LOG.error("沿用先前的发布信息 the description read before stays in use: %s", error)
            return self._last


_MESSAGES = {
    "missing": "缺少 · is missing",
    "extra_forbidden": "没有这一项 · there is no such key",
    "string_too_short": "不能为空 · must not be empty",
    "string_type": "要写文字 · a text is needed",
    "tuple_type": "要写列表 · a list is needed",
    "model_type": "要写成一节 · a table is needed",
    "int_type": "要写整数 · a whole number is needed",
    "greater_than_equal": "不能小于 0 · must not be below 0",
}


def _fault(path: Path, text: str, location: Sequence[int | str], kind: str, message: str) -> str:
    """Return the message for a wrong value: file, line if found, key, and fault.

    `text` is the file's content; `location`, `kind` and `message` come from pydantic's error.
    """
    names = [part for part in location if isinstance(part, str)]
    line = next((found for end in range(len(names), 0, -1) if (found := _line(text, names[:end]))), None)
    where = f"{path}:{line}" if line else f"{path}"
    key = ".".join(names) or "—"
    return f"{where} 发布信息有误 · wrong: {key}: {_MESSAGES.get(kind, message.removeprefix('Value error, '))}"


_HEAD = re.compile(r"\s*\[+\s*([\w.\s-]+?)\s*\]+")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")


def _line(text: str, names: list[str]) -> int | None:
    """Return the line number of a key or table in TOML text; None if it is not found.

    `names` are the parts of its full name. Simple patterns suffice for a file written by hand.
    """
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if head := _HEAD.match(line):
            table = [part.strip() for part in head[1].split(".")]
            place = table
        elif key := _KEY.match(line):
            place = [*table, *key[1].split(".")]
        else:
            continue
        if place == names:
            return number
    return None
