"""The sub-commands of `jixiao`: each is a function, or a typer app with sub-commands of its own.

A sub-command has dashes where its function has underscores. `MODULES` has the module of each; a module holds commands
for one thing: files, a store, its views or its versions. notices.py says what is not set in a store, or outdated.
"""

MODULES = {
    "ask": "view",
    "check": "stores",
    "checksum": "versions",
    "demo": "demo",
    "diff": "versions",
    "dumps": "versions",
    "explain": "explain",
    "export": "versions",
    "gc": "stores",
    "ingest": "stores",
    "mcp": "serving",
    "query": "query",
    "mentions": "explain",
    "rebuild": "stores",
    "registry": "registry",
    "release": "versions",
    "reread": "stores",
    "search": "search",
    "serve": "serving",
    "shapes": "validate",
    "validate": "validate",
    "versions": "versions",
    "view": "view",
    "views": "view",
    "withdraw": "stores",
}
"""The module of each sub-command, in alphabetical order of the sub-commands."""
