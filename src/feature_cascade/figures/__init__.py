"""The figures of the paper, one module each: tables in (pandas DataFrames by keyword), a matplotlib figure out."""
