"""Make and print HTML pages from the templates in `jixiao/commands/`."""

from importlib.resources import files

import jinja2

from jixiao.terminal import visible, write


def write_page(template: str, **values: object) -> None:
    """Print the page that a template makes of the values."""
    write(page(template, **values))


def page(template: str, **values: object) -> str:
    """Return the page that a template makes of the values; control characters are replaced."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: files("jixiao.commands").joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return visible(environment.get_template(template).render(**values))
