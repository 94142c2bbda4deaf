"""Oscar's partner app with the shop's way of finding price and stock."""
