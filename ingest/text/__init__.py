"""Find cited documents, figures, calculations, sums and mistakes in running text.

The holder of a text is the goal (by local name) or section (by index) in which the text is printed. A measure is an
indicator seen as a quantity; the thing is what it counts: 举办培训次数 counts 培训.
"""
