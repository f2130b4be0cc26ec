# Targets by name.


rule paper:
    input:
        files_of(PAPER_TABLES, PAPER_FIGURES),
        rules.setup.output,


rule beyond:
    input:
        files_of(BEYOND_TABLES, BEYOND_FIGURES),


rule tables:
    input:
        files_of(TABLES, []),


rule figures:
    input:
        files_of([], FIGURES),
