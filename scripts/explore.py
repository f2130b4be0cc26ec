"""Figures and table of an experiment of a user's own, in a folder of its own."""

from pathlib import Path

import matplotlib
import yaml
from job import input_tables, start_log, write_csv, write_text

from feature_cascade.figures import explore as figures
from feature_cascade.figures import style
from feature_cascade.tables import explore

matplotlib.use("Agg")
start_log(snakemake.log[0])
folder = Path(snakemake.output[0])
folder.mkdir(parents=True)
run = snakemake.params
tables = input_tables(snakemake.input)
title = figures.described(run.teacher, run.experiment, run.first_layer)
drawn = {
    "curves": figures.learning_curves(tables["runs"], tables["curves"], title),
    "directions": figures.alignments(tables["directions"], tables["theory_directions"], title),
}
for name, figure in drawn.items():
    style.save(figure, [folder / f"{name}.{kind}" for kind in run.kinds])
table = explore.make(tables["runs"], tables["directions"], tables["curves"])
write_csv(table, folder / "table.csv")
shown = table.map(lambda value: f"{value:.4g}" if isinstance(value, float) else value).to_markdown(index=False)
used = {"experiment": run.experiment, "teacher": run.teacher, "first_layer": run.first_layer}
configuration = yaml.safe_dump(used, sort_keys=False, default_flow_style=None)
page = f"""# {folder.name}

{title}

![NMSE and overlap against α](curves.png)

![Alignments of single directions](directions.png)

Means over seeds with their standard errors (`_sem`); `_theory` is the prediction, in which nothing is fitted.

{shown}

```yaml
{configuration}```"""
write_text(page, folder / "README.md")
