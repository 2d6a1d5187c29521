"""Theming: the team's own theme around the pages: its files, its styles, its templates."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, request, url_for
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError
from markupsafe import Markup

from kb.errors import NotFound
from kb.resources import resource_folder
from kb.theme import Theme, read_theme
from kb.web import wording
from kb.web.security import FILE_POLICY
from kb.web.views import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue
    from jinja2 import Environment

    from kb.content.article import Asset
    from kb.knowledge_base import KnowledgeBase

log = logging.getLogger(__name__)
blueprint = Blueprint("theme", __name__)

YEAR = 365 * 24 * 3600
LOGO_HEIGHT = 32  # pixels


class Theming:
    """The theme as it was when the live generation was built; each change of it builds one."""

    def __init__(self, app: Flask, kb: KnowledgeBase) -> None:
        self._app, self._kb = app, kb
        self._seen: str | None = None
        self.theme = Theme(kb.settings.theme)

    def look(self) -> None:
        live = self._kb.live.generation if self._kb.live else ""
        if live == self._seen:
            return
        theme = read_theme(self._kb.settings.theme)
        if theme.digest != self.theme.digest and self._app.jinja_env.cache is not None:
            self._app.jinja_env.cache.clear()
        self.theme, self._seen = theme, live


def register(app: Flask) -> None:
    theming = Theming(app, app.extensions["kb"])
    app.extensions["theming"] = theming
    built_in = FileSystemLoader(resource_folder("templates"))
    loaders = [_Overrides(theming), built_in, PrefixLoader({"kb": built_in})]
    app.jinja_loader = ChoiceLoader(loaders)
    app.before_request(theming.look)
    app.register_blueprint(blueprint)

    @app.context_processor
    def themed() -> dict[str, Any]:
        theme = theming.theme
        return {
            "theme_styles": address_of(theme.styles),
            "theme_icon": address_of(theme.icon),
            "theme_icon_type": theme.icon.media_type if theme.icon else "",
            "logo": Markup("").join(_logo(theme)),
        }


@blueprint.get("/theme/<path:name>")
def file(name: str) -> ResponseReturnValue:
    """A file of the theme from its list: a path that is not in it does not exist."""
    theme: Theme = current_app.extensions["theming"].theme
    asset = theme.files.get(name)
    if asset is None:
        raise NotFound("There is no such file.")
    try:
        data = (theme.folder / name).read_bytes()
    except OSError:
        raise NotFound("There is no such file.") from None
    kept = f"max-age={YEAR}, immutable" if request.args.get("v") == _version(asset) else "no-cache"
    headers = {"Content-Security-Policy": FILE_POLICY, "Cache-Control": f"public, {kept}"}
    response = Response(data, headers=headers, content_type=media_type(name))
    response.set_etag(asset.digest[:20])
    return response.make_conditional(request)


class _Overrides(BaseLoader):
    """Templates of the theme. One with a mistake is not used: the page stays up as it came."""

    def __init__(self, theming: Theming) -> None:
        self._theming = theming

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        folder = self._theming.theme.templates
        if folder is None:
            raise TemplateNotFound(template)
        source, path, fresh = FileSystemLoader(folder).get_source(environment, template)
        try:
            environment.parse(source, template, path)
        except TemplateSyntaxError as error:
            log.error("%s, line %s: %s Not used.", path, error.lineno, error.message)
            raise TemplateNotFound(template) from None
        return source, path, fresh


def _logo(theme: Theme) -> list[Markup]:
    """The logo for light ground and for dark; the title is its text."""
    title = wording.site().title
    if theme.logo is None:
        return []
    if theme.dark_logo is None:
        return [_picture(theme.logo, title, "logo")]
    pairs = ((theme.logo, "logo logo-light"), (theme.dark_logo, "logo logo-dark"))
    return [_picture(asset, title, kind) for asset, kind in pairs]


def _picture(asset: Asset, title: str, kind: str) -> Markup:
    size = Markup("")
    if asset.width and asset.height:
        width = round(asset.width * LOGO_HEIGHT / asset.height)
        size = Markup(' width="{}" height="{}"').format(width, LOGO_HEIGHT)
    image = Markup('<img class="{}" src="{}" alt="{}"{}>')
    return image.format(kind, address_of(asset), title, size)


def address_of(asset: Asset | None) -> str:
    return url_for("theme.file", name=asset.path, v=_version(asset)) if asset else ""


def _version(asset: Asset) -> str:
    return asset.digest[:10]
