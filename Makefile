PYTHON ?= python3
VENV ?= .venv
PORT ?= 8501
MINUTES ?= 10
SECONDS ?= 20
export PYTHON VENV
export NO_MKDOCS_2_WARNING = 1
BIN = $(VENV)/bin

.PHONY: help run test fuzz check torture audit docs screenshots release setup clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: ## build the graph and serve the explorer on 127.0.0.1 (PORT, PYTHON and VENV may be set)
	@tools/setup.sh run
	@$(BIN)/magnetrace explore --port $(PORT)

test: setup ## run all tests, those in the browser too
	@$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

fuzz: setup ## feed every parser with bad inputs for SECONDS each, and tell what it was not made for
	@$(BIN)/python tools/fuzz.py --seconds $(SECONDS)

check: test ## the tests, and the style and type checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

torture: setup ## kill everything at random moments for MINUTES (10) and count what is lost
	@$(BIN)/python benchmarks/torture.py --minutes $(MINUTES)

audit: ## look for known vulnerabilities of the pinned packages
	@tools/audit.sh

docs: setup ## build the documentation as a site that needs no network, in build/docs
	@$(BIN)/mkdocs build --quiet
	@echo 'Open build/docs/index.html, or serve the folder to search it: $(BIN)/python -m http.server --directory build/docs --bind 127.0.0.1'

screenshots: setup ## take the pictures of the guide anew, in docs/screenshots
	@MAGNETRACE_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/test_browser_screens.py

release: setup ## build wheel, sdist, bill of materials and checksums into dist
	@tools/release.sh

setup: ## make the environment, see to the test browser and to Neo4j's parser
	@tools/setup.sh dev
	@tools/browser.sh
	@tools/cypher.sh

clean: ## remove the environment and everything made
	@test ! -f $(VENV)/pyvenv.cfg || rm -rf $(VENV)
	rm -rf tools/cypher/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis artefacts
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
