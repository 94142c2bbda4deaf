"""Valley Trade Circle: a portal where small firms meet."""
