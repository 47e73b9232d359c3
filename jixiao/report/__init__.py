"""Reports of the command line: readings explained and files judged, with the templates of their pages."""
