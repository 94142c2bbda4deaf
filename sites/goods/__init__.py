"""Things for sale, and questions about them. A small app that sites share."""
