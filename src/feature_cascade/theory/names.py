"""The laws that theory is drawn by: names in the column `law` of tables of theory."""

from __future__ import annotations

import pandas as pd

FINITE_D = "finite_d"
GAUSSIAN = "gaussian"


def laws_of(features: str) -> tuple[str, ...]:
    """Laws of a teacher, the one that its features follow first.

    Parameters
    ----------
    features : {"hermite", "gaussian"}
        Features of the teacher.

    Returns
    -------
    tuple of str
        Values of the column `law`.
    """
    return (GAUSSIAN,) if features == "gaussian" else (FINITE_D, GAUSSIAN)


def followed(theory: pd.DataFrame) -> pd.DataFrame:
    """Rows of the law that the features of an experiment follow: of the finite-d law where there is one.

    Parameters
    ----------
    theory : DataFrame
        Table with a column `law`, and a column `experiment` if it has several of them. A table of one law may lack the
        column.

    Returns
    -------
    DataFrame
        The rows, without the column `law`.
    """
    if "law" not in theory:
        return theory
    finite = theory["law"] == FINITE_D
    there = finite.groupby(theory["experiment"]).transform("any") if "experiment" in theory else finite.any()
    return theory[finite | ~(finite | there)].drop(columns="law")


def gaussian_equivalent(theory: pd.DataFrame) -> pd.DataFrame:
    """Rows of the Gaussian equivalent.

    Parameters
    ----------
    theory : DataFrame
        Table with a column `law`; a table of one law may lack it.

    Returns
    -------
    DataFrame
        The rows, without the column `law`.
    """
    return theory[theory["law"] == GAUSSIAN].drop(columns="law") if "law" in theory else theory
