from __future__ import annotations

import json
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_server_finds_an_uncheckpointed_graph_and_can_describe_its_settings() -> None:
    file, _, name = json.loads((ROOT / "langgraph.json").read_text())["graphs"]["dir_tir"]["path"].partition(":")
    spec = spec_from_file_location("studio_as_the_server_imports_it", ROOT / file)  # by path, without its package
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    graph = getattr(module, name)()
    assert graph.checkpointer is None
    assert graph.get_input_jsonschema()["properties"].keys() == {"description", "messages"}
    settings = graph.get_context_jsonschema()["properties"]
    assert settings["max_rounds"]["default"] == 10
    assert settings["user"]["enum"] == ["person", "simulated"]
