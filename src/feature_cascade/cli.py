"""The command `feature-cascade`; each of its commands is a function under `@main.command(...)`."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pandas as pd

TABLES = {".csv": pd.read_csv, ".parquet": pd.read_parquet}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Sequential feature recovery: estimators, diagnosis and theory."""


@main.command("diagnose")
@click.argument("data", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--target", default="y", show_default=True, help="Column, or array of an .npz file, with the labels.")
@click.option("--degree", multiple=True, type=click.IntRange(min=1), help="Degree of the features, again for more.")
@click.option("--preset", type=click.Choice(["sharp", "paper"]), default="sharp", show_default=True)
@click.option(
    "--components", type=click.IntRange(min=1), help="Principal components to keep; by default as many as help."
)
@click.option("--permutations", type=click.IntRange(min=0), default=5, show_default=True)
@click.option("--forecast/--no-forecast", default=True, help="Fit both estimators and forecast their errors.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--jobs", type=int, default=1, show_default=True, help="Threads; −1 for all processors.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Page to write; by default DATA.html.")
def _diagnose(
    data: Path,
    target: str,
    degree: tuple[int, ...],
    preset: str,
    components: int | None,
    permutations: int,
    forecast: bool,
    seed: int,
    jobs: int,
    html: Path | None,
) -> None:
    """What the labels of DATA tell of quadratic features of its other columns.

    DATA is a .csv or .parquet table, or an .npz file with the inputs in its array X. The report is printed, and written
    as a page.
    """
    from .diagnosis.run import diagnose as run  # here, so that --help does not load the compiler

    try:
        X, y = read(data, target)
        found = run(
            X,
            y,
            degree or (1, 2),
            preset=preset,
            n_components=components or "auto",
            permutations=permutations,
            forecast=forecast,
            random_state=seed,
            n_jobs=jobs,
        )
    except (ValueError, ImportError) as error:
        raise click.ClickException(str(error)) from error
    page = html or data.with_suffix(".html")
    page.write_text(found.to_html(), encoding="utf-8")
    click.echo(found)
    click.echo(f"\nwritten: {page}")


def read(path: Path, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a file.

    Parameters
    ----------
    path : Path
        A .csv or .parquet table, or an .npz file.
    target : str
        Column with the labels, all others being inputs; of an .npz file the array with the labels, beside X.

    Returns
    -------
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.

    Raises
    ------
    ValueError
        If the file is of another kind, a column or array is missing, or an input is no number.
    ImportError
        If pandas has no library to read Parquet with.
    """
    kind = path.suffix.lower()
    if kind == ".npz":
        with np.load(path) as arrays:
            missing = [name for name in ("X", target) if name not in arrays]
            if missing:
                raise ValueError(f"{path.name} must hold the arrays X and {target}, found {sorted(arrays)}")
            return arrays["X"], arrays[target]
    if kind not in TABLES:
        raise ValueError(f"{path.name} must end in .csv, .parquet or .npz, got {kind!r}")
    table = TABLES[kind](path)
    if target not in table:
        raise ValueError(f"target must be one of the columns {list(map(str, table.columns))}, got {target!r}")
    inputs = table.drop(columns=target)
    text = [str(name) for name in inputs if not pd.api.types.is_numeric_dtype(inputs[name])]
    if text:
        raise ValueError(f"all inputs must be numbers, but not the columns {text}: encode or drop them")
    return inputs.to_numpy(dtype=float), table[target].to_numpy()
