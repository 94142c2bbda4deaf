"""The second line: PostgreSQL itself keeps the policy, whoever asks and by what tool.

Read in this order: `names`, `facts` (what is in the database), `shadows` (whose each row is),
`grants` (what a purpose may), `items` and `design` (what should be there), `plan` (the
difference), `sweep` (wrong values), `apply`, `commands`; `sending` is the other half: the role
that goes with each statement. See docs/second-line.md and docs/adr/0006.
"""
