"""Browser libraries are those that vendor.toml lists: unchanged, with their licences, and loaded only where used."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

SERVER = Path(__file__).parents[2] / "server"
VENDOR = SERVER / "static" / "vendor"
PACKAGES: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["package"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_files_are_those_of_the_list(package: dict[str, Any]) -> None:
    folder = VENDOR / package["folder"]
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == package["files"]
    assert {"name", "version", "licence", "used"} <= set(package)
    assert (folder / "LICENSE").stat().st_size > 500


def test_every_folder_is_listed() -> None:
    assert {path.name for path in VENDOR.iterdir() if path.is_dir()} == {package["folder"] for package in PACKAGES}


def test_no_page_loads_from_elsewhere() -> None:
    loading = re.compile(
        r"<(?:script|img|iframe)[^>]* src=\"(?:https?:)?//|<link rel=\"stylesheet\" href=\"(?:https?:)?//"
    )
    pages = [*SERVER.glob("templates/*.html"), *SERVER.glob("views/*.html")]
    assert [path.name for path in pages if loading.search(path.read_text(encoding="utf-8"))] == []


def test_the_frame_of_all_pages_loads_no_library() -> None:
    assert "/vendor/" not in (SERVER / "templates" / "base.html").read_text(encoding="utf-8")
