"""Proof of identity: a fresh sign-in, a code to the address on file, or a document.

A document is somebody's passport: it is checked, rewritten, scanned, masked and sealed before
anybody sees it, shown to the post that decides and to nobody else, and destroyed at the
decision.
"""
