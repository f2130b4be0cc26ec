"""Two tile products in vector instructions: the inner loops of the moment operator.

Both are matrix products whose left factor is a tile of `TILE` features × BLOCK samples that stays in the L1 cache:

* `forward_tile`:  sums[m, j]  += Σ_r coef[m, r] · tile[r, j]      (features → directions)
* `backward_tile`: sums[m, r]  += Σ_j tile[r, j] · weight[m, j]    (samples → coefficients)

LLVM's loop vectoriser reaches about half of the machine's speed on the first, so the register blocks (4 directions ×
4 vectors, and 4 × 4 or 8 × 2 dot products) are written out as LLVM vectors of 16 floats. Sums are always formed in
these 16 lanes with fused multiply-adds, whatever the width of the machine's registers, so results do not depend on it.
With NUMBA_DISABLE_JIT=1 plain numpy products take their place.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import config, njit, types
from numba.core import cgutils
from numba.extending import intrinsic

TILE = 16
LANES = 16
STEP = 4 * LANES  # samples per register block of the forward product; BLOCK must be a multiple of it
WIDTH = 4  # directions per register block; a remainder of 2 has a block of its own, so their number must be even
FLOAT_BYTES = 4

_FLOAT, _INT32, _INT64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, LANES)


def _shuffle(builder, x, y, lanes):
    mask = ir.Constant(ir.VectorType(_INT32, len(lanes)), list(lanes))
    return builder.shuffle_vector(x, y, mask)


def _at(builder, address, offset, kind):
    return builder.inttoptr(builder.add(address, offset), kind.as_pointer())


def _load(builder, address, offset, kind=_VECTOR):
    return builder.load(_at(builder, address, offset, kind), align=FLOAT_BYTES)


def _store(builder, value, address, offset):
    builder.store(value, _at(builder, address, offset, value.type), align=FLOAT_BYTES)


def _broadcast(builder, scalar):
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    return _shuffle(builder, builder.insert_element(undefined, scalar, _INT32(0)), undefined, [0] * LANES)


def _fma(builder, x, y, z):
    signature = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    function = cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{LANES}f32")
    return builder.call(function, [x, y, z])


def _sum_lanes(builder, vectors):
    """Sum the lanes of each of 16 vectors: one vector whose lane i is the sum of vector i (pairwise tree)."""
    width = LANES
    while len(vectors) > 1:
        width //= 2
        starts = range(0, LANES, 2 * width)
        low = [lane for s in starts for lane in range(s, s + width)]
        high = [lane + width for lane in low]
        vectors = [
            builder.fadd(
                _shuffle(builder, x, y, low + [lane + LANES for lane in low]),
                _shuffle(builder, x, y, high + [lane + LANES for lane in high]),
            )
            for x, y in zip(vectors[::2], vectors[1::2], strict=True)
        ]
    return vectors[0]


def _forward_block(directions: int):
    """sums[directions, STEP] += coef[directions, TILE] · tile[TILE, STEP], all operands by address."""

    @intrinsic
    def block(typing, tile, tile_stride, coef, sums, sums_stride):
        def generate(context, builder, signature, arguments):
            tile, tile_stride, coef, sums, sums_stride = arguments
            vectors = range(STEP // LANES)
            offsets = [_INT64(v * LANES * FLOAT_BYTES) for v in vectors]
            rows = [builder.add(sums, builder.mul(sums_stride, _INT64(m))) for m in range(directions)]
            total = [[_load(builder, row, offset) for offset in offsets] for row in rows]
            for r in range(TILE):
                feature = builder.add(tile, builder.mul(tile_stride, _INT64(r)))
                values = [_load(builder, feature, offset) for offset in offsets]
                for m in range(directions):
                    place = _INT64((m * TILE + r) * FLOAT_BYTES)
                    weight = _broadcast(builder, _load(builder, coef, place, _FLOAT))
                    total[m] = [_fma(builder, weight, values[v], total[m][v]) for v in vectors]
            for m in range(directions):
                for v in vectors:
                    _store(builder, total[m][v], rows[m], offsets[v])

        return types.void(*[types.uintp] * 5), generate

    return block


def _backward_block(features: int, directions: int):
    """sums[directions, features] += weight[directions, BLOCK] · tile[features, BLOCK]^T, all operands by address."""

    @intrinsic
    def block(typing, tile, stride, weight, sums):
        def generate(context, builder, signature, arguments):
            tile, stride, weight, sums = arguments
            tiles = [builder.add(tile, builder.mul(stride, _INT64(r))) for r in range(features)]
            weights = [builder.add(weight, builder.mul(stride, _INT64(m))) for m in range(directions)]
            zero = ir.Constant(_VECTOR, [0.0] * LANES)
            total = [[cgutils.alloca_once_value(builder, zero) for _ in tiles] for _ in weights]
            for row in total:
                for cell in row:
                    builder.store(zero, cell)
            step = _INT64(LANES * FLOAT_BYTES)
            with cgutils.for_range_slice(builder, _INT64(0), stride, step, intp=_INT64) as (offset, _):
                values = [_load(builder, row, offset) for row in tiles]
                for m in range(directions):
                    scale = _load(builder, weights[m], offset)
                    for r in range(features):
                        builder.store(_fma(builder, values[r], scale, builder.load(total[m][r])), total[m][r])
            result = _sum_lanes(builder, [builder.load(cell) for row in total for cell in row])
            for m in range(directions):
                part = _shuffle(builder, result, result, range(m * features, (m + 1) * features))
                place = _INT64(m * TILE * FLOAT_BYTES)
                before = _load(builder, sums, place, part.type)
                _store(builder, builder.fadd(before, part), sums, place)

        return types.void(*[types.uintp] * 4), generate

    return block


_forward_4, _forward_2 = _forward_block(4), _forward_block(2)
_backward_4, _backward_2 = _backward_block(4, 4), _backward_block(8, 2)


def _forward_tile(tile: np.ndarray, coef: np.ndarray, sums: np.ndarray) -> None:
    k, n = sums.shape
    row, start = np.uint64(n * FLOAT_BYTES), np.uint64(tile.ctypes.data)
    coefs, out = np.uint64(coef.ctypes.data), np.uint64(sums.ctypes.data)
    for m in range(0, k - 1, WIDTH):
        c = coefs + np.uint64(m * TILE * FLOAT_BYTES)
        for j in range(0, n, STEP):
            s = out + np.uint64((m * n + j) * FLOAT_BYTES)
            if k - m >= WIDTH:
                _forward_4(start + np.uint64(j * FLOAT_BYTES), row, c, s, row)
            else:
                _forward_2(start + np.uint64(j * FLOAT_BYTES), row, c, s, row)


def _backward_tile(tile: np.ndarray, weight: np.ndarray, sums: np.ndarray) -> None:
    k, n = weight.shape
    row, start = np.uint64(n * FLOAT_BYTES), np.uint64(tile.ctypes.data)
    weights, out = np.uint64(weight.ctypes.data), np.uint64(sums.ctypes.data)
    for m in range(0, k - 1, WIDTH):
        w = weights + np.uint64(m * n * FLOAT_BYTES)
        if k - m >= WIDTH:
            for r in range(0, TILE, 4):
                _backward_4(
                    start + np.uint64(r * n * FLOAT_BYTES), row, w, out + np.uint64((m * TILE + r) * FLOAT_BYTES)
                )
        else:
            for r in range(0, TILE, 8):
                _backward_2(
                    start + np.uint64(r * n * FLOAT_BYTES), row, w, out + np.uint64((m * TILE + r) * FLOAT_BYTES)
                )


def _forward_tile_plain(tile: np.ndarray, coef: np.ndarray, sums: np.ndarray) -> None:
    sums += coef @ tile


def _backward_tile_plain(tile: np.ndarray, weight: np.ndarray, sums: np.ndarray) -> None:
    sums += weight @ tile.T


if config.DISABLE_JIT:
    forward_tile, backward_tile = _forward_tile_plain, _backward_tile_plain
else:
    forward_tile, backward_tile = (
        njit(nogil=True, cache=True, error_model="numpy")(tile) for tile in (_forward_tile, _backward_tile)
    )
