"""Pintas Software: programs and licences, sold by card on a provider's page."""
