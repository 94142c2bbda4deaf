"""The appliance shop in worker processes, with and without the guard."""
