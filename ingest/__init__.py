"""Turn filings into the next generation of a store: read, extract, resolve, emit, validate, load.

A rendition is a file as numbered lines and rows of cells; an extraction is the content found in a rendition; the ledger
records the use of each line; a deposit is everything that the store keeps of one file.
"""
