"""Beside the graph in LangGraph's server (`langgraph.json`, http.app): the paintings that the state names by their links.

The server imports this file by its path, so its imports are absolute. It shows paintings and nothing else; a name is a name, never a path.
"""

from pathlib import Path

from dir_tir.errors import InputError
from dir_tir.store.conversations.paintings import Paintings
from dir_tir.store.home import Home
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route


async def painting(request: Request) -> Response:
    """The painting of a round."""
    try:
        file: Path = Paintings(Home.of().paintings).file(request.path_params["conversation"], request.path_params["round"])
    except InputError as error:
        return PlainTextResponse(str(error), 404)
    return FileResponse(file) if file.is_file() else PlainTextResponse("there is no such painting", 404)


app = Starlette(routes=[Route("/paintings/{conversation}/round-{round:int}.png", painting)])
