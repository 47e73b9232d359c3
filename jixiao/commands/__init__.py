"""The sub-commands of `jixiao`: each is a function, or a typer app with sub-commands of its own.

A sub-command has dashes where its function has underscores.
"""

MODULES = {
    "ask": "lookup",
    "check": "stores",
    "checksum": "versions",
    "collect": "collecting",
    "demo": "demo",
    "diff": "versions",
    "dumps": "versions",
    "explain": "explain",
    "export": "versions",
    "gc": "stores",
    "ingest": "stores",
    "mcp": "serving",
    "query": "lookup",
    "rdf-from-csv": "validate",
    "rebuild": "stores",
    "registry": "registry",
    "release": "versions",
    "reread": "stores",
    "review": "serving",
    "search": "lookup",
    "serve": "serving",
    "shapes": "validate",
    "validate": "validate",
    "versions": "versions",
    "view": "lookup",
    "views": "lookup",
    "withdraw": "stores",
}
"""The module of each sub-command, in alphabetical order of the sub-commands."""
