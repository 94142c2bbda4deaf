"""What sending costs, in the place of Oscar's free shipping."""
