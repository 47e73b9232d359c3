"""Reconciliation: match names of a spreadsheet with bodies, documents and projects (W3C Reconciliation API, 0.2).

`batches` describes the service and reads requests, `matching` finds candidates, scores them and adds columns to things
that were matched, and `routes` answers. The properties of a type are the columns of its list in `linked_data/lists/`.
"""
