"""Find filings in web archives (WARC, WACZ), which hold pages and attachments as they were collected.

records.py   the records of an archive, each within bounds, with damage told by its offset
looking.py   a first look at bytes and words, which passes over what is no filing
sifting.py   the documents of archives that may be filings, each once, with all their addresses
"""
