"""Structure of filings: rows of cells with roles in, forms, narratives and projects out."""
