"""Checksums of files are known by what the files are, wherever they lie."""

from tests.support import mounts

SAME_INODE = """
import os, sys
from pathlib import Path
from jixiao.store import sums
one, two = (Path(folder) / "file" for folder in sys.argv[1:])
for path, content in ((one, b"one"), (two, b"two")):
    path.write_bytes(content)
    os.utime(path, ns=(0, 0))
assert one.stat().st_ino == two.stat().st_ino
print(sums.intact(one, sums.of(one)), sums.intact(two, sums.of(one)), sums.intact(two, sums.of(two)))
"""


def test_files_of_one_inode_number_on_two_disks_are_two_files(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    mounted = " && ".join(f"mount -t tmpfs tmpfs {folder}" for folder in folders)
    assert mounts.run(mounted, SAME_INODE, *folders) == "True False True\n"
