# Targets by name.


rule paper:
    input:
        products.targets(settings, products.PAPER),
        rules.setup.output,


rule beyond:
    input:
        products.targets(settings, products.BEYOND),


rule tables:
    input:
        products.files_of(products.tables(settings), paths.TABLE, paths.TABLE_KINDS),


rule figures:
    input:
        products.files_of(products.figures(settings), paths.FIGURE, paths.FIGURE_KINDS),
