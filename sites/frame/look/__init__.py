"""How pages look: templates, style sheets over each site's tokens, icons, light and dark."""
