"""Test suites of applications that others wrote, run under the guard. See README.md."""
