"""Campaigns: marketing and partner mailings that obey at the moment of sending."""
