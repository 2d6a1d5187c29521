"""Search: the only rooms that know Whoosh."""
