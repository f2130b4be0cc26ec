"""Speed and memory of the estimator, each number beside a reference that is measured in the same run.

Machines are noisy and shared, so only ratios count: the two sides of a row are timed in turn, pair by pair, and the
median ratio is reported.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import scipy.sparse.linalg

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.estimator.moment import MomentOperator
from feature_cascade.experiments.recovery import Experiment, recover
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import weight_overlap
from feature_cascade.model.labels import standardise
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.sampling.sources import CHUNK, GaussianSource
from feature_cascade.sampling.streams import generator
from feature_cascade.sizes import n_features

TIMED_PAIRS = 7
REST = 0.15  # seconds between two timed calls, so that BLAS threads that still spin do not slow the other side
OPERATIONS = 4e10  # of one timed application
ALPHAS = [2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6]
TIGHT, EXACT = 0.01, 1e-4  # relative Ritz residuals of the timed run and of what passes for exact eigenvectors
POWER_ITERATIONS, POWER_EXTRA = 15, 10
IDENTITY = {"name": "identity"}
TORCH_BATCH = 2048  # samples
QUADRATIC = [(120, 14), (250, 19), (400, 24)]  # d and k = d1 + 4
Result = TypeVar("Result")
SLOPES = {"n": 1, "d": 2, "k": 1}  # expected exponents of the time of one application


@dataclass(frozen=True)
class Row:
    """One line of the report: a value and its reference, their ratio, and the target of the ratio.

    Attributes
    ----------
    name : str
        What is measured.
    value : float
        The measured value.
    unit : str
        Unit of the value and of its reference.
    reference : float
        What it is compared with.
    reference_name : str
        What the reference is.
    ratio : float
        The ratio that is judged.
    target : str
        Target of the ratio: ">= x" or "<= x".
    met : bool or None
        Whether the ratio meets its target; None if it was not measured.
    """

    name: str
    value: float
    unit: str
    reference: float
    reference_name: str
    ratio: float
    target: str
    met: bool | None


def row(name: str, value: float, unit: str, reference: float, reference_name: str, ratio: float, target: str) -> Row:
    """A row that judges its ratio.

    Parameters
    ----------
    name : str
        What is measured.
    value : float
        The measured value.
    unit : str
        Unit of the value and of its reference.
    reference : float
        What it is compared with.
    reference_name : str
        What the reference is.
    ratio : float
        The ratio that is judged.
    target : str
        Target of the ratio: ">= x" or "<= x".

    Returns
    -------
    Row
        The line of the report.

    Examples
    --------
    >>> row("memory", 90.0, "MB", 100.0, "limit", 0.9, "<= 1").met
    True
    """
    sense, bound = target.split()
    met = ratio >= float(bound) if sense == ">=" else ratio <= float(bound)
    return Row(name, float(value), unit, float(reference), reference_name, float(ratio), target, bool(met))


class RepeatedSource:
    """Samples that are in memory already: one chunk over and over, so that only the operator is timed.

    Parameters
    ----------
    d : int
        Input dimension.
    """

    def __init__(self, d: int) -> None:
        self.d, self._chunk = d, GaussianSource(d, 0, "benchmark").chunk(0)

    def chunk(self, index: int) -> np.ndarray:
        """The chunk.

        Parameters
        ----------
        index : int
            Ignored.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK), float32
            The same chunk for every index.
        """
        return self._chunk


def timed(call: Callable[[], Result]) -> tuple[float, Result]:
    """Wall time of one call, after a rest, and what it returned.

    Parameters
    ----------
    call : callable
        Takes no arguments.

    Returns
    -------
    seconds : float
        Wall time.
    result : object
        What the call returned.
    """
    time.sleep(REST)
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def paired(
    first: Callable[[], object], second: Callable[[], object], pairs: int = TIMED_PAIRS
) -> tuple[float, float, float]:
    """Times of two calls made in turn, after one call of each.

    Parameters
    ----------
    first : callable
        Takes no arguments.
    second : callable
        Takes no arguments.
    pairs : int
        Number of timed pairs.

    Returns
    -------
    first : float
        Median seconds of the first call.
    second : float
        Median seconds of the second call.
    ratio : float
        Median over pairs of second/first.
    """
    first(), second()
    times = np.array([(timed(first)[0], timed(second)[0]) for _ in range(pairs)])
    return *np.median(times, axis=0), float(np.median(times[:, 1] / times[:, 0]))


def application(d: int, k: int, threads: int, q: int = 2) -> tuple[Callable[[], object], float]:
    """One application of the moment operator to k directions.

    Parameters
    ----------
    d : int
        Input dimension.
    k : int
        Number of directions.
    threads : int
        Number of threads.
    q : int
        Degree of the features.

    Returns
    -------
    call : callable
        Applies the operator.
    operations : float
        Its floating-point operations: 4·n·D·k; at q = 2, 2·n·d²·k.
    """
    features = HermiteFeatures(d, q)
    per_sample = 2.0 * d * d * k if q == 2 else 4.0 * features.D * k
    n = max(4, round(OPERATIONS / per_sample / CHUNK / 16)) * 16 * CHUNK
    return _application(features, k, n, threads), n * per_sample


def _application(features: HermiteFeatures, k: int, n: int, threads: int) -> Callable[[], object]:
    """One application of the moment operator of n samples to k directions."""
    stream = FeatureStream(features, RepeatedSource(features.d), n, threads)
    rng = generator(0, "benchmark operands")
    return partial(stream.weighted_moment, rng.standard_normal(n), rng.standard_normal((features.D, k)))


def matrix_product(size: int = 4096) -> tuple[Callable[[], object], float]:
    """numpy's float32 matrix product.

    Parameters
    ----------
    size : int
        Rows and columns of both factors.

    Returns
    -------
    call : callable
        Multiplies.
    operations : float
        Its floating-point operations.
    """
    rng = generator(0, "benchmark matrices")
    A, B = (rng.standard_normal((size, size), dtype=np.float32) for _ in range(2))
    return lambda: A @ B, 2.0 * size**3


def against_matrix_product(name: str, d: int, k: int, threads: int, target: str, q: int = 2) -> Row:
    """Rate of the moment operator as a fraction of the rate of numpy's matrix product.

    Parameters
    ----------
    name : str
        What is measured.
    d : int
        Input dimension.
    k : int
        Number of directions.
    threads : int
        Number of threads.
    target : str
        Target of the ratio: ">= x" or "<= x".
    q : int
        Degree of the features.

    Returns
    -------
    Row
        The line of the report.
    """
    ours, operations = application(d, k, threads, q)
    product, reference = matrix_product()
    mine, theirs, ratio = paired(ours, product)
    rate = operations / mine / 1e9
    return row(name, rate, "GFLOP/s", reference / theirs / 1e9, "sgemm 4096", ratio * operations / reference, target)


def against_torch(name: str, d: int, k: int, threads: int, target: str) -> Row:
    """Speed over the plain formulation in PyTorch on the CPU: two einsums on batches of samples.

    Parameters
    ----------
    name : str
        What is measured.
    d : int
        Input dimension.
    k : int
        Number of directions.
    threads : int
        Number of threads.
    target : str
        Target of the ratio: ">= x" or "<= x".

    Returns
    -------
    Row
        The line of the report; it says so if PyTorch is not installed.
    """
    try:
        import torch
    except ImportError:
        return Row(name, math.nan, "s", math.nan, "PyTorch is not installed: not measured", math.nan, target, None)
    torch.set_num_threads(threads)
    ours, operations = application(d, k, threads)
    batches = max(1, round(operations / (2.0 * d * d * k) / TORCH_BATCH))
    x, t, V = torch.randn(TORCH_BATCH, d), torch.randn(TORCH_BATCH), torch.randn(k, d, d)

    def _plain() -> None:
        for _ in range(batches):
            s = torch.einsum("bd,kde,be->bk", x, V, x) * t[:, None]
            torch.einsum("bd,bk,be->kde", x, s, x)

    mine, theirs, ratio = paired(ours, _plain, 3)
    return row(name, mine, "s", theirs, "PyTorch einsum", ratio, target)


def power_iteration(operator: MomentOperator, k: int, seed: int) -> np.ndarray:
    """Block power iterations from a random start, the authors' way.

    Parameters
    ----------
    operator : MomentOperator
        The operator.
    k : int
        Number of directions.
    seed : int
        Names the random start.

    Returns
    -------
    ndarray of shape (D, k)
        The first k of k + `POWER_EXTRA` columns after `POWER_ITERATIONS` iterations.
    """
    block = generator(seed, "power iteration").standard_normal((operator.D, k + POWER_EXTRA))
    for _ in range(POWER_ITERATIONS):
        block, _ = np.linalg.qr(operator.apply(block))
    return block[:, :k]


def nested_grid(d: int, threads: int) -> list[Row]:
    """Time to the whole nested grid, against power iterations per α and against the dense form at the last α alone.

    Parameters
    ----------
    d : int
        Input dimension.
    threads : int
        Number of threads.

    Returns
    -------
    list of Row
        The lines of the report.

    Notes
    -----
    Where no direction is recovered yet, vectors that have not converged can overlap more with the target than the
    eigenvectors do; so the overlap is compared with that of the eigenvectors too.
    """
    teacher = Teacher.draw(TeacherSpec(d))
    k, sizes = teacher.spec.d1, [round(d**alpha) for alpha in ALPHAS]
    sample = teacher.sample("train", sizes[-1], IDENTITY, threads=threads)
    y = sample.y
    streams = [FeatureStream(teacher.feature_map, sample.source, n, threads) for n in sizes]

    def _ours(tolerance: float = TIGHT, seed: int = 0) -> list[float]:
        layer = FirstLayer(tolerance=tolerance, max_passes=200, method="matrix_free")
        pairs = [layer.fit(stream, y[: stream.n], k, seed) for stream in streams]
        return [weight_overlap(found.vectors, teacher.directions) for found in pairs]

    def _power() -> list[float]:
        operators = [MomentOperator(stream, standardise(y[: stream.n])) for stream in streams]
        return [weight_overlap(power_iteration(op, k, 0), teacher.directions) for op in operators]

    def _dense() -> float:
        matrix = MomentOperator(streams[-1], standardise(y)).dense()
        _, vectors = scipy.sparse.linalg.eigsh(matrix, k, which="LM", tol=TIGHT, v0=np.ones(len(matrix)))
        return weight_overlap(vectors, teacher.directions)

    (mine, ours), (theirs, power), (once, _) = timed(_ours), timed(_power), timed(_dense)
    gap = float(np.min(np.subtract(ours, power)))
    error = float(np.max(np.abs(np.subtract(ours, _ours(EXACT, seed=1)))))
    label, powers = f"nested grid d={d}", f"{POWER_ITERATIONS} power iterations per n"
    return [
        row(f"{label}, time", mine, "s", theirs, powers, theirs / mine, ">= 4"),
        row(f"{label}, least overlap gain", gap, "overlap", 0.0, powers, gap, ">= 0"),
        row(f"{label}, error of the overlap", error, "overlap", 1e-3, "eigenvectors", error / 1e-3, "<= 1"),
        row(f"{label}, against dense", mine, "s", once, "dense at the last n", once / mine, ">= 5"),
    ]


def print_peak_mb(d: int, n: int) -> None:
    """Recover from n samples (three passes) and print the peak memory of this process in MB.

    Parameters
    ----------
    d : int
        Input dimension.
    n : int
        Number of samples.
    """
    teacher = Teacher.draw(TeacherSpec(d))
    sample = teacher.sample("train", n, IDENTITY, threads=2)
    layer = FirstLayer(tolerance=TIGHT, max_passes=3, method="matrix_free")
    layer.fit(FeatureStream(teacher.feature_map, sample.source, n, 2), sample.y, teacher.spec.d1)
    print(own_peak_mb())


def own_peak_mb() -> float:
    """Peak memory of this process so far.

    Returns
    -------
    float
        Megabytes.

    Notes
    -----
    It is not read by getrusage, whose maximum survives fork and exec.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def peak_mb(d: int, n: int) -> float:
    """Peak memory of a process of its own that runs `print_peak_mb`.

    Parameters
    ----------
    d : int
        Input dimension.
    n : int
        Number of samples.

    Returns
    -------
    float
        Megabytes.
    """
    code = f"from benchmarks.speed import print_peak_mb; print_peak_mb({d}, {n})"
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(result.stdout)


