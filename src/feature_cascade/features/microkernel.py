"""Two products in vector instructions: the inner loops of the moment operator.

Both work on one group of features, f_r = factor · row_r, and on a block of samples; rows, factor and the k × BLOCK
arrays are contiguous in samples. The common factor is taken out, so no feature is ever stored:

* `forward`:  values[m, j] += factor[j] Σ_r coef[r, m] · row[r, j]     (features → directions)
* `backward`: sums[r, m]   += Σ_j row[r, j] · (factor[j] values[m, j])  (samples → coefficients)

LLVM's loop vectoriser reaches about half of the machine's speed on the first, so the register blocks (up to 4
directions × 4 vectors of samples, and 4 rows × up to 4 directions of dot products) are written out as LLVM vectors of
16 floats. Sums are always formed in these 16 lanes with fused multiply-adds, whatever the width of the machine's
registers, so results do not depend on it. With NUMBA_DISABLE_JIT=1 plain numpy products take their place.
"""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from ..compiled import JIT, jit
from .hermite import ROWS

VECTOR_WIDTH = 16
REGISTER_SAMPLES = 4 * VECTOR_WIDTH  # of a register block of the forward product; BLOCK must be a multiple of it
REGISTER_DIRECTIONS = 4  # of a register block
FLOAT_BYTES = 4

_FLOAT, _INT32, _INT64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
_VECTOR = ir.VectorType(_FLOAT, VECTOR_WIDTH)
_ZERO = ir.Constant(_VECTOR, [0.0] * VECTOR_WIDTH)


def _shuffle(builder, x, y, lanes):
    return builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_INT32, len(lanes)), list(lanes)))


def _at(builder, address, offset, kind):
    return builder.inttoptr(builder.add(address, offset), kind.as_pointer())


def _load(builder, address, offset, kind=_VECTOR):
    return builder.load(_at(builder, address, offset, kind), align=FLOAT_BYTES)


def _store(builder, value, address, offset):
    builder.store(value, _at(builder, address, offset, value.type), align=FLOAT_BYTES)


def _broadcast(builder, scalar):
    undefined = ir.Constant(_VECTOR, ir.Undefined)
    return _shuffle(builder, builder.insert_element(undefined, scalar, _INT32(0)), undefined, [0] * VECTOR_WIDTH)


def _fma(builder, x, y, z):
    signature = ir.FunctionType(_VECTOR, [_VECTOR] * 3)
    function = cgutils.get_or_insert_function(builder.module, signature, f"llvm.fma.v{VECTOR_WIDTH}f32")
    return builder.call(function, [x, y, z])


def _sums_to_zero(builder, rows, columns):
    """Registers for rows × columns vector sums (LLVM turns the stack slots into registers)."""
    cells = [[cgutils.alloca_once(builder, _VECTOR) for _ in range(columns)] for _ in range(rows)]
    for row in cells:
        for cell in row:
            builder.store(_ZERO, cell)
    return cells


def _add_product(builder, cell, x, y):
    builder.store(_fma(builder, x, y, builder.load(cell)), cell)


def _sum_lanes(builder, vectors):
    """Sum the lanes of each of up to 16 vectors: one vector whose lane i is the sum of vector i (pairwise tree)."""
    vectors = vectors + [_ZERO] * (VECTOR_WIDTH - len(vectors))
    width = VECTOR_WIDTH
    while len(vectors) > 1:
        width //= 2
        low = [lane for start in range(0, VECTOR_WIDTH, 2 * width) for lane in range(start, start + width)]
        high = [lane + width for lane in low]
        vectors = [
            builder.fadd(
                _shuffle(builder, x, y, low + [lane + VECTOR_WIDTH for lane in low]),
                _shuffle(builder, x, y, high + [lane + VECTOR_WIDTH for lane in high]),
            )
            for x, y in zip(vectors[::2], vectors[1::2], strict=True)
        ]
    return vectors[0]


