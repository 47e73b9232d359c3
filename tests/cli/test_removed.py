"""Commands and options that were removed: one line in both languages names what to use instead."""

import pytest

from jixiao.commands import MODULES
from jixiao.commands.removed import REMOVED


@pytest.mark.parametrize("arguments", [(), ("--help",), ("x.csv", "--any", "thing", "-z")])
@pytest.mark.parametrize("name", REMOVED)
def test_a_removed_command_names_the_way_instead(run, name, arguments):
    done = run(name, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"错误 · error: {REMOVED[name]}\n"
    zh, _, en = REMOVED[name].partition(" · ")
    assert zh.startswith(f"jixiao {name} 已去掉")
    assert en.startswith(f"jixiao {name} was removed: ")


def test_no_removed_command_is_there():
    assert REMOVED.keys().isdisjoint(MODULES)
