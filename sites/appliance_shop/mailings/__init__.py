"""The shop's three mailings: weekly bundle deals, discounts, news of product launches."""
