"""The security inspection: looks at the server at regular intervals, and keeps each weakness
with its severity, the day of its repair and a second look by another person."""
