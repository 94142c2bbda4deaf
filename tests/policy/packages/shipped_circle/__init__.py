"""A package whose map extends itself."""
