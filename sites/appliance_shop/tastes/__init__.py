"""Tastes: what a member may tell of their own will, entered and taken back one by one."""
