"""What the workflow measures: each module runs estimators on teachers and returns tables.

It imports `predictions` and below.
"""
