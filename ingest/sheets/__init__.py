"""Read the spreadsheet that a clerk fills in (docs/validate-your-own.md): columns of known headings, a row a part."""
