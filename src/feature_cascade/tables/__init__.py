"""The tables, one module each: seed-level measurements and theory tables in (by keyword), a DataFrame out."""
