"""`KernelBaseline`: kernel ridge regression with scikit-learn's interface, exact or iterative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.model_selection import KFold
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ...estimator.blas import one_blas_thread
from ...estimator.parameters import N_JOBS, count, positive, refuse_text
from ...model.labels import binary_exponent
from .cholesky import solve_exactly
from .conjugate_gradients import RANK, NystromPreconditioner, Solution, solve
from .functions import KERNELS, Kernel
from .matrix import KernelMatrix, apply
from .precision import check_range, coordinates, precision
from .search import GridErrors, candidates, warn_unless_converged

FLOATS = [np.float64, np.float32]
SOLVERS = ("auto", "exact", "iterative")
KERNEL_RIDGES = tuple(np.logspace(-4, 2, 13))
EXACT_UP_TO = 12_000  # samples: the matrix takes 1.2 GB and a Cholesky factorisation about half a minute
FOLDS = 5
ALL_FOLDS_UP_TO = 1000  # samples, beyond which one fold of several hundred decides about the ridge
SEARCH_TOLERANCE = 1e-2  # of the iterative solver while it compares ridges
SAMPLES_PER_RANK = 8


class KernelBaseline(RegressorMixin, BaseEstimator):
    """Kernel ridge regression ŷ(x) = ȳ + Σ_μ α_μ K(x, x_μ), (K + ridge·I) α = y − ȳ.

    Parameters
    ----------
    kernel : {"polynomial", "gaussian", "exponential", "arc_cosine", "ntk"}
        Name of the kernel; see `Kernel`.
    degree : int
        Degree of the polynomial kernel.
    bandwidth : float
        Length ℓ of the Gaussian kernel.
    depth : int
        Layers of weights of the arc-cosine and the tangent kernel.
    ridge : float, optional
        Fixed ridge; None chooses it from `ridges`.
    ridges : sequence of float, optional
        The grid; None takes 13 values from 10^−4 to 10^2, evenly spaced in the logarithm.
    cv_folds : int, optional
        How many of the five folds are evaluated; None takes all up to 1000 samples and one beyond.
    solver : {"auto", "exact", "iterative"}
        Cholesky factorisation (8 n² bytes), preconditioned conjugate gradients, or "auto", which is exact up to 12,000
        samples.
    rank : int, optional
        Samples that the preconditioner is made of (4·n·rank bytes); None takes n/8, at most 2000.
    tolerance : float
        Relative residual at which the iterative solver stops.
    max_iterations : int
        Most steps of the iterative solver.
    random_state : int or numpy.random.RandomState, optional
        Seed of the folds and of the preconditioner's samples.
    n_jobs : int, optional
        Threads, in joblib's sense: −1 takes all processors, None one unless joblib's context says otherwise. The
        result does not depend on it. The exact solver compares as many ridges at a time, with a copy of
        the matrix each.

    Attributes
    ----------
    dual_coef_ : ndarray of shape (n,)
        Dual coefficients α.
    intercept_ : float
        Mean label ȳ.
    X_fit_ : ndarray of shape (n, d)
        Training inputs.
    ridge_ : float
        The ridge in use.
    ridges_ : ndarray or None
        The grid; None with a fixed ridge.
    ridge_errors_ : ndarray or None
        Held-out mean squared error of each ridge of the grid, infinite where the solver failed or did not converge,
        or the square of the labels' unit overflows; None with a fixed ridge.
    solver_ : {"exact", "iterative"}
        The solver in use.
    n_iter_ : int
        Iterations of the final solve, 0 if exact.
    residual_ : float
        Its relative residual |y − ȳ − (K + ridge·I) α|/|y − ȳ|, with the blocks that the solver uses.
    converged_ : bool
        Whether the residual is at most the tolerance.
    n_features_in_ : int
        Input dimension d.

    Notes
    -----
    The kernels are functions of x·x'/d for inputs close to standard Gaussian. The ridge is chosen on a grid by the
    squared error on held-out training samples, folds of a fifth of them, and the fit repeated on all of them with it.
    The exact solver factorises K in float64; the iterative one recomputes single-precision blocks of K in each step,
    for n up to 10^5, and solves for all ridges of the grid at once.

    Only ridges for which the solver converged are compared. If none did, the one with the smallest residual is taken,
    and a warning says so. If K + ridge·I turns out not to be positive definite for all samples, larger ridges follow.

    The Gaussian kernel sees distances, so its inputs are first centred at the medians and divided by the bandwidth, in
    float64: no offset of X costs digits. The other kernels are functions of x·x'/d itself, to which an offset adds a
    constant: centring would make other kernels of them, so their X stays as it is. Where single precision cannot tell
    their samples apart, because |x|² is much larger than the variance, the iterative solver computes its blocks in
    double precision; where that cannot either, X is refused.

    Labels are divided by a power of two first, so their unit does not matter.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((500, 3))
    >>> model = KernelBaseline("polynomial", degree=2).fit(x[:400], x[:400, 0] * x[:400, 1])
    >>> bool(model.score(x[400:], x[400:, 0] * x[400:, 1]) > 0.99)
    True
    """

    _parameter_constraints: ClassVar[dict] = {
        "kernel": [StrOptions(set(KERNELS))],
        "degree": [count()],
        "bandwidth": [positive()],
        "depth": [count(2)],
        "ridge": [positive(), None],
        "ridges": ["array-like", None],
        "cv_folds": [count(1, FOLDS), None],
        "solver": [StrOptions(set(SOLVERS))],
        "rank": [count(), None],
        "tolerance": [positive(1)],
        "max_iterations": [count()],
        "random_state": ["random_state"],
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        kernel: str = "gaussian",
        *,
        degree: int = 4,
        bandwidth: float = 1.0,
        depth: int = 2,
        ridge: float | None = None,
        ridges: Sequence[float] | None = None,
        cv_folds: int | None = None,
        solver: str = "auto",
        rank: int | None = None,
        tolerance: float = 1e-4,
        max_iterations: int = 300,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = 1,
    ) -> None:
        self.kernel = kernel
        self.degree = degree
        self.bandwidth = bandwidth
        self.depth = depth
        self.ridge = ridge
        self.ridges = ridges
        self.cv_folds = cv_folds
        self.solver = solver
        self.rank = rank
        self.tolerance = tolerance
        self.max_iterations = max_iterations
        self.random_state = random_state
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: np.ndarray, y: np.ndarray) -> KernelBaseline:
        """Choose the ridge and solve for the dual coefficients.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        KernelBaseline
            The estimator itself.

        Raises
        ------
        ValueError
            On NaN or infinite values, labels that are text, fewer samples than folds while the ridge is to be chosen,
            inputs so large that the kernel overflows or cannot tell them apart, or a parameter outside its range.
        numpy.linalg.LinAlgError
            If K + ridge·I is not positive definite in double precision for any ridge that may be used.

        Warns
        -----
        ConvergenceWarning
            If the solver did not reach the tolerance, for the ridge in use or for one that would have been better.
        """
        refuse_text(y)
        minimum = FOLDS if self.ridge is None else 1
        X, y = validate_data(self, X, y, y_numeric=True, dtype=FLOATS, ensure_min_samples=minimum)
        exponent = binary_exponent(y)
        y = np.ldexp(np.asarray(y, dtype=float), -exponent)
        self.solver_ = self.solver if self.solver != "auto" else ("exact" if len(y) <= EXACT_UP_TO else "iterative")
        self._coordinates = coordinates(self._kernel(), X)
        seen = self._coordinates(X)
        seen = seen.astype(precision(self._coordinates, seen, single=self.solver_ == "iterative"), copy=False)
        rng = check_random_state(self.random_state)
        mean = y.mean()
        with one_blas_thread():
            ridges = self._ranked_ridges(seen, y, rng, exponent)
            found, self.ridge_ = self._first_solution(seen, y - mean, ridges, rng)
        self.X_fit_, self.intercept_ = X.astype(float), float(np.ldexp(mean, exponent))
        self.dual_coef_ = np.ldexp(found.coefficients[:, 0], exponent)
        self.n_iter_, self.residual_ = found.iterations, float(found.residuals[0])
        self.converged_ = self.residual_ <= self.tolerance
        warn_unless_converged(self)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predicted labels.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Inputs.

        Returns
        -------
        ndarray of shape (m,)
            Predictions ŷ.

        Raises
        ------
        ValueError
            On NaN or infinite values, or inputs so large that the kernel overflows.
        """
        check_is_fitted(self)
        seen = self._coordinates(validate_data(self, X, reset=False, dtype=FLOATS))
        kernel = self._coordinates.kernel
        check_range(kernel, seen)
        known, threads = self._coordinates(self.X_fit_), effective_n_jobs(self.n_jobs)
        return self.intercept_ + apply(kernel, seen, known, self.dual_coef_[:, None], threads)[:, 0]

    def _ranked_ridges(self, X: np.ndarray, y: np.ndarray, rng: np.random.RandomState, exponent: int) -> list[float]:
        """The ridges that may be used, best first; sets the attributes of the search."""
        self.ridges_ = self.ridge_errors_ = None
        if self.ridge is not None:
            return [float(self.ridge)]
        self.ridges_ = _grid(self.ridges)
        ranked, errors = candidates(self.ridges_, self._held_out_errors(X, y, self.ridges_, rng))
        with np.errstate(over="ignore", under="ignore"):  # squares of labels beyond 1e±154 leave double precision
            self.ridge_errors_ = np.ldexp(errors, 2 * exponent)
        return ranked

    def _first_solution(
        self, X: np.ndarray, y: np.ndarray, ridges: list[float], rng: np.random.RandomState
    ) -> tuple[Solution, float]:
        """The solution of the first ridge that can be solved for, and that ridge."""
        for ridge in ridges:
            found = self._solve(X, y, np.array([ridge]), self.tolerance, rng)
            if np.isfinite(found.residuals[0]):
                return found, ridge
        raise np.linalg.LinAlgError(
            f"K + ridge·I is not positive definite in double precision for ridge={ridges} and kernel={self.kernel!r}, "
            f"whose K(x, x) is up to {self._coordinates.kernel.diagonal(X.astype(float)).max():.3g}: choose a larger "
            "ridge, or rescale X to |x|²/d ≈ 1"
        )

    def _held_out_errors(
        self, X: np.ndarray, y: np.ndarray, ridges: np.ndarray, rng: np.random.RandomState
    ) -> GridErrors:
        """How each ridge of the grid does on the folds that are evaluated."""
        folds = self.cv_folds or (FOLDS if len(y) <= ALL_FOLDS_UP_TO else 1)
        splits = KFold(FOLDS, shuffle=True, random_state=rng.randint(2**31)).split(X)
        total, residuals, held = np.zeros(len(ridges)), np.zeros(len(ridges)), 0
        kernel, threads = self._coordinates.kernel, effective_n_jobs(self.n_jobs)
        for _, (train, test) in zip(range(folds), splits, strict=False):
            mean = y[train].mean()
            found = self._solve(X[train], y[train] - mean, ridges, SEARCH_TOLERANCE, rng)
            prediction = mean + apply(kernel, X[test], X[train], found.coefficients, threads)
            total += np.sum((prediction - y[test, None]) ** 2, axis=0)
            residuals = np.maximum(residuals, found.residuals)
            held += len(test)
        return GridErrors(total / held, residuals, residuals <= SEARCH_TOLERANCE)

    def _solve(
        self, X: np.ndarray, y: np.ndarray, ridges: np.ndarray, tolerance: float, rng: np.random.RandomState
    ) -> Solution:
        """α for each ridge, by the solver in use."""
        matrix = KernelMatrix(self._coordinates.kernel, X, effective_n_jobs(self.n_jobs))
        if self.solver_ == "exact":
            return solve_exactly(matrix, y, ridges)
        rank = self.rank or min(RANK, -(-len(y) // SAMPLES_PER_RANK))
        subset = rng.permutation(len(y))[:rank]
        preconditioner = NystromPreconditioner(matrix, subset, ridges)
        return solve(matrix, y, ridges, preconditioner, tolerance, self.max_iterations)

    def _kernel(self) -> Kernel:
        return Kernel(self.kernel, self.degree, self.bandwidth, self.depth)


def _grid(ridges: Sequence[float] | None) -> np.ndarray:
    """The grid of ridges as an array of positive numbers."""
    grid = np.asarray(KERNEL_RIDGES if ridges is None else ridges)
    if grid.ndim != 1 or not len(grid) or grid.dtype.kind not in "iuf" or not np.all((grid > 0) & (grid < np.inf)):
        raise ValueError(f"ridges must be None or a sequence of positive numbers, got {ridges!r}")
    return grid.astype(float)
