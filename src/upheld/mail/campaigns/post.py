"""What campaigns ask of the mail room: who may be mailed, a message made ready, the way out."""

from __future__ import annotations

from upheld.mail.carrying import Way, transport
from upheld.mail.prepared import Prepared
from upheld.mail.sending import note, refused, settle
from upheld.mail.troubles import stopped

__all__ = ["Prepared", "Way", "note", "refused", "settle", "stopped", "transport"]
