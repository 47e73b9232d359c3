"""The commands for checks and backups in docs/upkeep.md, run as they are written."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.support.pages import ended

ROOT = Path(__file__).parents[2]


@pytest.mark.judge
@pytest.mark.parametrize("heading", ["### Checking, cleaning, backups", "### 检查、清理、备份"])
def test_a_store_is_backed_up_and_restored_as_written(heading: str, examples: Path, tmp_path: Path) -> None:
    if shutil.which("flock") is None:
        pytest.skip("没有 flock · flock is not installed")
    text = (ROOT / "docs" / "upkeep.md").read_text(encoding="utf-8")
    found = re.search(r"```sh\n(.*?)```", text.partition(f"{heading}\n")[2], re.DOTALL)
    shutil.copytree(examples, tmp_path / "data" / "mine")
    before = Store.open(tmp_path / "data" / "mine").current()
    assert before
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = ended(
        0,
        subprocess.run(
            ["sh", "-ec", found[1]],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        ),
    )
    [copy] = [path for path in (tmp_path / "backup").iterdir() if path.suffix != ".replaced"]
    restored, kept = (Store.open(path).current() for path in (tmp_path / "data" / "mine", copy))
    assert restored.manifest == kept.manifest
    assert restored.manifest.checksum == before.manifest.checksum  # as rebuilt, in a version of its own
    assert done.stderr.count("库完好 the store is whole") == 2
