"""Where Django looks for models: each room keeps its own, this file only gathers them."""
