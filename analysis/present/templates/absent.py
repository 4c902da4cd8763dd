"""What a template asks for and is not there: an error at the place where it is asked, which names what is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateRuntimeError
from jinja2.utils import missing

from analysis.present.templates.near import instead
from analysis.steps import Problem


class NotThere(Exception):
    """What a thing was asked for and has not; a template knows by what words it asked.

    Attributes
    ----------
    thing : object
        What was asked; ``None`` of what has no part in the study.
    name : str
        What for.
    private : bool
        Whether the name is Python's own business.
    """

    def __init__(self, thing: object, name: str, *, private: bool) -> None:
        super().__init__(name)
        self.thing, self.name, self.private = thing, name, private

    def problem(self, place: str, asked: str) -> Problem:
        """The sentence.

        Parameters
        ----------
        place : str
            File and line.
        asked : str
            What the template calls the thing, such as ``continuity.worth``.
        """
        if self.private:
            return Problem(f"{place}: a template cannot ask for `{self.name}`.", f"take it out of {place}")
        if self.thing is None:
            fault = f"`{asked}` is nothing in this study, and is asked for its `{self.name}`"
            return Problem(f"{place}: {fault}.", f"put it between `<% if {asked} %>` and `<% endif %>`")
        known = [each for each in dir(self.thing) if not each.startswith("_")]
        return Problem(f"{place}: there is no `{self.name}` in `{asked}`.", instead(self.name, known))


class Absent(StrictUndefined):
    """Something that is not there: an error, whatever a template does with it."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        word, private = name or "", exc is not None or (name or "").startswith("_")
        raised = cast("type[TemplateRuntimeError]", lambda _: NotThere(obj, word, private=private))
        super().__init__(hint, obj, name, exc=raised)


def strict(format: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, which refuses what is not there before it does anything."""

    @wraps(format)
    def strictly(value: object, *given: object, **named: object) -> Any:
        for each in (value, *given):
            if isinstance(each, Absent):
                str(each)
        return format(value, *given, **named)

    return strictly
