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

PAIRS = 7
REST = 0.15  # seconds between two timed calls, so that BLAS threads that still spin do not slow the other side
OPERATIONS = 4e10  # of one timed application
GRID = [2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6]
TIGHT, EXACT = 0.01, 1e-4  # relative Ritz residuals of the timed run and of what passes for exact eigenvectors
POWER_ITERATIONS, POWER_EXTRA = 15, 10
IDENTITY = {"name": "identity"}
QUADRATIC = [(120, 14), (250, 19), (400, 24)]  # d and k = d1 + 4
SLOPES = {"n": 1, "d": 2, "k": 1}  # expected exponents of the time of one application


@dataclass(frozen=True)
class Row:
    """One line of the report: a value and its reference, their ratio, and the target of the ratio."""

    name: str
    value: float
    unit: str
    reference: float
    reference_name: str
    ratio: float
    target: str
    met: bool | None


def row(name: str, value: float, unit: str, reference: float, reference_name: str, ratio: float, target: str) -> Row:
    """A row whose target is written as ">= x" or "<= x"."""
    sense, bound = target.split()
    met = ratio >= float(bound) if sense == ">=" else ratio <= float(bound)
    return Row(name, float(value), unit, float(reference), reference_name, float(ratio), target, bool(met))


class RepeatedSource:
    """Samples that are in memory already: one chunk over and over, so that only the operator is timed."""

    def __init__(self, d: int) -> None:
        self.d, self._chunk = d, GaussianSource(d, 0, "benchmark").chunk(0)

    def chunk(self, index: int) -> np.ndarray:
        """The chunk, whatever its index."""
        return self._chunk


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call, after a rest."""
    time.sleep(REST)
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def paired(first: Callable[[], object], second: Callable[[], object], pairs: int = PAIRS) -> tuple[float, float, float]:
    """Median time of each of two calls made in turn, and the median of second/first, after one call of each."""
    first(), second()
    times = np.array([(seconds(first), seconds(second)) for _ in range(pairs)])
    return *np.median(times, axis=0), float(np.median(times[:, 1] / times[:, 0]))


def application(d: int, k: int, threads: int, q: int = 2) -> tuple[Callable[[], object], float]:
    """One application of the moment operator to k directions, and its operations (4·n·D·k; at q = 2, 2·n·d²·k)."""
    features = HermiteFeatures(d, q)
    per_sample = 2.0 * d * d * k if q == 2 else 4.0 * features.D * k
    n = max(4, round(OPERATIONS / per_sample / CHUNK / 16)) * 16 * CHUNK
    stream = FeatureStream(features, RepeatedSource(d), n, threads)
    rng = generator(0, "benchmark operands")
    t, V = rng.standard_normal(n), rng.standard_normal((features.D, k))
    return partial(stream.weighted_moment, t, V), n * per_sample


def matrix_product(size: int = 4096) -> tuple[Callable[[], object], float]:
    """numpy's float32 matrix product and its operations."""
    rng = generator(0, "benchmark matrices")
    A, B = (rng.standard_normal((size, size), dtype=np.float32) for _ in range(2))
    return lambda: A @ B, 2.0 * size**3


def against_matrix_product(name: str, d: int, k: int, threads: int, target: str, q: int = 2) -> Row:
    """Rate of the moment operator as a fraction of the rate of numpy's matrix product."""
    ours, operations = application(d, k, threads, q)
    product, reference = matrix_product()
    mine, theirs, ratio = paired(ours, product)
    rate = operations / mine / 1e9
    return row(name, rate, "GFLOP/s", reference / theirs / 1e9, "sgemm 4096", ratio * operations / reference, target)


def against_torch(name: str, d: int, k: int, threads: int, target: str) -> Row:
    """Speed over the plain formulation in PyTorch on the CPU: two einsums on batches of 2048 samples."""
    try:
        import torch
    except ImportError:
        return Row(name, math.nan, "s", math.nan, "PyTorch is not installed: not measured", math.nan, target, None)
    torch.set_num_threads(threads)
    ours, operations = application(d, k, threads)
    batches = max(1, round(operations / (2.0 * d * d * k) / 2048))
    x, t, V = torch.randn(2048, d), torch.randn(2048), torch.randn(k, d, d)

    def plain() -> None:
        for _ in range(batches):
            s = torch.einsum("bd,kde,be->bk", x, V, x) * t[:, None]
            torch.einsum("bd,bk,be->kde", x, s, x)

    mine, theirs, ratio = paired(ours, plain, 3)
    return row(name, mine, "s", theirs, "PyTorch einsum", ratio, target)


def power_iteration(operator: MomentOperator, k: int, seed: int) -> np.ndarray:
    """15 block power iterations from a random start with k + 10 columns, first k kept: the authors' way."""
    block = generator(seed, "power iteration").standard_normal((operator.D, k + POWER_EXTRA))
    for _ in range(POWER_ITERATIONS):
        block, _ = np.linalg.qr(operator.apply(block))
    return block[:, :k]


