"""The demo: made-up visitors of the handbook, so that a newcomer sees the staff pages alive."""
