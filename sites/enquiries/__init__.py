"""Questions that people write to a business, and what it answers. A small app that sites share."""
