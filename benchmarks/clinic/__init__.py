"""The test clinic on two databases of one process: `default` guarded, `stock` Django's own."""
