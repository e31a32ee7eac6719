"""What the contract tests share: every rule, and settings to try it with."""

from optimizers import RULES
from optimizers.trials import exact, gradients, parameters, walk

ELEMENTWISE = tuple(rule for rule in RULES if rule.is_elementwise)
NAMES = {name for rule in RULES for name in rule().hyperparameters}
SWEEPS = {
    name: list(next(rule for rule in RULES if name in rule().hyperparameters).ranges[name].samples)
    for name in sorted(NAMES)
}
"""Settings of every hyperparameter, for tests that need some other than the defaults."""

start = parameters

__all__ = ["ELEMENTWISE", "RULES", "SWEEPS", "exact", "gradients", "start", "walk"]
