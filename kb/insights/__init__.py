"""What the journal shows: the figures that tell writers where to look."""
