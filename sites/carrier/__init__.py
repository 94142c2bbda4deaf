"""A carrier of parcels as a stand-alone process: what a shop's feed and notices meet.

It keeps what it was given in a file, takes a repeated delivery once, erases and corrects by
reference, and shows its books to whoever asks on this machine.
"""
