"""A page can run the rules and the landscapes by itself, in MicroPython: they import nothing but
NumPy's names and the base class, and compute there, with a NumPy of a few lines, what they compute
here. MicroPython comes from npm, as WebAssembly (`make micropython`), and runs under Node.
"""

import ast
import inspect
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from optimizers import LANDSCAPES, RULES, descend

STEPS = 200
RATES = {"AdaGrad": 0.1, "RMSprop": 0.02, "Adadelta": 1.0, "Adam": 0.05, "AMSGrad": 0.05}
PACKAGE = Path(sys.prefix, "node", "node_modules", "@micropython/micropython-webassembly-pyscript")
RUNNER = Path(__file__).with_name("micropython.mjs")
FILES = sorted({inspect.getfile(rule) for rule in RULES})

NUMPY = """
import math
sqrt, sin, cos = math.sqrt, math.sin, math.cos
def maximum(a, b):
    return a if a > b else b
"""

# In place of `optimizers.base`: the four steps alone, on Python floats.
BASE = """
elementwise = staticmethod

class Optimizer:
    moments = ()

    def __init__(self, **hyperparameters):
        self.hyperparameters, self.t, self.state = hyperparameters, 0, {}

    def update(self, params, grads):
        self.t += 1
        for key, g in grads.items():
            old = self.state.get(key, [0.0] * len(self.moments))
            step, *new = self.rule(g, *old, t=self.t, **self.hyperparameters)
            self.state[key] = new
            params[key] += step
"""

# What else a rule's file takes from there is for the other checks: types, ranges of settings.
ANYTHING = """
class Anything:
    def __call__(self, *args, **kwargs):
        return self
"""

MAIN = """
import struct
import landscapes

def walk(opt, value, gradient, start):
    params, rows = dict(zip("xy", start)), []
    for step in range(STEPS + 1):
        if step:
            opt.update(params, dict(zip("xy", gradient(**params))))
        rows.append((params["x"], params["y"], value(**params)))
    return rows

for module, rule, rate, value, gradient, start in RUNS:
    opt = getattr(__import__(module, None, None, [rule]), rule)(lr=rate)
    rows = walk(opt, getattr(landscapes, value), getattr(landscapes, gradient), start)
    print("".join(struct.pack("<3d", *row).hex() for row in rows))
"""


