"""Reconciliation: match names of a spreadsheet with bodies, documents and projects (W3C Reconciliation API, 0.2).

`batches` reads requests, `matching` finds candidates and scores them, `extending` adds columns to things that were
matched, `manifest` describes the service, and `routes` answers. The properties of a type are the columns of its list in
`things/lists/`.
"""
