"""What a publisher may set, from the environment (JIXIAO_…) or by `create_app(Settings(…))`; nothing else is global."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings. Times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="JIXIAO_", frozen=True)

    store: Path = Field(description="库的目录 · the store's directory")
    workers: int = Field(default=2, ge=1, description="执行查询的进程数 · processes that run queries")
    waiting: int = Field(default=16, ge=0, description="可排队的查询数 · queries that may wait for a process")
    patience: float = Field(default=10, gt=0, description="排队最久多少秒 · how long a query waits for a process")
    query_timeout: float = Field(default=60, gt=0, description="查询的时限 · a query's time limit")
    query_memory: int = Field(default=1 << 30, gt=0, description="查询可用的内存 · memory that a query may take")
    view_workers: int = Field(default=2, ge=1, description="另为视图和网页执行查询的进程数 · more, for views and pages")
    view_timeout: float = Field(default=10, gt=0, description="视图和网页的查询时限 · time limit of views and pages")
    max_query_bytes: int = Field(default=256 << 10, gt=0, description="查询文本的上限 · longest text of a query")
    max_result_bytes: int = Field(default=64 << 20, gt=0, description="结果的上限 · largest result")
    serve_originals: bool = Field(default=False, description="是否提供原始文件 · whether original files are given out")
