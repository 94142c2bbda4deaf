"""Packages that the tests of `extends` read maps from."""
