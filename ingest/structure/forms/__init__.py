"""Read the rows of one 绩效目标申报表 into a Form; titles, labels, money, goals and indicators have a module each.

The head is the row that names the columns of the table of indicators. Rows above it hold titles, labels with their
values, and goals.
"""
