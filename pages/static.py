"""Our style sheet, fonts and vendored scripts, kept by browsers for a year under a URL that names the version."""

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from components import assets

FOREVER = "public, max-age=31536000, immutable"


async def serve(request: Request) -> Response:
    name: str = request.path_params["name"]
    path = (assets.FOLDER / name).resolve()
    if not assets.is_public(name) or not path.is_relative_to(assets.FOLDER.resolve()) or not path.is_file():
        return PlainTextResponse("Not found", 404)
    is_current = request.path_params["version"] == assets.version()
    return FileResponse(path, headers={"cache-control": FOREVER if is_current else "no-cache"})


ROUTES = [Route("/assets/{version}/{name:path}", serve)]
