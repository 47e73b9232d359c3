"""Run the command `jixiao` as `python -m jixiao`.

Python imports this package from the working directory if that holds a folder `jixiao/`. Among files of strangers, use
the command `jixiao`, or `python -P -m jixiao`.
"""

import sys

if not sys.flags.safe_path:
    del sys.path[0]  # the working directory

from jixiao.cli import main

main()
