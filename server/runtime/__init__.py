"""The running server's shared parts. Folders that import this one keep their own caches in it (`Service.own`).

service.py    store, engine, caches and templates
rendering.py  pages from templates
work.py       work of this process, admitted by turns
turns.py      the time of one request's work
scratch.py    temporary folders
"""
