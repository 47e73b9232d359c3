"""Sub-commands of `jixiao`: each module defines a function or a typer app of the module's own name.

A new sub-command is a new file. A module is imported when its sub-command runs (`jixiao.deferred`), so it may import
all it needs at its top.
"""
