"""Walking a running site in a real browser, to see what it truly keeps and loads."""
