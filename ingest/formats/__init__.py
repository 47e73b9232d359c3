"""Parts of file formats that readers share: archives, numbering, number formats, tables in text, conversion."""
