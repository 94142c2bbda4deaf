"""Outside origins as stand-alone processes: a translation widget's host and a tag's host.

A page that asks either for anything is seen: each keeps a book of every request it got, and
shows it to whoever asks on this machine. They behave as such services do: cookies of their own,
and scripts that keep things in the browser under the name of the page's own site.
"""
