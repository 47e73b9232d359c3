"""Turn filings into the next generation of a store: read, extract, resolve, emit, validate, load."""