def memory() -> list[Row]:
    """Peak memory as n grows, and where the dense form would not fit.

    Returns
    -------
    list of Row
        The lines of the report.
    """
    small, large = peak_mb(120, 10**5), peak_mb(120, 10**6)
    big, dense = peak_mb(400, 2 * 10**4), 4.0 * n_features(400, 2) ** 2 / 2**20
    return [
        row("memory, d=120, n=1e6 over n=1e5", large, "MB", small, "n=1e5", large / small, "<= 1.1"),
        row("memory, d=400", big, "MB", dense, "dense Ĉ in float32", big / 2048, "<= 1"),
    ]


def threads_rows(d: int, k: int) -> list[Row]:
    """Speed of two threads over one, and equality of the tables that they give.

    Parameters
    ----------
    d : int
        Input dimension.
    k : int
        Number of directions.

    Returns
    -------
    list of Row
        The lines of the report.
    """
    one, two = (application(d, k, threads)[0] for threads in (1, 2))
    mine, theirs, ratio = paired(two, one)
    teacher = Teacher.draw(TeacherSpec(20))
    points = teacher.source("test").rows(200)
    tables = [recover(teacher, Experiment(IDENTITY), points, [2.0, 2.5], threads) for threads in (1, 2)]
    same = all(a.to_csv() == b.to_csv() for a, b in zip(*tables, strict=True))
    return [
        row(f"two threads, d={d}", mine, "s", theirs, "one thread", ratio, ">= 1.8"),
        row("same bits with one and two threads", float(same), "", 1.0, "one thread", float(same), ">= 1"),
    ]


