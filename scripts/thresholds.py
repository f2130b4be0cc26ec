"""Where each direction's seed-mean alignment crosses 1/2, over all seeds and over those of one sign of its strength."""

from dataclasses import asdict

import pandas as pd
from job import read_csv, start_log, write_csv

from feature_cascade.measurement.thresholds import threshold

start_log(snakemake.log[0])
table = read_csv(snakemake.input.directions)
rows = []
for (d, gamma, direction), group in table.groupby(["d", "gamma", "direction"]):
    for sign, seeds in {"all": group, "+": group[group["strength"] > 0], "-": group[group["strength"] < 0]}.items():
        if seeds.empty:
            continue
        curves = seeds.pivot(index="seed", columns="n", values="cos2")
        found = threshold(curves.columns.to_numpy(), curves.to_numpy())
        rows.append({"d": d, "gamma": gamma, "direction": direction, "sign": sign} | asdict(found))
write_csv(pd.DataFrame(rows), snakemake.output[0])