def nested_grid(d: int, threads: int) -> list[Row]:
    """Time to the whole nested grid, against power iterations per α and against the dense form at the last α alone.

    Where no direction is recovered yet, vectors that have not converged can overlap more with the target than the
    eigenvectors do; so the overlap is compared with that of the eigenvectors too.
    """
    teacher = Teacher.draw(TeacherSpec(d))
    k, sizes = teacher.spec.d1, [round(d**alpha) for alpha in GRID]
    sample = teacher.sample("train", sizes[-1], IDENTITY, threads=threads)
    y = sample.y
    streams = [FeatureStream(teacher.feature_map, sample.source, n, threads) for n in sizes]

    def ours(tolerance: float = TIGHT, seed: int = 0) -> list[float]:
        layer = FirstLayer(tolerance=tolerance, max_passes=200, method="matrix_free")
        pairs = [layer.fit(stream, y[: stream.n], k, seed) for stream in streams]
        return [weight_overlap(found.vectors, teacher.directions) for found in pairs]

    def power() -> list[float]:
        operators = [MomentOperator(stream, standardise(y[: stream.n])) for stream in streams]
        return [weight_overlap(power_iteration(op, k, 0), teacher.directions) for op in operators]

    def dense() -> float:
        matrix = MomentOperator(streams[-1], standardise(y)).dense()
        _, vectors = scipy.sparse.linalg.eigsh(matrix, k, which="LM", tol=TIGHT, v0=np.ones(len(matrix)))
        return weight_overlap(vectors, teacher.directions)

    found: dict[str, object] = {}
    times = {call.__name__: seconds(lambda call=call: found.update({call.__name__: call()})) for call in (ours, power)}
    times["dense"] = seconds(lambda: found.update(dense=dense()))
    gap = float(np.min(np.subtract(found["ours"], found["power"])))
    error = float(np.max(np.abs(np.subtract(found["ours"], ours(EXACT, seed=1)))))
    mine = times["ours"]
    label = f"nested grid d={d}"
    return [
        row(f"{label}, time", mine, "s", times["power"], "15 power iterations per n", times["power"] / mine, ">= 4"),
        row(f"{label}, least overlap gain", gap, "overlap", 0.0, "15 power iterations per n", gap, ">= 0"),
        row(f"{label}, error of the overlap", error, "overlap", 1e-3, "eigenvectors", error / 1e-3, "<= 1"),
        row(f"{label}, against dense", mine, "s", times["dense"], "dense at the last n", times["dense"] / mine, ">= 5"),
    ]


def print_peak_mb(d: int, n: int) -> None:
    """Recover from n samples (three passes) and print the peak memory of this process in MB."""
    teacher = Teacher.draw(TeacherSpec(d))
    sample = teacher.sample("train", n, IDENTITY, threads=2)
    layer = FirstLayer(tolerance=TIGHT, max_passes=3, method="matrix_free")
    layer.fit(FeatureStream(teacher.feature_map, sample.source, n, 2), sample.y, teacher.spec.d1)
    print(own_peak_mb())


def own_peak_mb() -> float:
    """Peak memory of this process so far in MB; not by getrusage, whose maximum survives fork and exec."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024


def peak_mb(d: int, n: int) -> float:
    """Peak memory in MB of a process of its own that runs `print_peak_mb`."""
    code = f"from benchmarks.speed import print_peak_mb; print_peak_mb({d}, {n})"
    root = Path(__file__).parents[1]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return float(result.stdout)


def memory() -> list[Row]:
    """Peak memory as n grows, and where the dense form would not fit."""
    small, large = peak_mb(120, 10**5), peak_mb(120, 10**6)
    big, dense = peak_mb(400, 2 * 10**4), 4.0 * n_features(400, 2) ** 2 / 2**20
    return [
        row("memory, d=120, n=1e6 over n=1e5", large, "MB", small, "n=1e5", large / small, "<= 1.1"),
        row("memory, d=400", big, "MB", dense, "dense Ĉ in float32", big / 2048, "<= 1"),
    ]


def threads_rows(d: int, k: int) -> list[Row]:
    """Speed of two threads over one, and equality of the tables that they give."""
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
    """Wall time of `snakemake paper` at the default configuration in a copy without results."""
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
    """Seconds of one application against n, d and k, one varied at a time, for the log-log plot."""
    points = [("n", 120, 14, factor) for factor in (1, 2, 4, 8, 16)]
    points += [("d", d, 14, 4) for d in (60, 90, 120, 180, 250, 400)]
    points += [("k", 120, k, 8) for k in (2, 4, 8, 16, 32)]
    rng, rows = generator(0, "benchmark operands"), []
    for varied, d, k, factor in points:
        n = factor * 16 * CHUNK
        stream = FeatureStream(HermiteFeatures(d, 2), RepeatedSource(d), n, threads)
        t, V = rng.standard_normal(n), rng.standard_normal((stream.features.D, k))
        stream.weighted_moment(t, V)
        times = [seconds(partial(stream.weighted_moment, t, V)) for _ in range(3)]
        rows.append({"varied": varied, "n": n, "d": d, "k": k, "seconds": float(np.median(times))})
    return pd.DataFrame(rows)


def slopes(points: pd.DataFrame) -> dict[str, float]:
    """Fitted exponents of the seconds of `scaling` in n, d and k."""
    return {
        varied: float(np.polyfit(np.log(part[varied]), np.log(part["seconds"]), 1)[0])
        for varied, part in points.groupby("varied", sort=False)
    }


def run(threads: int, fitted: Mapping[str, float], root: Path) -> Iterator[Row]:
    """All rows, each when it has been measured; `fitted` are the `slopes`, `root` is the project's folder."""
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
