"""How many different visitors there were, without a list of them.

HyperLogLog (Flajolet, Fusy, Gandouet and Meunier, 2007), with linear counting while it is
sparse. A sketch of a few hundred bytes takes digests in and gives none back. Its filled
registers are never more than there were visitors: groups are left out by that number, which
errs on their side alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log

SMALL = 256
"""Registers of one group's sketch: exact enough for `minimum_group`, errs by 6 % above."""
LARGE = 4096
"""Registers of a whole day's: errs by 1.6 %."""


class Sketch:
    """A sketch of `size` registers, a power of two."""

    __slots__ = ("registers",)

    def __init__(self, registers: bytes | int = SMALL) -> None:
        self.registers = bytearray(registers)

    def add(self, digests: Iterable[int]) -> None:
        """Take 64-bit digests in."""
        registers = self.registers
        size = len(registers)
        shift = size.bit_length() - 1
        for digest in digests:
            place = digest & (size - 1)
            rest = digest >> shift
            # The number of the lowest bit set: 1 half of the time, 2 a quarter ...
            rank = (rest & -rest).bit_length() or 64 - shift
            if rank > registers[place]:
                registers[place] = rank

    def merge(self, registers: bytes) -> None:
        """Take in what another sketch of the same size has seen."""
        if len(registers) != len(self.registers):
            raise ValueError("sketches of different sizes do not merge")
        self.registers = bytearray(map(max, self.registers, registers))

    @property
    def at_least(self) -> int:
        """A number of visitors that there certainly were."""
        return len(self.registers) - self.registers.count(0)

    @property
    def estimate(self) -> int:
        """About how many visitors there were."""
        size = len(self.registers)
        empty = self.registers.count(0)
        alpha = 0.7213 / (1 + 1.079 / size)
        found = alpha * size * size / sum(2.0**-rank for rank in self.registers)
        if found <= 2.5 * size and empty:
            found = size * log(size / empty)
        return round(found)
