"""Named random streams and sources of samples."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_cascade.sampling import sources as stream
from feature_cascade.sampling.sources import BLOCK, BLOCKS, CHUNK, ArraySource, GaussianSource, KeptSource, n_chunks
from feature_cascade.sampling.streams import generator


def test_sizes_fit_together():
    assert CHUNK == BLOCK * BLOCKS
    assert BLOCK % 64 == 0  # the register block of the forward product


def test_same_name_gives_the_same_numbers():
    np.testing.assert_array_equal(generator(3, "train", 5).random(10), generator(3, "train", 5).random(10))


def test_bits_of_a_stream_never_change():
    """Pinned: SeedSequence and SFC64 are fixed by numpy for good, so no machine and no release may differ."""
    raw = generator(7, "train", 2).bit_generator.random_raw(3)
    assert raw.tolist() == [5777831483746369986, 1252214712450477831, 4525275352223519596]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((0, "train", 0), (1, "train", 0)),
        ((0, "train", 0), (0, "test", 0)),
        ((0, "train", 0), (0, "train", 1)),
        ((0, "train", 1), (1, "train", 0)),
        ((0, "train", 0), (0, "second_layer", 0)),
        ((0, "directions", 0), (0, "signs", 0)),
    ],
)
def test_different_names_give_independent_numbers(one, other):
    n = 20_000
    a, b = generator(*one).standard_normal(n), generator(*other).standard_normal(n)
    assert not np.intersect1d(a, b).size
    for u, v in [(a, b), (a[1:], b[:-1]), (a[:-1], b[1:]), (a**2 - 1, b**2 - 1)]:
        assert abs(np.mean(u * v) / (u.std() * v.std())) < 5 / math.sqrt(n)


@given(st.integers(1, 3 * CHUNK), st.integers(1, 3 * CHUNK))
def test_smaller_sample_is_a_prefix_of_a_larger(n, m):
    source = GaussianSource(2, 11, "train")
    small, large = sorted((n, m))
    assert source.rows(small).shape == (small, 2)
    np.testing.assert_array_equal(source.rows(small), source.rows(large)[:small])


def test_kept_chunks_are_drawn_once_and_those_beyond_the_limit_every_time(monkeypatch):
    source, drawn = GaussianSource(3, 0, "train"), []

    class Counting:
        d = source.d

        def chunk(self, index):
            drawn.append(index)
            return source.chunk(index)

    monkeypatch.setattr(stream, "KEPT_BYTES", 2 * source.chunk(0).nbytes)
    kept = KeptSource(Counting())
    for index in (2, 0, 1, 2, 1, 0):
        np.testing.assert_array_equal(kept.chunk(index), source.chunk(index))
    assert kept.d == 3
    assert drawn == [2, 0, 1, 2]


def test_chunk_is_feature_major():
    source = GaussianSource(3, 0, "train")
    chunk, rows = source.chunk(1), source.rows(2 * CHUNK)
    assert chunk.shape == (BLOCKS, 3, BLOCK)
    assert chunk.dtype == np.float32
    for b, j in [(0, 0), (1, 5), (BLOCKS - 1, BLOCK - 1)]:
        np.testing.assert_array_equal(chunk[b, :, j], rows[CHUNK + b * BLOCK + j])


def test_samples_are_standard_gaussian():
    rows = GaussianSource(4, 1, "train").rows(25_000).astype(float)
    n = len(rows)
    assert np.abs(rows.mean(0)).max() < 5 / math.sqrt(n)
    covariance = rows.T @ rows / n
    assert np.abs(covariance - np.eye(4)).max() < 5 * math.sqrt(2 / n)
    assert abs(np.mean(rows**4) - 3.0) < 5 * math.sqrt(96 / rows.size)


def test_rows_of_different_purposes_are_uncorrelated():
    a, b = (GaussianSource(3, 5, purpose).rows(20_000) for purpose in ("train", "test"))
    assert np.abs(a.T @ b / len(a)).max() < 5 / math.sqrt(len(a))


def test_chunks_differ():
    source = GaussianSource(2, 0, "train")
    assert not np.intersect1d(source.chunk(0), source.chunk(1)).size > source.chunk(0).size // 1000


@pytest.mark.parametrize("n", [1, BLOCK - 1, BLOCK, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 7])
def test_array_source_hands_out_its_rows_filled_up_with_zeros(n):
    X = np.random.default_rng(0).standard_normal((n, 3))
    source = ArraySource(X)
    assert source.d == 3
    chunks = [source.chunk(c) for c in range(n_chunks(n))]
    assert all(c.shape == (BLOCKS, 3, BLOCK) and c.dtype == np.float32 and c.flags.c_contiguous for c in chunks)
    rows = np.concatenate([c.transpose(0, 2, 1).reshape(CHUNK, 3) for c in chunks])
    np.testing.assert_array_equal(rows[:n], X.astype(np.float32))
    np.testing.assert_array_equal(rows[n:], 0.0)


def test_array_source_of_a_gaussian_source_gives_the_same_chunks():
    gaussian = GaussianSource(5, 2, "train")
    array = ArraySource(gaussian.rows(2 * CHUNK))
    for c in (0, 1):
        np.testing.assert_array_equal(gaussian.chunk(c), array.chunk(c))


@pytest.mark.parametrize("offset", [0.0, 1e4, 1e8])
def test_array_source_centres_and_scales_before_the_cast(offset):
    """At an offset of 1e8 float32 numbers are 8 apart: a cast before the centring leaves nothing."""
    rng = np.random.default_rng(0)
    plain, n = rng.standard_normal((CHUNK + 3, 2)), CHUNK + 3
    X = offset + plain * [2.0, 0.5]
    before = X.copy()
    source = ArraySource(X, centre=X.mean(0), scale=X.std(0))
    rows = np.concatenate([source.chunk(c).transpose(0, 2, 1).reshape(CHUNK, 2) for c in range(2)])
    np.testing.assert_array_equal(rows[:n], ((X - X.mean(0)) / X.std(0)).astype(np.float32))
    np.testing.assert_allclose(rows[:n], (plain - plain.mean(0)) / plain.std(0), atol=1e-6 + 1e-15 * offset * 100)
    np.testing.assert_array_equal(rows[n:], 0.0)  # the filling is not centred
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(("centre", "scale"), [(np.zeros(3), None), (None, np.ones((1, 2))), (0.0, None)])
def test_array_source_rejects_a_centre_or_scale_of_another_shape(centre, scale):
    with pytest.raises(ValueError, match=r"(centre|scale) must have shape \(2,\), got \("):
        ArraySource(np.zeros((4, 2)), centre, scale)


def test_array_source_reads_any_memory_order_and_type():
    X = np.asfortranarray(np.arange(12, dtype=np.int64).reshape(4, 3))
    chunk = ArraySource(X).chunk(0)
    np.testing.assert_array_equal(chunk[0, :, :4], X.T)


@given(st.integers(1, 10**9))
def test_number_of_chunks(n):
    assert (n_chunks(n) - 1) * CHUNK < n <= n_chunks(n) * CHUNK
