"""Data that several pages show; the pages themselves are in the folders above.

findings.py  findings of the rules, corrections, and how completely a project or filing was read
rules.py     names and Turtle of a rule

A *finding* is one result of a rule. A property is *withheld* if its printed value could not be read.
"""
