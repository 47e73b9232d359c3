"""The published dataset as handlers see it: versions, sources, renditions, licence, citation and addresses of terms."""
