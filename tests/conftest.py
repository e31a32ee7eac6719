"""What every test shares."""

import os

import matplotlib as mpl
from hypothesis import settings

# Nothing opens a window. The variable would reach the kernels, where figures must show.
os.environ.pop("MPLBACKEND", None)
mpl.use("Agg")

# The same examples on every run, and no failure for being slow: speed is for `benchmarks/`.
settings.register_profile("book", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("book")
