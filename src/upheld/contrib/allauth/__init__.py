"""The map of django-allauth: accounts, second factors, social log-in, sessions."""
