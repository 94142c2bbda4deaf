"""Taking payment by redirect: one seam of five methods, two real SDKs behind it.

The shop never sees a card. It keeps a reference, the amount, success or failure and the
time. A site adds `sites.payments` to its apps and `PAYMENTS` to its settings.
"""
