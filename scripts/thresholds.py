"""Where each direction's seed-mean alignment crosses 1/2."""

from dataclasses import asdict

import pandas as pd
from job import start_log, write_csv

from feature_cascade.detection import threshold

start_log(snakemake.log[0])
table = pd.read_csv(snakemake.input.directions)
rows = []
for (d, gamma, direction), group in table.groupby(["d", "gamma", "direction"]):
    curves = group.pivot(index="seed", columns="n", values="cos2")
    found = threshold(curves.columns.to_numpy(), curves.to_numpy())
    rows.append({"d": d, "gamma": gamma, "direction": direction} | asdict(found))
write_csv(pd.DataFrame(rows), snakemake.output[0])
