"""Doors by which values leave without a query: logs, error pages, caches, spans, texts."""
