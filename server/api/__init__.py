"""The description of the HTTP interface: /openapi.json completed, and /docs, a page that people can read.

`paths.yaml` states what handlers read for themselves, `document` adds that and a path for each view to FastAPI's
description, and `routes` answers /docs.
"""
