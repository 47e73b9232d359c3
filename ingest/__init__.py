"""Filings in, the store's next generation out: read -> extract -> resolve -> emit -> validate -> load."""
