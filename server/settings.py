"""List the server's settings and read them: from flags, else JIXIAO_… in the environment, else a TOML file.

A test checks that docs/operation.md names exactly the settings listed here.
"""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from jixiao.ontology.errors import ReportedError

PREFIX = "JIXIAO_"
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

_FLAGS = {"processes": "--workers", "query_timeout": "--timeout", "cache_bytes": "--no-cache"}
"""Flags of `jixiao serve` whose names differ from the names of their settings, by setting."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_ROOT = re.compile(r"(?!\.\.?(/|\Z))[\w.~-]+(/(?!\.\.?(/|\Z))[\w.~-]+)*", re.ASCII)


class SettingsError(ReportedError, ValueError):
    """An error: a setting is wrong; the text names it and the place it was set, in both languages."""


def _list(given: object) -> object:
    """Return the parts of a text between commas as a tuple; any other value is returned unchanged."""
    return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given


def _networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the given texts. Raises ValueError unless each is an IP address or network, or the only one is `*`."""
    if given != ("*",):
        for one in given:
            ipaddress.ip_network(one)
    return given


def _origins(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the given texts. Raises ValueError unless each is like https://example.org, or the only one is `*`."""
    if given != ("*",) and not all(_ORIGIN.fullmatch(one) for one in given):
        raise ValueError("应为 https://example.org 这样的站点，或 * · sites such as https://example.org, or *")
    return given


def _root_path(given: str) -> str:
    """Return a given path as the one before all of the site's addresses: "" or /data, without a final slash.

    Raises ValueError for a path with characters that would need escaping in links.
    """
    path = given.strip("/")
    if path and not _ROOT.fullmatch(path):
        raise ValueError("字母、数字和 . _ ~ - 组成的路径 · a path of letters, digits and . _ ~ -")
    return f"/{path}" if path else ""


Bytes = Annotated[int, BeforeValidator(TypeAdapter(ByteSize).validate_python)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list), AfterValidator(_origins)]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list), AfterValidator(_networks)]


