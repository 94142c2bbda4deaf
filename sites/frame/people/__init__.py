"""Accounts: joining, signing in by e-mail address, the profile, passwords."""
