"""The ledger: what a claim is, the table of all findings, and how two ledgers differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

HOLDS, LIMITED, FAILS, UNREACHABLE = "holds", "holds with a limit", "fails", "not reachable at this scale"
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """What was predicted and measured, and the verdict.

    Attributes
    ----------
    predicted : str
        The predicted numbers.
    measured : str
        The measured numbers with their errors.
    verdict : str
        `HOLDS`, `LIMITED`, `FAILS` or `UNREACHABLE`.
    limit : str
        Where the claim ends to hold; empty if nowhere.
    """

    predicted: str
    measured: str
    verdict: str
    limit: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim and what decides on it.

    Attributes
    ----------
    name : str
        A short name.
    statement : str
        What is claimed, with its equation number.
    tested_in : str
        The figures and tables that test it.
    rule : str
        The decision rule.
    decide : callable
        The function that takes the tables and applies the rule.
    """

    name: str
    statement: str
    tested_in: str
    rule: str
    decide: Callable[[Tables], Finding]


def ledger(claims: Sequence[Claim], tables: Tables) -> pd.DataFrame:
    """The table of all findings.

    Parameters
    ----------
    claims : sequence of Claim
        The claims, in the order of the rows.
    tables : mapping of str to pandas.DataFrame
        The tables T1, T2, T3, T4, T8 and T9 by name; `runs`, `directions` and `curves` of the experiments, with a
        column `experiment` that names each; `baselines`, the errors of all methods; and `cascade`, those of all
        directions together.

    Returns
    -------
    pandas.DataFrame
        One row per claim: name, statement, tested_in, rule, predicted, measured, verdict, limit.
    """
    rows = []
    for claim in claims:
        finding = claim.decide(tables)
        rows.append(
            {name: getattr(claim, name) for name in ("name", "statement", "tested_in", "rule")}
            | {name: getattr(finding, name) for name in ("predicted", "measured", "verdict", "limit")}
        )
    return pd.DataFrame(rows)


def changes(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """How the verdicts of two ledgers differ.

    Parameters
    ----------
    before : pandas.DataFrame
        A ledger with the columns name and verdict.
    after : pandas.DataFrame
        Another one.

    Returns
    -------
    list of str
        A line for each claim whose verdict differs, or that only one of the ledgers has.

    Examples
    --------
    >>> import pandas as pd
    >>> before, after = (pd.DataFrame({"name": ["order"], "verdict": [v]}) for v in (HOLDS, FAILS))
    >>> changes(before, after)
    ['order: holds → fails']
    """
    old, new = (dict(zip(table["name"], table["verdict"], strict=True)) for table in (before, after))
    names = [*old, *(name for name in new if name not in old)]
    return [f"{n}: {old.get(n, 'absent')} → {new.get(n, 'absent')}" for n in names if old.get(n) != new.get(n)]