def workflow_minutes(root: Path, cores: int) -> Row:
    """Wall time of `snakemake paper` at the default configuration in a copy without results.

    Parameters
    ----------
    root : pathlib.Path
        Folder of the project.
    cores : int
        Number of cores that Snakemake may use.

    Returns
    -------
    Row
        The line of the report.
    """
    left_out = shutil.ignore_patterns(
        ".git", ".venv", ".snakemake", "__pycache__", "recovery", "checkpoints", "teachers"
    )
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(root, copy, ignore=left_out)
        command = [
            sys.executable,
            "-m",
            "snakemake",
            "--cores",
            str(cores),
            "--forceall",
            "--quiet",
            "all",
            "--",
            "paper",
        ]
        start = time.perf_counter()
        subprocess.run(command, cwd=copy, check=True)
        minutes = (time.perf_counter() - start) / 60
    return row("snakemake paper, default", minutes, "min", 15.0, "limit", minutes / 15, "<= 1")


def scaling(threads: int) -> pd.DataFrame:
    """Seconds of one application against n, d and k, one varied at a time, for the log-log plot.

    Parameters
    ----------
    threads : int
        Number of threads.

    Returns
    -------
    pandas.DataFrame
        One row per point: varied, n, d, k, seconds.
    """
    points = [("n", 120, 14, factor) for factor in (1, 2, 4, 8, 16)]
    points += [("d", d, 14, 4) for d in (60, 90, 120, 180, 250, 400)]
    points += [("k", 120, k, 8) for k in (2, 4, 8, 16, 32)]
    rows = []
    for varied, d, k, factor in points:
        n = factor * 16 * CHUNK
        call = _application(HermiteFeatures(d, 2), k, n, threads)
        call()
        times = [timed(call)[0] for _ in range(3)]
        rows.append({"varied": varied, "n": n, "d": d, "k": k, "seconds": float(np.median(times))})
    return pd.DataFrame(rows)


