"""Recipients, the gate that everything leaves through, legal requests, transfers."""
