"""DKIM (RFC 6376, RFC 8463): the site's keys sign every mail that leaves."""

from upheld.mail.signing.signature import signed

__all__ = ["signed"]
