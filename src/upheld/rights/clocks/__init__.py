"""The clock of a request: working days, the law's limit and the promised one, pauses.

Pure: dates in, dates out. What a date was worked out from is kept beside it, so that it can
be explained years later.
"""

from upheld.rights.clocks.counting import Due, Pause, due
from upheld.rights.clocks.law import Law, law_for, laws
from upheld.rights.clocks.reading import Facts, Reading, Rules, read_clock
from upheld.rights.clocks.workdays import Calendar, calendar_of

__all__ = [
    "Calendar",
    "Due",
    "Facts",
    "Law",
    "Pause",
    "Reading",
    "Rules",
    "calendar_of",
    "due",
    "law_for",
    "laws",
    "read_clock",
]
