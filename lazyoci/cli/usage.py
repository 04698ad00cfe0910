"""What is said of a wrong command line: click's errors in our own words, which are the same with every click."""

from __future__ import annotations

import click


def told(error: click.UsageError) -> str:
    """The fact and, where it is known, the remedy; one line."""
    if isinstance(error, click.NoSuchOption):
        close = f"; did you mean {error.possibilities[0]}?" if error.possibilities else ""
        return f"there is no option {error.option_name}{close}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        name = error.param.make_metavar(error.ctx) if error.ctx is not None else error.param.human_readable_name
        if isinstance(error.param.type, click.Choice):
            return f"an argument is missing; give one of {', '.join(map(str, error.param.type.choices))}"
        return f"{name} is missing"
    return error.format_message()
