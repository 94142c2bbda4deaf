"""The dispatch desk: open orders out of the door, with a parcel number."""
