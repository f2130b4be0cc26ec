"""What every script shares: the package (installed or not), the log of its job, tables written whole or not at all."""

from __future__ import annotations

import logging
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where a table is read: drawing a teacher takes less time than importing pandas
    import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # for the benchmarks
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from feature_cascade.files import whole

TEACHER_NAME = re.compile(r"d(?P<d>\d+)_g(?P<gamma>\d+\.\d+)_s(?P<seed>\d+)\.")


def start_log(path: str) -> None:
    """Send log records and uncaught errors to the job's log file, and errors to standard error too."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        handlers=[logging.FileHandler(path, mode="w", encoding="utf-8")],
    )

    def log_error(kind, value, trace):
        logging.error("uncaught %s", kind.__name__, exc_info=(kind, value, trace))
        sys.__excepthook__(kind, value, trace)

    sys.excepthook = log_error


def write_csv(table: pd.DataFrame, path: str) -> None:
    """Write a table whole or not at all."""
    with whole(path) as part:
        table.to_csv(part, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8")


def write_text(text: str, path: str) -> None:
    """Write a text, with a newline at its end, whole or not at all."""
    with whole(path) as part:
        part.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def read_csv(path: str) -> pd.DataFrame:
    """Read a table that `write_csv` wrote; one that something cut off is an error, not a shorter table."""
    text = Path(path).read_bytes()
    if not text.endswith(b"\n"):
        sys.exit(f"{path} is cut off: it does not end with a newline. Delete it and run Snakemake again.")
    import pandas as pd

    return pd.read_csv(BytesIO(text), encoding="utf-8")


def run_of(path: str) -> dict[str, float]:
    """d, γ and seed of a run, from the name of its file."""
    match = TEACHER_NAME.search(Path(path).name)
    return {"d": int(match["d"]), "gamma": float(match["gamma"]), "seed": int(match["seed"])}


def with_run(table: pd.DataFrame, run: dict) -> pd.DataFrame:
    """A table with the columns of its run (see `run_of`) before its own."""
    return table.assign(**run)[[*run, *table.columns]]


def read_tables(paths: list[str]) -> pd.DataFrame:
    """Tables with the same columns as one."""
    import pandas as pd

    return pd.concat([read_csv(path) for path in paths], ignore_index=True)


def input_tables(inputs) -> dict[str, pd.DataFrame]:
    """The tables among a job's named inputs, those of each name as one (`experiment_tables`)."""
    return {name: experiment_tables(paths) for name, paths in inputs.items() if name not in ("lib", "lock")}


def experiment_tables(paths: list[str]) -> pd.DataFrame:
    """Tables of several experiments as one; a column names each, its own or the first part of its file's name."""
    import pandas as pd

    tables = [(Path(path).name.split(".")[0], read_csv(path)) for path in paths]
    return pd.concat(
        [table if "experiment" in table else table.assign(experiment=name) for name, table in tables], ignore_index=True
    )
