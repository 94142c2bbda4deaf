"""One test a way into the database, and meta-tests: all ways of this Django minus those
tested is empty."""
