"""Every example in a docstring runs and prints what stands below it."""

import doctest
import importlib
import pkgutil

import matplotlib as mpl
import pytest

import optimizers
import pictures
from pictures import explorer, plots

MODULES = sorted(
    module.name
    for package in (optimizers, pictures)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)
NAMES = vars(optimizers) | {"plots": plots} | {n: getattr(explorer, n) for n in explorer.__all__}
"""What a reader of the reference page has imported."""


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    module = importlib.import_module(name)
    with mpl.rc_context():
        plots.use_style()
        assert doctest.testmod(module, extraglobs=NAMES).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    modules = map(importlib.import_module, MODULES)
    assert sum(bool(test.examples) for m in modules for test in finder.find(m)) >= 4
