"""Every landscape: its gradient is that of its value, and its minima are minima."""

from dataclasses import replace

import numpy as np
import pytest

from optimizers import BEALE, HIMMELBLAU, LANDSCAPES, landscape

every_landscape = pytest.mark.parametrize("land", LANDSCAPES, ids=lambda land: land.name)


def complex_step(function, x, y):
    """∂/∂x and ∂/∂y of a real analytic function, exact to rounding: no difference is taken."""
    h = 1e-200
    return np.imag(function(x + 1j * h, y)) / h, np.imag(function(x, y + 1j * h)) / h


def disagreement(land, n=200):
    """Largest error of the gradient on random points, relative to its size there."""
    rng = np.random.default_rng(0)
    x, y = (rng.uniform(*side, n) for side in land.window)
    given, true = np.array(land.gradient(x, y)), np.array(complex_step(land.value, x, y))
    return np.max(abs(given - true) / (1 + abs(true)))


@every_landscape
def test_gradient_is_the_derivative_of_the_value(land):
    assert disagreement(land) < 1e-12


def test_a_wrong_gradient_is_noticed():
    def wrong(x, y):
        gx, gy = BEALE.gradient(x, y)
        return gx, gy * (1 + 1e-9)

    assert disagreement(replace(BEALE, gradient=wrong)) > 1e-10


@every_landscape
def test_minima_are_stationary_and_curve_upwards(land):
    for x, y in land.minima:
        assert np.allclose(land.gradient(x, y), 0, atol=1e-12)
        rows = [complex_step(lambda x, y, i=i: land.gradient(x, y)[i], x, y) for i in (0, 1)]
        assert np.linalg.eigvalsh(rows).min() > 0


@every_landscape
def test_window_holds_start_and_minima(land):
    (x0, x1), (y0, y1) = land.window
    for x, y in (land.start, *land.minima):
        assert x0 < x < x1
        assert y0 < y < y1


def test_himmelblau_has_four_minima_of_value_zero():
    assert len(set(HIMMELBLAU.minima)) == 4
    assert np.allclose([HIMMELBLAU.value(*m) for m in HIMMELBLAU.minima], 0, atol=1e-12)


@every_landscape
def test_value_and_gradient_keep_the_shape(land):
    x, y = np.ones((3, 1)), np.zeros((3, 1))
    for result in (land.value(x, y), *land.gradient(x, y)):
        assert result.shape == (3, 1)


@every_landscape
def test_gradient_never_hands_out_its_arguments(land):
    x, y = np.ones(3), np.ones(3)
    assert not any(np.shares_memory(g, p) for g in land.gradient(x, y) for p in (x, y))


@every_landscape
def test_lookup_by_name_in_any_case(land):
    assert landscape(land.name.upper()) is land


def test_a_wrong_name_lists_the_right_ones():
    with pytest.raises(KeyError) as caught:
        landscape("bowel")
    assert "'bowel'" in str(caught.value)
    assert all(land.name in str(caught.value) for land in LANDSCAPES)