def imported(source):
    """Every (module, name) that a source imports, wherever; None for a whole module."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {(name.name, None) for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {("." * node.level + (node.module or ""), n.name) for n in node.names}
    return found


def stand_in(sources):
    """A module for all that the sources take from `.base`."""
    names = sorted(
        {name for text in sources for module, name in imported(text) if module == ".base"}
    )
    other = [name for name in names if name not in ("Optimizer", "elementwise")]
    return BASE + ANYTHING + "".join(f"{name} = Anything()\n" for name in other)


def micropython(files, main):
    """What a source prints in MicroPython, with these files beside it; and the error, if any."""
    if not (PACKAGE.exists() and shutil.which("node")):
        why = "MicroPython is not installed (it comes from npm): make micropython"
        if os.environ.get("CI") == "true" and shutil.which("npm"):
            pytest.fail(why)
        pytest.skip(why)
    asked = json.dumps({"files": files, "main": main})
    command = ["node", str(RUNNER), str(PACKAGE)]
    done = subprocess.run(command, input=asked, capture_output=True, encoding="utf8", timeout=120)
    return done.stdout, done.stderr


def sources():
    return {Path(file).stem: Path(file).read_text(encoding="utf8") for file in FILES}


def paths_there(rules):
    """Run every rule on every landscape in MicroPython: an array (runs, steps + 1, 3)."""
    functions = [f for land in LANDSCAPES for f in (land.value, land.gradient)]
    files = {f"optimizers/{name}.py": text for name, text in rules.items()} | {
        "optimizers/__init__.py": "",
        "optimizers/base.py": stand_in(rules.values()),
        "landscapes.py": "import numpy as np\n\n" + "\n".join(map(inspect.getsource, functions)),
        "numpy.py": NUMPY,
        "__future__.py": "annotations = None\n",
    }
    runs = [
        (rule.__module__, rule.__name__, rate(rule), *(f.__name__ for f in pair), land.start)
        for rule in RULES
        for land in LANDSCAPES
        for pair in [(land.value, land.gradient)]
    ]
    printed, error = micropython(files, f"STEPS, RUNS = {STEPS}, {runs!r}\n{MAIN}")
    assert not error, error
    rows = [np.frombuffer(bytes.fromhex(line)).reshape(-1, 3) for line in printed.split()]
    assert len(rows) == len(runs)
    return np.array(rows)


def rate(rule):
    return RATES.get(rule.__name__, 1e-3)


def paths_here():
    runs = (descend(rule(lr=rate(rule)), land, STEPS) for rule in RULES for land in LANDSCAPES)
    return np.array([np.column_stack([run.points, run.losses]) for run in runs])


def test_a_rule_s_file_imports_numpy_and_the_base_class_alone():
    assert len(FILES) > 1
    for name, text in sources().items():
        modules = {module for module, _ in imported(text)}
        assert modules <= {"__future__", "numpy", ".base"}, name


@pytest.mark.parametrize("line", ["import math", "def f():\n    from .checks import finite"])
def test_an_import_of_anything_else_is_noticed(line):
    assert {module for module, _ in imported(line)} - {"__future__", "numpy", ".base"}


def test_every_rule_on_every_landscape_goes_the_same_path_there():
    here, there = paths_here(), paths_there(sources())
    assert np.isfinite(here).all()
    assert (abs(here[:, -1, :2] - here[:, 0, :2]).max(axis=1) > 1e-3).all()
    gap = abs(there - here) / (1 + abs(here))
    equal = int((there == here)[..., :2].all(axis=(1, 2)).sum())
    print(
        f"{equal} of {len(here)} paths equal NumPy's to the last bit, largest gap {gap.max():.0e}"
    )
    assert gap.max() < 1e-12
    assert equal > len(here) / 2


def test_another_equation_goes_another_path_there():
    wrong = sources()
    wrong["adam"] = wrong["adam"].replace("1 - beta2**t)", "1 - beta2 ** (t + 1e-9))")
    assert wrong != sources()
    gap = abs(paths_there(wrong) - paths_here()) / (1 + abs(paths_here()))
    off = {
        RULES[i // len(LANDSCAPES)].__name__ for i in np.flatnonzero(gap.max(axis=(1, 2)) > 1e-12)
    }
    assert off == {"Adam", "AMSGrad"}


def test_marks_and_ranges_of_a_rule_are_no_hindrance():
    rule = """
from __future__ import annotations
import numpy as np
from .base import AT_LEAST_0, Hyperparameter, Optimizer, Range, elementwise

class Mine(Optimizer):
    moments = ("m",)
    ranges = {"lr": AT_LEAST_0, "beta": Range("in [0, 1)", 0, 1)}

    def __init__(self, lr: Hyperparameter = 0.1, beta: Hyperparameter = 0.5) -> None:
        super().__init__(lr=lr, beta=beta)

    @elementwise
    def rule(g, m, *, t, lr, beta):
        m = beta * m + (1 - beta) * g
        return -lr * m / np.sqrt(m**2), m
"""
    files = {
        "optimizers/__init__.py": "",
        "optimizers/base.py": stand_in([rule]),
        "optimizers/mine.py": rule,
        "numpy.py": NUMPY,
        "__future__.py": "annotations = None\n",
    }
    main = """
from optimizers.mine import Mine
params = {"theta": 1.0}
for _ in range(3):
    Mine(lr=0.25).update(params, {"theta": 4.0})
print(params)
"""
    assert micropython(files, main) == ("{'theta': 0.25}", "")


def test_an_error_there_is_seen_here():
    printed, error = micropython({"numpy.py": NUMPY}, "print(1)\nimport numpy\nnumpy.linalg")
    assert printed == "1"
    assert "AttributeError" in error
    assert "linalg" in error
