"""Probes of this shop's own promises: each walks through the shop's doors and tries to break one.

Everything that they make (goods, members, orders) is rolled back with the probe; money is
asked of a stand-in at the payment seam, and no mail leaves.
"""
