"""One module per step, numbered. A released step is never edited."""
