"""`KernelBaseline`: kernel ridge regression with scikit-learn's interface, exact or iterative."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real

import numpy as np
import scipy.linalg
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.model_selection import KFold
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from .conjugate_gradients import RANK, NystromPreconditioner, Solution, solve
from .functions import Kernel
from .matrix import KernelMatrix, apply, dense, one_blas_thread, over_threads

SOLVERS = ("auto", "exact", "iterative")
RIDGES = tuple(np.logspace(-4, 2, 13))
EXACT_UP_TO = 12_000  # samples: the matrix takes 1.2 GB and a Cholesky factorisation about half a minute
FOLDS = 5
ALL_FOLDS_UP_TO = 1000  # samples, beyond which one fold of several hundred decides about the ridge
SEARCH_TOLERANCE = 1e-2  # of the iterative solver while it compares ridges
SAMPLES_PER_RANK = 8


class KernelBaseline(RegressorMixin, BaseEstimator):
    """Kernel ridge regression ŷ(x) = ȳ + Σ_μ α_μ K(x, x_μ), (K + ridge·I) α = y − ȳ.

    The kernels are those of `Kernel`, functions of x·x'/d for inputs close to standard Gaussian. The ridge is chosen on
    a grid by the squared error on held-out training samples, folds of a fifth of them, and the fit repeated on all of
    them with it. The exact solver factorises K in float64; the iterative one recomputes single-precision blocks of K in
    each step, for n up to 10^5, and solves for all ridges of the grid at once.

    Parameters
    ----------
    kernel, degree, bandwidth, depth : see `Kernel`.
    ridge : fixed ridge; None chooses it from `ridges`.
    ridges : the grid; None takes 13 values from 10^−4 to 10^2, evenly spaced in the logarithm.
    cv_folds : how many of the five folds are evaluated; None takes all up to 1000 samples and one beyond.
    solver : "exact" (Cholesky, 8 n² bytes), "iterative" (preconditioned conjugate gradients), or "auto", which is
        exact up to 12,000 samples.
    rank : samples that the preconditioner is made of (4·n·rank bytes); None takes n/8, at most 2000.
    tolerance : relative residual at which the iterative solver stops.
    max_iterations : of the iterative solver.
    random_state : seed of the folds and of the preconditioner's samples.
    n_jobs : threads; the result does not depend on it. The exact solver compares as many ridges at a time, with a copy
        of the matrix each.

    Attributes
    ----------
    dual_coef_ : α, shape (n,). intercept_ : ȳ. X_fit_ : the training inputs (n, d). ridge_ : the ridge in use.
    ridges_, ridge_errors_ : the grid and its held-out mean squared errors; None with a fixed ridge.
    solver_ : "exact" or "iterative". n_iter_ : iterations of the final solve (0 if exact). residual_ : its relative
    residual |y − ȳ − (K + ridge·I) α|/|y − ȳ|, with the blocks that the solver uses. converged_ : bool, residual_ ≤
    tolerance. n_features_in_ : d.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((500, 3))
    >>> model = KernelBaseline("polynomial", degree=2).fit(x[:400], x[:400, 0] * x[:400, 1])
    >>> bool(model.score(x[400:], x[400:, 0] * x[400:, 1]) > 0.99)
    True
    """

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
        n_jobs: int = 1,
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

    def fit(self, X: np.ndarray, y: np.ndarray) -> KernelBaseline:
        """Fit to inputs X (n, d) and labels y (n,).

        Raises
        ------
        ValueError
            On NaN or infinite values, fewer samples than folds while the ridge is to be chosen, inputs so large that
            the kernel overflows, or a parameter outside its range.
        numpy.linalg.LinAlgError
            If K + ridge·I is not positive definite in double precision: the ridge is too small for the kernel.
        """
        minimum = FOLDS if self.ridge is None else 1
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=minimum)
        y = np.asarray(y, dtype=float)
        self._check_parameters()
        self.solver_ = self.solver if self.solver != "auto" else ("exact" if len(y) <= EXACT_UP_TO else "iterative")
        X = X.astype(float if self.solver_ == "exact" else np.float32)
        _check_range(self._kernel(), X)
        rng = check_random_state(self.random_state)
        self.intercept_ = float(y.mean())
        self.ridges_ = self.ridge_errors_ = None
        self.ridge_ = self.ridge
        if self.ridge is None:
            self.ridges_ = np.array(RIDGES if self.ridges is None else self.ridges, dtype=float)
            with one_blas_thread():
                self.ridge_errors_ = self._held_out_errors(X, y, self.ridges_, rng)
            self.ridge_ = float(self.ridges_[np.argmin(self.ridge_errors_)])
        with one_blas_thread():
            found = self._solve(X, y - self.intercept_, np.array([self.ridge_]), self.tolerance, rng)
        self.X_fit_, self.dual_coef_ = X.astype(float), found.coefficients[:, 0]
        self.n_iter_, self.residual_ = found.iterations, float(found.residuals[0])
        self.converged_ = self.residual_ <= self.tolerance
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predicted labels of X (m, d), shape (m,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False).astype(float)
        kernel = self._kernel()
        _check_range(kernel, X)
        return self.intercept_ + apply(kernel, X, self.X_fit_, self.dual_coef_[:, None], self.n_jobs)[:, 0]

    def _held_out_errors(
        self, X: np.ndarray, y: np.ndarray, ridges: np.ndarray, rng: np.random.RandomState
    ) -> np.ndarray:
        """Mean squared error of each ridge on the folds that are evaluated, shape (len(ridges),)."""
        folds = self.cv_folds or (FOLDS if len(y) <= ALL_FOLDS_UP_TO else 1)
        splits = KFold(FOLDS, shuffle=True, random_state=rng.randint(2**31)).split(X)
        total, held = np.zeros(len(ridges)), 0
        for _, (train, test) in zip(range(folds), splits, strict=False):
            mean = y[train].mean()
            found = self._solve(X[train], y[train] - mean, ridges, SEARCH_TOLERANCE, rng)
            prediction = mean + apply(self._kernel(), X[test], X[train], found.coefficients, self.n_jobs)
            total += np.sum((prediction - y[test, None]) ** 2, axis=0)
            held += len(test)
        return total / held

    def _solve(
        self, X: np.ndarray, y: np.ndarray, ridges: np.ndarray, tolerance: float, rng: np.random.RandomState
    ) -> Solution:
        """α for each ridge, by the solver in use."""
        matrix = KernelMatrix(self._kernel(), X, self.n_jobs)
        if self.solver_ == "exact":
            return solve_exactly(matrix, y, ridges)
        rank = self.rank or min(RANK, -(-len(y) // SAMPLES_PER_RANK))
        subset = rng.permutation(len(y))[:rank]
        preconditioner = NystromPreconditioner(matrix, subset, ridges)
        return solve(matrix, y, ridges, preconditioner, tolerance, self.max_iterations)

    def _kernel(self) -> Kernel:
        return Kernel(self.kernel, self.degree, self.bandwidth, self.depth)

    def _check_parameters(self) -> None:
        self._kernel()
        if self.solver not in SOLVERS:
            raise ValueError(f"solver must be one of {SOLVERS}, got {self.solver!r}")
        for name in ("max_iterations", "n_jobs"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")
        if self.rank is not None and (not isinstance(self.rank, Integral) or self.rank < 1):
            raise ValueError(f"rank must be None or an integer of at least 1, got {self.rank!r}")
        if self.cv_folds is not None and (not isinstance(self.cv_folds, Integral) or not 1 <= self.cv_folds <= FOLDS):
            raise ValueError(f"cv_folds must be None or an integer between 1 and {FOLDS}, got {self.cv_folds!r}")
        if not isinstance(self.tolerance, Real) or not 0 < self.tolerance < 1:
            raise ValueError(f"tolerance must be a number strictly between 0 and 1, got {self.tolerance!r}")
        if self.ridge is not None and (not isinstance(self.ridge, Real) or not 0 < self.ridge < np.inf):
            raise ValueError(f"ridge must be None or a positive number, got {self.ridge!r}")
        if self.ridges is not None:
            grid = np.asarray(self.ridges)
            if grid.ndim != 1 or not len(grid) or not np.all((grid > 0) & (grid < np.inf)):
                raise ValueError(f"ridges must be None or a sequence of positive numbers, got {self.ridges!r}")


def _check_range(kernel: Kernel, X: np.ndarray) -> None:
    """K(x, x) must be finite, which bounds K(x, x') too; the exponential overflows where |x|²/d reaches hundreds."""
    with np.errstate(over="ignore"):
        diagonal = kernel.diagonal(X).astype(X.dtype)
    if not np.all(np.isfinite(diagonal)):
        worst = np.max(np.sum(X.astype(float) ** 2, axis=1)) / X.shape[1]
        raise ValueError(
            f"X must be centred and scaled to |x|²/d ≈ 1: the kernel {kernel.name!r} overflows at |x|²/d = {worst:.3g}"
        )


def solve_exactly(matrix: KernelMatrix, y: np.ndarray, ridges: np.ndarray) -> Solution:
    """(K + ridge_j I) α_j = y by one Cholesky factorisation per ridge, on as many threads as the matrix has.

    For a grid of a dozen ridges that costs a third of an eigendecomposition. BLAS stays on one thread within each, so
    that no bit depends on their number.
    """
    K = dense(matrix.kernel, matrix.X, matrix.X, matrix.threads)
    np.fill_diagonal(K, matrix.diagonal)

    def one(ridge: float) -> np.ndarray:
        shifted = K if len(ridges) == 1 else K.copy()
        np.fill_diagonal(shifted, matrix.diagonal + ridge)
        # the transpose is the same matrix in the order that LAPACK overwrites without a copy of its own
        factor = scipy.linalg.cho_factor(shifted.T, lower=True, overwrite_a=True, check_finite=False)
        return scipy.linalg.cho_solve(factor, y, check_finite=False)

    alpha = np.stack(over_threads(one, ridges, matrix.threads), axis=1)
    scale = np.linalg.norm(y) or 1.0
    residual = y[:, None] - matrix.apply(alpha) - ridges * alpha
    return Solution(alpha, np.linalg.norm(residual, axis=0) / scale, 0)
