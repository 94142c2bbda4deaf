"""Oscar's apps where the shop swaps a view: app configs that keep Oscar's name and models.

Only the views differ, so Oscar's models, migrations and class loading stay as they are.
"""
