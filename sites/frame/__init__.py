"""What every site has: settings, looks, accounts, staff posts, invented people. docs/sites.md"""
