# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# # The paper in ten minutes
#
# A learning curve that looks like one smooth power law is, in this model, a sum of many sharp transitions. Everything
# below is read from the [stored tables](../../results/reference/README.md) of a run, or computed in a line. Definitions
# are in [METHOD](../../METHOD.md).
#
# ## 1. A target made of features of decreasing strength
#
# The target is y = g(Σ λ_i (h_i² − 1)/√2). Each h_i is a random form of degree q = 2 in d Gaussian inputs, and the
# strengths fall like |λ_i| ∝ i^(−γ). There are d1 = ⌊√d⌋ of them.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from feature_cascade.theory.scaling import alpha_thresholds, mse_exponent, staircase, tail_sum

STORED = "results/reference/run"
d, d1, gamma, q = 120, 10, 0.4, 2
strengths = np.arange(1, d1 + 1) ** -gamma
strengths /= np.linalg.norm(strengths)
print(strengths.round(3))

# %% [markdown]
# ## 2. The claim: one after another
#
# The first layer takes the leading eigenvectors of the moment matrix Ĉ = (1/n) Σ t_μ (F_μ F_μ^T − I). Direction i comes
# out of the noise once n exceeds about d^q i^(2γ)/Z². In α = log n/log d the thresholds are these, and the number of
# recovered directions is a staircase:

# %%
thresholds = alpha_thresholds(d, d1, gamma, eps=0.5, q=q)
alpha = np.linspace(1.6, 3.0, 300)
steps = staircase(alpha, thresholds)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
left.step(alpha, steps)
left.set(xlabel="α = log n / log d", ylabel="directions recovered")
right.plot(alpha, tail_sum(strengths, steps))
right.set(xlabel="α = log n / log d", ylabel="error that is left: Σ λ² of the rest", ylim=(0, 1.05))
plt.show()

# %% [markdown]
# ## 3. What is measured
#
# Alignment cos²θ_i of each direction with what the first layer found, mean over seeds, at d = 120 and g = identity.
# Lines are the asymptotics, with nothing fitted.


# %%
def stored(table: str) -> pd.DataFrame:
    """A stored table at one d and γ; of theory, the rows by the law of features at finite d."""
    rows = pd.read_csv(f"{STORED}/{table}.csv")
    rows = rows[(rows["d"] == d) & (rows["gamma"] == gamma)]
    return rows[rows["law"] == "finite_d"] if "law" in rows else rows


measured, theory = stored("collected/identity.directions"), stored("theory/identity.directions")
fig, axes = plt.subplots(figsize=(7, 4))
for k, i in enumerate((1, 2, 3, 5, 8)):
    points = measured[measured["direction"] == i].groupby("alpha")["cos2"].mean()
    line = theory[theory["direction"] == i].groupby("alpha")["cos2"].mean()
    axes.plot(points.index, points, "o", color=f"C{k}", label=f"i = {i}")
    axes.plot(line.index, line, color=f"C{k}")
axes.set(xlabel="α = log n / log d", ylabel="cos²θ")
axes.legend()
plt.show()

# %% [markdown]
# The order is that of the strengths. The curves are smooth where the staircase jumps, for two reasons: each transition
# has a width of its own, and a mean over few seeds has plateaus where a direction has negative strength, since those
# are found later with the identity link.
#
# ## 4. Where each direction is found
#
# The n at which cos² crosses 1/2, measured and by the scaling form. Their ratio is not 1: the paper gives no constant.
# What counts is the slope.

# %%
found = pd.read_csv(f"{STORED}/thresholds/identity.csv").query("d == @d and sign == 'all' and status == 'measured'")
scaling = d ** thresholds[found["direction"] - 1]
table = found[["direction", "n"]].assign(scaling=scaling, ratio=found["n"] / scaling)
table.round(2)

# %% [markdown]
# ## 5. The error is the tail
#
# For γ > 1/2 the sum over the rest makes the error fall like n^(−1 + 1/(2γ)). A run has only a handful of directions,
# so whether that exponent is seen is a question of size. The asymptotics can be asked at a d that no simulation
# reaches:

# %%
fig, axes = plt.subplots(figsize=(7, 4))
for k, g in enumerate((0.6, 0.8, 1.0, 1.5)):
    curve = pd.read_csv(f"{STORED}/slopes/g{g:.2f}.csv").query("d == d.max()")
    mean = curve.groupby("n_over_D")["nmse"].mean()
    axes.loglog(mean.index, mean, color=f"C{k}", label=f"γ = {g}: predicted exponent {mse_exponent(g):.2f}")
    start = mean.index[np.argmin(np.abs(mean - 0.5))]
    n = np.array([start, 100 * start])
    axes.loglog(n, mean[start] * (n / start) ** mse_exponent(g), "--", color=f"C{k}")
axes.set(xlabel="n / D", ylabel="NMSE", ylim=(1e-3, 1.3))
axes.legend()
plt.show()

# %% [markdown]
# Dashed lines have the exponents of the paper. They are reached slowly, best for large γ: see
# [figure 9](../figures/fig9.md).
#
# ## 6. What holds
#
# Each claim has a rule that was written before the run, and a verdict
# ([how to read it](../../REPRODUCING.md#how-to-read-the-ledger)):

# %%
ledger = pd.read_csv("results/reference/claims.csv")
pd.set_option("display.max_colwidth", None)
ledger.set_index("name")[["statement", "verdict"]]
