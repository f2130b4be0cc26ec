"""Speed and memory of the estimator beside references that are measured in the same run, and their plot."""
