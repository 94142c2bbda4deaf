"""The tutorial is run as it is written."""