def slopes(points: pd.DataFrame) -> dict[str, float]:
    """Fitted exponents of the time of one application in n, d and k.

    Parameters
    ----------
    points : pandas.DataFrame
        What `scaling` returned.

    Returns
    -------
    dict of str to float
        The exponent of each quantity.
    """
    return {
        varied: float(np.polyfit(np.log(part[varied]), np.log(part["seconds"]), 1)[0])
        for varied, part in points.groupby("varied", sort=False)
    }


def run(threads: int, fitted: Mapping[str, float], root: Path) -> Iterator[Row]:
    """All rows, each when it has been measured.

    Parameters
    ----------
    threads : int
        Number of threads.
    fitted : mapping of str to float
        What `slopes` returned.
    root : pathlib.Path
        Folder of the project.

    Yields
    ------
    Row
        A line of the report.
    """
    for d, k in QUADRATIC:
        yield against_matrix_product(f"apply q=2, d={d}", d, k, threads, ">= 0.6")
    yield against_matrix_product("apply q=1, d=400", 400, 24, threads, ">= 0.3", q=1)
    yield against_matrix_product("apply q=3, d=30", 30, 9, threads, ">= 0.3", q=3)
    for (d, k), target in zip(QUADRATIC, (">= 1.6", ">= 2", ">= 2"), strict=True):
        yield against_torch(f"apply q=2, d={d}, PyTorch", d, k, threads, target)
    yield from threads_rows(120, 14)
    yield from memory()
    yield from nested_grid(120, threads)
    for name, expected in SLOPES.items():
        gap = abs(fitted[name] - expected)
        yield row(f"slope in {name}", fitted[name], "", expected, "expected", gap, "<= 0.15")
    yield workflow_minutes(root, threads)
