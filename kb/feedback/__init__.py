"""What customers tell us: votes and the words that come with them, kept in the journal."""
