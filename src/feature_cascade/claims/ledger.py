"""The ledger: what a claim is, the table of all findings, and how two ledgers differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

HOLDS, LIMITED, FAILS, UNREACHABLE = "holds", "holds with a limit", "fails", "not reachable at this scale"
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Finding:
    """What was predicted and measured, as short texts, and the verdict; `limit` says where a claim ends to hold."""

    predicted: str
    measured: str
    verdict: str
    limit: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim: its statement, the figures or tables that test it, the decision rule, and the function that decides."""

    name: str
    statement: str
    tested_in: str
    rule: str
    decide: Callable[[Tables], Finding]


def ledger(claims: Sequence[Claim], tables: Tables) -> pd.DataFrame:
    """One row per claim: name, statement, tested_in, rule, predicted, measured, verdict, limit.

    `tables` holds the tables T1, T2, T3, T4, T8 and T9 by name, `runs`, `directions` and `curves` of the
    experiments (with a column that names each), and `baselines`, the errors of all methods.
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
    """A line for each claim whose verdict differs between two ledgers, or that only one of them has."""
    old, new = (dict(zip(table["name"], table["verdict"], strict=True)) for table in (before, after))
    names = [*old, *(name for name in new if name not in old)]
    return [f"{n}: {old.get(n, 'absent')} → {new.get(n, 'absent')}" for n in names if old.get(n) != new.get(n)]
