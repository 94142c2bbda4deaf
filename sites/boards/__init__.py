"""Public message boards. A small app that sites share."""
