"""quartodoc's Markdown, with what it leaves out: sections on yields, and the fields of classes."""

import ast
from collections.abc import Iterator

import griffe
from quartodoc import MdRenderer, layout


class Renderer(MdRenderer):
    """Named in ``_quarto.yml``."""

    style = "paper"

    def render(self, el):
        if isinstance(el, griffe.DocstringSectionYields):
            return super().render(griffe.DocstringSectionReturns([returned(each) for each in el.value]))
        rows = list(fields(el.obj)) if isinstance(el, layout.DocClass) else []
        if rows:
            heading = f"{'#' * (self.crnt_header_level + 1)} Fields"
            return "\n".join([super().render(el), "", heading, "", "| Name | Type | Meaning |", "|---|---|---|", *rows])
        return super().render(el)

    def summarize(self, el, *args, **kwargs):
        if isinstance(el, layout.Doc) and el.obj.is_attribute:  # it has no place of its own, so this row is the place
            return self._summary_row(f"[{el.name}]{{#{el.anchor}}}", super().summarize(el.obj))
        return super().summarize(el, *args, **kwargs)


def returned(each: griffe.DocstringYield) -> griffe.DocstringReturn:
    """What is yielded, in the form that quartodoc knows."""
    return griffe.DocstringReturn(each.name, description=each.description, annotation=each.annotation)


def fields(model: griffe.Class) -> Iterator[str]:
    """A row for every field of a model or data class: its name, type, and description or rules."""
    for name, each in model.members.items():
        if isinstance(each, griffe.Attribute) and each.annotation and "property" not in each.labels:
            yield f"| {name} | {_code(each.annotation)} | {meaning(each)} |"


def meaning(attribute: griffe.Attribute) -> str:
    """The description that a field was given, else its rules."""
    if not isinstance(attribute.value, griffe.ExprCall):
        return "" if attribute.value is None else f"default {_code(attribute.value)}"
    given = {each.name: each.value for each in attribute.value.arguments if isinstance(each, griffe.ExprKeyword)}
    if "description" in given:
        return ast.literal_eval(f"({given['description']})").replace("|", "\\|")
    return ", ".join(_code(f"{name}={rule}") for name, rule in given.items())


def _code(text: object) -> str:
    return f"`{text}`".replace("|", "\\|").replace("\n", " ")
