"""What a command says when its input is bad."""


class BadInput(Exception):
    """The input was bad; the words name what and where, never its content."""
