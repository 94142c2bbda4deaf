"""Seri Rack: racks, cabinets and what goes into them, for people and organisations."""
