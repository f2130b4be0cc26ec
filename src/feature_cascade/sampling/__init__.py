"""Random numbers and samples: named streams, normal numbers from counters, sources that hand out samples in chunks.

It imports `sizes` alone.
"""
