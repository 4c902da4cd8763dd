"""A line of a new study file, with a word on what it means."""

WIDTH = 44


def line(text: str, comment: str) -> str:
    """The text, and beside it the comment."""
    return f"{text:<{WIDTH}} # {comment}"
