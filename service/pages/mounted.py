"""Stage serve: stylesheet, script and pictures; in: an application, out: files in ``/static``."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class _KeptFiles(StaticFiles):
    """Static files a browser may keep: their address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_static(app: FastAPI) -> None:
    """Serve the files of the pages under ``/static``; they hold nothing personal."""
    with resources.as_file(resources.files("service.pages").joinpath("static")) as folder:
        app.mount("/static", _KeptFiles(directory=Path(folder)), name="static")
