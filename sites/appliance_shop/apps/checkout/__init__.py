"""Checkout in four steps, forked from Oscar: who, where to, how, pay."""
