"""kb: a folder of Markdown becomes a help center that knows what it is missing."""

from importlib.metadata import version

__version__ = version("kb")