def _forward_block(directions: int):
    """values[directions, 64] += factor[64] · (coef[count, directions]^T row[count, 64]), all by address."""

    @intrinsic
    def block(typing, row, stride, count, coef, coef_stride, factor, values):
        def generate(context, builder, signature, arguments):
            row, stride, count, coef, coef_stride, factor, values = arguments
            offsets = [_INT64(v * VECTOR_WIDTH * FLOAT_BYTES) for v in range(REGISTER_SAMPLES // VECTOR_WIDTH)]
            total = _sums_to_zero(builder, directions, len(offsets))
            with cgutils.for_range(builder, count, intp=_INT64) as loop:
                here = builder.add(row, builder.mul(stride, loop.index))
                weights = builder.add(coef, builder.mul(coef_stride, loop.index))
                vectors = [_load(builder, here, offset) for offset in offsets]
                for m in range(directions):
                    weight = _broadcast(builder, _load(builder, weights, _INT64(m * FLOAT_BYTES), _FLOAT))
                    for cell, vector in zip(total[m], vectors, strict=True):
                        _add_product(builder, cell, weight, vector)
            for m in range(directions):
                out = builder.add(values, builder.mul(stride, _INT64(m)))
                for cell, offset in zip(total[m], offsets, strict=True):
                    common = _load(builder, factor, offset)
                    result = _fma(builder, common, builder.load(cell), _load(builder, out, offset))
                    _store(builder, result, out, offset)

        return types.void(*[types.uintp] * 7), generate

    return block


def _backward_block(directions: int):
    """sums[ROWS, directions] += row[ROWS, BLOCK] · weight[directions, BLOCK]^T, all by address."""

    @intrinsic
    def block(typing, row, stride, weight, sums, sums_stride):
        def generate(context, builder, signature, arguments):
            row, stride, weight, sums, sums_stride = arguments
            rows = [builder.add(row, builder.mul(stride, _INT64(r))) for r in range(ROWS)]
            weights = [builder.add(weight, builder.mul(stride, _INT64(m))) for m in range(directions)]
            total = _sums_to_zero(builder, ROWS, directions)
            step = _INT64(VECTOR_WIDTH * FLOAT_BYTES)
            with cgutils.for_range_slice(builder, _INT64(0), stride, step, intp=_INT64) as (offset, _):
                vectors = [_load(builder, here, offset) for here in rows]
                for m in range(directions):
                    scale = _load(builder, weights[m], offset)
                    for r in range(ROWS):
                        _add_product(builder, total[r][m], vectors[r], scale)
            result = _sum_lanes(builder, [builder.load(cell) for cells in total for cell in cells])
            for r in range(ROWS):
                part = _shuffle(builder, result, result, range(r * directions, (r + 1) * directions))
                place = builder.mul(sums_stride, _INT64(r))
                _store(builder, builder.fadd(_load(builder, sums, place, part.type), part), sums, place)

        return types.void(*[types.uintp] * 5), generate

    return block


_forward_1, _forward_2, _forward_3, _forward_4 = (_forward_block(k) for k in range(1, REGISTER_DIRECTIONS + 1))
_backward_1, _backward_2, _backward_3, _backward_4 = (_backward_block(k) for k in range(1, REGISTER_DIRECTIONS + 1))


def _address(base, index):
    return np.uint64(base + index * FLOAT_BYTES)


def _forward(rows, coef, factor, values):
    (count, n), k = rows.shape, len(values)
    row, coefs, common, out = rows.ctypes.data, coef.ctypes.data, factor.ctypes.data, values.ctypes.data
    stride, coef_stride, length = _address(0, n), _address(0, k), np.uint64(count)
    for j in range(0, n, REGISTER_SAMPLES):
        here, scale = _address(row, j), _address(common, j)
        for m in range(0, k, REGISTER_DIRECTIONS):
            c, v = _address(coefs, m), _address(out, m * n + j)
            if k - m >= 4:
                _forward_4(here, stride, length, c, coef_stride, scale, v)
            elif k - m == 3:
                _forward_3(here, stride, length, c, coef_stride, scale, v)
            elif k - m == 2:
                _forward_2(here, stride, length, c, coef_stride, scale, v)
            else:
                _forward_1(here, stride, length, c, coef_stride, scale, v)


def _backward(rows, weights, sums):
    (count, n), k = rows.shape, len(weights)
    row, weight, out = rows.ctypes.data, weights.ctypes.data, sums.ctypes.data
    stride, sums_stride = _address(0, n), _address(0, k)
    for m in range(0, k, REGISTER_DIRECTIONS):
        w = _address(weight, m * n)
        for r in range(0, count, ROWS):
            here, s = _address(row, r * n), _address(out, r * k + m)
            if k - m >= 4:
                _backward_4(here, stride, w, s, sums_stride)
            elif k - m == 3:
                _backward_3(here, stride, w, s, sums_stride)
            elif k - m == 2:
                _backward_2(here, stride, w, s, sums_stride)
            else:
                _backward_1(here, stride, w, s, sums_stride)


def _forward_plain(rows, coef, factor, values):
    values += factor * (coef.T @ rows)


def _backward_plain(rows, weights, sums):
    sums += rows @ weights.T


if not JIT:
    forward, backward = _forward_plain, _backward_plain
else:
    _address = jit(_address)
    forward, backward = jit(_forward), jit(_backward)
