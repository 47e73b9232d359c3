"""Data that several pages show: findings of the rules, corrections, and how completely a project or filing was read.

A *finding* is one result of a rule. A property is *withheld* if its printed value could not be read.
"""
