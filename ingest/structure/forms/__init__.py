"""Forms: rows of one 绩效目标申报表 in, a Form out. A module each for titles, labels, money, goals and indicators."""