class Settings(BaseSettings):
    """The server's settings. Times are in seconds, sizes in bytes (a text may have a unit: 384 MiB)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", allow_inf_nan=False)

    store: Path | None = Field(default=None, description="库的目录 · the store's directory")
    endpoint: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s]+$",
        description="代替库的远程 SPARQL 端点 · a remote SPARQL endpoint in place of the store",
    )
    base_iri: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s<>\"{}|^`\\]+/$",
        description="远程端点中数据的 IRI 前缀 · the base of the IRIs at a remote endpoint",
    )
    views: Path | None = Field(default=None, description="另加视图的文件夹 · a folder of further views")
    embed_from: Origins = Field(
        default=(), description="可以嵌入视图的站点，逗号分隔 · sites whose pages may embed views, with commas (*: any)"
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="监听的地址 · address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="端口（0：任选） · port (0: any free one)")
    processes: int = Field(default=1, ge=1, le=64, description="服务器进程数 · server processes")
    quick_seats: int = Field(
        default=2, ge=1, le=64, description="同时进行的短查询数 · short queries that run at a time, in all processes"
    )
    heavy_seats: int = Field(
        default=4, ge=1, le=64, description="同时进行的长查询数 · long queries that run at a time, in all processes"
    )
    promote_after: float = Field(
        default=0.1, gt=0, description="查询运行多久算长查询 · seconds after which a query counts as long"
    )
    waiting: int = Field(default=128, ge=0, description="可排队的查询数 · queries that may wait")
    waiting_per_client: int = Field(
        default=64, ge=1, description="每个来访地址可排队的查询数 · queries of one client that may wait"
    )
    patience: float = Field(default=10, gt=0, description="排队最久多少秒 · longest wait of a query, in seconds")
    query_timeout: float = Field(default=60, gt=0, description="查询的时限 · a query's time limit")
    query_memory: Bytes = Field(
        default=384 * MIB, ge=128 * MIB, description="一个查询可用的内存 · memory that a query may take"
    )
    view_timeout: float = Field(default=10, gt=0, description="视图和网页的查询时限 · time limit of views and pages")
    max_query_bytes: Bytes = Field(default=256 * KIB, gt=0, description="查询文本的上限 · longest text of a query")
    max_result_bytes: Bytes = Field(default=256 * MIB, gt=0, description="结果的上限 · largest result")
    spool_bytes: Bytes = Field(
        default=GIB, ge=0, description="未取走的结果可占的磁盘 · disk that results not yet fetched may take"
    )
    body_timeout: float = Field(default=30, gt=0, description="请求体的时限 · time limit for a request's body")
    cache_bytes: Bytes = Field(
        default=64 * MIB,
        ge=0,
        description="结果缓存，视图和描述另占其半（0：不用） · "
        "cache of results, half as much again for views and things (0: none)",
    )
    tables_folder: Path = Field(
        default=Path("~/.cache/jixiao"),
        description="缓存表的文件夹，供端点的数据和旧版写成的库用 · "
        "folder in which tables are cached, of data behind an endpoint and of stores that an older version wrote",
    )
    tables_bytes: Bytes = Field(
        default=2 * GIB,
        ge=0,
        description="这个文件夹可占的磁盘，最久不用的先删 · "
        "disk that it may take; what was not used for longest goes first",
    )
    serve_originals: bool = Field(
        default=False, description="是否提供原件和其各页的图像 · give out originals and pictures of their pages"
    )
    check: bool | None = Field(
        default=None,
        description="网页能否检查文件（on、off；命令行 --check、--no-check）；未设：只监听本机且没有代理时能 · "
        "check files at /check (on, off; as options --check, --no-check); unset: if only this machine is listened to,"
        " and no proxy",
    )
    check_seats: int = Field(
        default=1, ge=1, le=64, description="同时检查的文件数 · files that are checked at a time, in all processes"
    )
    check_waiting: int = Field(default=4, ge=0, description="可排队的文件数 · files that may wait to be checked")
    check_max_bytes: Bytes = Field(
        default=20 * MIB, gt=0, le=50_000_000, description="所检查文件的上限 · largest file that is checked"
    )
    check_timeout: float = Field(
        default=60, gt=0, le=3600, description="检查一个文件的时限 · time limit for checking a file"
    )
    check_scanned_pages: int = Field(
        default=10, ge=0, le=100, description="所检查文件里扫描页的上限 · most scanned pages of a file that is checked"
    )
    check_memory: Bytes = Field(
        default=768 * MIB, ge=256 * MIB, description="检查一个文件可用的内存 · memory that checking a file may take"
    )
    access_log: str = Field(
        default="-", description="访问日志：- 为标准错误，或文件，空为不记 · - for stderr, a path, or empty for none"
    )
    slow_query: float = Field(
        default=5, ge=0, description="慢于多少秒的查询另记全文 · queries slower than this are logged with their text"
    )
    log_clients: bool = Field(default=True, description="日志是否记来访地址 · name the client's address in logs")
    trusted_proxies: Networks = Field(
        default=(), description="可信的反向代理地址，逗号分隔 · addresses of trusted proxies, with commas"
    )
    root_path: Annotated[str, AfterValidator(_root_path)] = Field(
        default="", description="站点所在的路径前缀 · the path below which a proxy shows the site"
    )
    shutdown_timeout: float = Field(
        default=5, gt=0, description="停止时留给进行中请求的秒数 · seconds for requests in flight when the server stops"
    )

    @property
    def seats(self) -> tuple[int, int]:
        """Numbers of quick and of heavy seats in each server process: the total divided by processes, at least 1."""
        return max(1, self.quick_seats // self.processes), max(1, self.heavy_seats // self.processes)

    @property
    def offers_checks(self) -> bool:
        """Return whether visitors can have files checked: the setting `check`.

        If `check` is unset, only a server that is reached from its own machine alone offers checks.
        """
        is_alone = not self.trusted_proxies and self.host in ("127.0.0.1", "::1", "localhost")
        return is_alone if self.check is None else self.check


def read(config: Path | None = None, flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings in the TOML file `config`, overridden by the environment and then by `flags`.

    Raises SettingsError.
    """
    given = dict(flags or {})
    try:
        named = tomllib.loads(config.read_text(encoding="utf-8")) if config is not None else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(f"配置文件 {config} 不能读取 the configuration cannot be read: {reason}") from None
    # pydantic-settings reads the environment itself, and puts all values passed to it before the environment's.
    variables = {name.upper() for name in os.environ}
    of_file = {key: value for key, value in named.items() if f"{PREFIX}{key}".upper() not in variables}
    try:
        return Settings(**{**of_file, **given})
    except ValidationError as error:
        faults = [_fault(fault["loc"], fault["msg"], given, named, config) for fault in error.errors()]
        raise SettingsError("；".join(faults)) from None


def _fault(
    location: tuple[int | str, ...],
    message: str,
    flags: Mapping[str, Any],
    named: Mapping[str, Any],
    config: Path | None,
) -> str:
    """Return the message about a wrong setting: the flag, variable or file that set it, and the fault (`message`).

    `location` begins with the setting's name; `flags` are the settings that flags give, and `named` those in the file
    `config`.
    """
    key = str(location[0]) if location else "?"
    variable = f"{PREFIX}{key.upper()}"
    if key in named and key not in Settings.model_fields:
        return f"配置文件 {config} 中没有 {key} 这项设置 · the configuration {config} names an unknown setting {key}"
    if key in flags:
        where = _FLAGS.get(key, f"--{key.replace('_', '-')}")
    elif variable not in os.environ and key in named:
        where = f"{config}: {key}"
    else:
        where = variable
    return f"设置有误 · wrong setting {where}: {message}"
