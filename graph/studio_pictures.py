"""Pictures in LangGraph's server (`langgraph.json`, http.app): paintings and results, under the addresses that messages and questions name.

The server imports this file by its path, so its imports are absolute. It shows paintings and what is in galleries, and nothing else; a name
is a name, never a path.
"""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from dir_tir.errors import DirTirError, StoreError
from dir_tir.store.pictures import open_picture
from dir_tir.tools.workspace import Workspace
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

SIDE = 400  # pixels
MISSING = PlainTextResponse("there is no such picture", 404)


async def painting(request: Request) -> Response:
    """One painting of a conversation."""
    try:
        file = _workspace().paintings.file(request.path_params["conversation"], request.path_params["name"])
    except DirTirError:
        return MISSING
    return FileResponse(file) if file.is_file() else MISSING


async def picture(request: Request) -> Response:
    """A picture of a gallery, small, upright, and without what a camera wrote into the file."""
    return await run_in_threadpool(_small, request.path_params["gallery"], request.path_params["id"])


def _small(gallery: str, id_: str) -> Response:
    try:
        record = _workspace().picture(gallery, id_)
        if record is None:
            return MISSING
        opened = open_picture(Path(record.path), SIDE)
    except StoreError as error:
        return PlainTextResponse(str(error), 503)
    except DirTirError:
        return MISSING
    out = BytesIO()
    opened.save(out, format="WEBP", quality=88)
    return Response(out.getvalue(), media_type="image/webp", headers={"Cache-Control": "max-age=3600"})


@lru_cache(maxsize=1)
def _workspace() -> Workspace:
    """As long as the server runs; opens nothing by itself."""
    return Workspace()


app = Starlette(
    routes=[
        Route("/paintings/{conversation}/{name}", painting),
        Route("/pictures/{gallery}/{id}.webp", picture),
    ]
)
