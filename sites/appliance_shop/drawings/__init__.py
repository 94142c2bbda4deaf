"""Draws the shop's product pictures: vector files, made by code, no outside material."""
