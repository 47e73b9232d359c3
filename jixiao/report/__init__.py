"""Reports of the command line: readings explained, files judged, and the outcomes of an ingestion."""
