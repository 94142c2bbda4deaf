"""Who there is in the world of the agreement, and as whom a question is asked."""

from __future__ import annotations

from upheld.context import Actor

ANN, BOB, CID = 9001, 9002, 9003
"""Keys of three accounts. Two guests are known by the address on an invoice."""
GUEST_MAIL, OTHER_GUEST_MAIL = "guest@mail.example", "other@mail.example"

MEMBERS = {"ann": f"member:{ANN}", "bob": f"member:{BOB}", "cid": f"member:{CID}"}

ACTORS = {
    "visitor": Actor(),
    "member": Actor("member", f"member:{ANN}"),
    "dispatch": Actor("staff", f"member:{CID}", frozenset(("dispatch",))),
    "marketing": Actor("staff", f"member:{CID}", frozenset(("marketing",))),
    "two posts": Actor("staff", f"member:{CID}", frozenset(("dispatch", "after_sales"))),
    "no post": Actor("staff", f"member:{CID}"),
    "system": Actor("system", "system:agreement"),
}
