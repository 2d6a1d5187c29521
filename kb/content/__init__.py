"""Content: a folder of Markdown becomes frozen values."""
