"""The catalogue desk: products, prices and stock; no data of people."""
