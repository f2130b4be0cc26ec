"""The hierarchical target: links, labels, what defines a teacher, and the teacher itself.

It imports `features` and below.
"""
