"""Cookies, embeds, response headers and first-party visits, as the visitor chose."""
