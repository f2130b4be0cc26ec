# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown]
# # Your own data
#
# `FeatureCascade` is a regressor with the interface of scikit-learn for targets that are made of a few quadratic
# features: y ≈ g(Σ λ_k (h_k² − 1)), where each h_k is a polynomial of degree q in the inputs. Degree 1 is a quadratic
# target, degree 2 a quartic one. It finds the number of features, their signs and the link g by itself.
#
# This page makes such data, and does with them what you would do with yours.

# %%
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline

from feature_cascade import FeatureCascade, diagnose

rng = np.random.default_rng(0)
d, n = 12, 5000
Z = rng.standard_normal((n + 1000, d))
mixing = rng.standard_normal((d, d))
X = Z @ mixing + 3  # inputs as they come: correlated, not centred
a, b = np.linalg.qr(rng.standard_normal((d, 2)))[0].T
y = np.tanh((Z @ a) ** 2 - (Z @ b) ** 2) + 0.1 * rng.standard_normal(len(Z))
X, X_new, y, y_new = X[:n], X[n:], y[:n], y[n:]

# %% [markdown]
# ## 1. Look first
#
# `diagnose` whitens the inputs and compares the leading eigenvalues of each degree with what labels of pure noise would
# give: predicted edges of the bulk, and the same with permuted labels.

# %%
print(diagnose(X, y))

# %% [markdown]
# Two directions stand out at degree 1, one of each sign. At degree 2 there are many: the tanh of quadratic features has
# quartic parts too. The degree with few directions far beyond the edge is the one to try first.
#
# ## 2. Whiten the inputs
#
# The features assume inputs with mean 0 and covariance I. Raw inputs are warned of, and fitted less well:

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    raw = FeatureCascade(degree=1, random_state=0).fit(X, y)
print(caught[0].message)
print(f"R² on new samples: {raw.score(X_new, y_new):.3f}")

# %% [markdown]
# A principal component analysis whitens them. Drop components of tiny variance there too: whitening would blow up
# their noise.

# %%
model = make_pipeline(PCA(whiten=True, random_state=0), FeatureCascade(degree=1, random_state=0)).fit(X, y)
cascade = model[-1]
print(f"R² on new samples: {model.score(X_new, y_new):.3f}")
print(f"{cascade.n_directions_} directions, strengths {cascade.strengths_.round(3)}")
print(f"noise left over: {cascade.noise_:.3f}")

# %% [markdown]
# The noise that was put in is 0.1, so at most R² = 1 − 0.1²/Var(y) can be reached:

# %%
print(f"{1 - 0.1**2 / y_new.var():.3f}")

# %% [markdown]
# ## 3. How many labels?
#
# Without noise about 1.5 labels for each number to be learned are enough: two directions in twelve dimensions have 24.
# With noise it takes more. Tools that do not know the form of the target need far more.

# %%
others = {"ridge": RidgeCV(), "gradient boosting": HistGradientBoostingRegressor(random_state=0)}
sizes = (100, 200, 500, 1000, 5000)
errors = pd.DataFrame(index=pd.Index(sizes, name="n"))
whitening = PCA(whiten=True, random_state=0).fit(X)  # needs no labels
white, white_new = whitening.transform(X), whitening.transform(X_new)
for name, tool in {"FeatureCascade": FeatureCascade(degree=1, random_state=0), **others}.items():
    errors[name] = [1 - tool.fit(white[:size], y[:size]).score(white_new, y_new) for size in sizes]
errors.round(3)

# %%
fig, axes = plt.subplots(figsize=(6, 3.5))
errors.plot(ax=axes, marker="o", logx=True, ylabel="NMSE on new samples", ylim=(0, 1.3))
axes.axhline(0.1**2 / y_new.var(), color="0.5", linestyle=":", label="noise")
axes.legend()
plt.show()

# %% [markdown]
# ## 4. What was learned
#
# The directions span those that made the labels, and the link is a tanh up to its scale.

# %%
directions = whitening.components_.T / np.sqrt(whitening.explained_variance_) @ cascade.components_.T
found = np.linalg.qr(mixing @ directions)[0]  # in the coordinates of Z
cos2 = np.sum((found.T @ np.column_stack([a, b])) ** 2, axis=0)
print("cos² with the true directions:", cos2.round(4))

# %%
h = cascade.transform(white_new)
score = (h**2 - 1) @ cascade.strengths_ + cascade.offset_
order = np.argsort(score)
fig, axes = plt.subplots(figsize=(6, 3.5))
axes.plot(score, y_new, ".", markersize=2, color="0.6", label="new samples")
axes.plot(score[order], cascade.link_(score[order]), label="learned link")
axes.set(xlabel="score", ylabel="y")
axes.legend()
plt.show()

# %% [markdown]
# ## 5. When there is nothing to find
#
# Labels of pure noise give no direction, and a prediction that is their mean.

# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    nothing = FeatureCascade(degree=1, random_state=0).fit(white, rng.standard_normal(n))
print(caught[0].message)
print(nothing.n_directions_, np.unique(nothing.predict(white_new)).size)
