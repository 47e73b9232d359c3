"""Run the command `jixiao` as `python -m jixiao`."""

from jixiao.cli import main

main()
