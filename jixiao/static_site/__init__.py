"""Export of a store as files that any web server can serve (site.py; site.htaccess has the settings of Apache)."""
