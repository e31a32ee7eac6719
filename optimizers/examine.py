"""Try out a rule, a reader's own or one of the package, and say what holds and what does not."""

from __future__ import annotations

from dataclasses import dataclass

from .base import Optimizer
from .contracts import CONTRACTS, Contract, Finding, returns


@dataclass(frozen=True)
class Examination:
    """What ``examine`` found; printed, a line for each contract.

    Attributes
    ----------
    rule : str
        The rule and the settings with which it was tried.
    findings : tuple of Finding
    """

    rule: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no contract is broken."""
        return all(finding.holds is not False for finding in self.findings)

    def __getitem__(self, contract: str) -> Finding:
        return next(finding for finding in self.findings if finding.contract == contract)

    def __repr__(self) -> str:
        return "\n".join([self.rule, *map(str, self.findings)])


def examine(rule: type[Optimizer] | Optimizer) -> Examination:
    """Try a rule out, and say in words what holds and what does not.

    Parameters
    ----------
    rule : Optimizer, or its class
        A fresh optimizer, with the settings to try; of a class, one with its defaults.

    Raises
    ------
    TypeError
        It is neither, or its class wants settings.
    ValueError
        It has made steps.

    Examples
    --------
    >>> from optimizers import Momentum
    >>> examine(Momentum)["stable"].words
    'On x²/2 its swings grow above lr = 3.8.'
    """
    opt = template(rule)
    findings: list[Finding] = []
    for contract in CONTRACTS:
        if found := attempt(contract, opt):
            findings.append(found)
        if contract is returns and not findings[0].holds:
            break  # there is nothing to try
    return Examination(repr(opt), tuple(findings))


def attempt(contract: Contract, opt: Optimizer) -> Finding | None:
    """Try one contract; what the rule raises breaks it, and is said."""
    try:
        return contract(opt)
    except Exception as error:
        name, said = contract.__name__.replace("_", " "), error.args[0] if error.args else ""
        return Finding(name, False, f"{contract.__doc__} But: {type(error).__name__}: {said}.")


def template(rule: type[Optimizer] | Optimizer) -> Optimizer:
    """Return a fresh optimizer of a rule; refuse what is none, and one that has made steps."""
    opt = of_class(rule) if isinstance(rule, type) else rule
    if not isinstance(opt, Optimizer):
        raise TypeError(f"{rule!r} is no rule: write a subclass of Optimizer, or one made of it")
    if opt.t:
        raise ValueError(f"{opt!r} has made {opt.t} steps: start with a new one")
    return opt


def of_class(rule: type) -> object:
    """Return an optimizer of a class with the defaults, or say that it wants settings."""
    try:
        return rule()
    except TypeError as error:
        raise TypeError(
            f"{rule.__name__} has no defaults ({error}): examine an optimizer with settings, "
            f"examine({rule.__name__}(lr=0.1))"
        ) from None
