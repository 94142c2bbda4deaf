"""The front door of the staff desks, and who may enter which."""
