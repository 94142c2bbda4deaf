"""Staff: posts, who holds them, and the second factor. The desks are each site's own."""
