"""The dataset as a whole: its description (DCAT, VoID, schema.org), versions, dumps, citations and sitemap."""
