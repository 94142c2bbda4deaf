"""The evidence log's format and proofs: pure, without Django or a database.

`hashing`, `tree`, `tiles` are the RFC 6962 tree, `leaf` and `pseudonym` what a leaf says,
`proof` shows that it is in, `note` and `checkpoint` sign the tree's state, `receipt` puts
all of it in one text and `verify` checks that text anywhere.
"""
