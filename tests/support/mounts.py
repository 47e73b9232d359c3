"""Mount file systems for a process, in a namespace of its own, which the kernel removes with the process."""

import subprocess
import sys

import pytest

_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")


def run(mounts, script, *arguments):
    """Run a Python script with arguments after the shell commands `mounts`, and return what the script prints."""
    if subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("不能挂载 · this machine permits no mounts")
    shell = f'set -e; {mounts}; exec "$@"'
    command = [*_NAMESPACE, "sh", "-c", shell, "sh", sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_read_only(path, script):
    """Run a Python script for which a folder, its only argument, is on a disk that cannot be written."""
    return run(f"mount --bind {path} {path} && mount -o remount,bind,ro {path}", script, path)
