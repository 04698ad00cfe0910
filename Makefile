PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | sort | awk -F '\t' '{printf "  make %-16s %s\n", $$1, $$2}'

$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.development: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

.PHONY: demo
demo: $(VENV)/.runtime  ## validate, preview, build and push the examples, and read them back
	@$(BIN)/python tools/demo.py

.PHONY: lint
lint: $(VENV)/.development  ## ruff, mypy --strict and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=integrations/github $(BIN)/mypy integrations/github/run.py
	$(BIN)/lint-imports

.PHONY: test
test: lint  ## everything that must hold: lint and all tests
	$(BIN)/python -m pytest -n auto --dist worksteal  # no core idles while another has the slow half
	@echo "TEST OK: lint is clean and every test passed."

.PHONY: format
format: $(VENV)/.development  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: docs
docs: $(VENV)/.development  ## write the pages of docs/ that are made from the code, and build the site in site/
	@$(BIN)/python tools/docs.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

.PHONY: registry-up
registry-up:  ## start a development registry on localhost:5050
	@$(PYTHON) tools/registry.py up

.PHONY: registry-down
registry-down:  ## stop it
	@$(PYTHON) tools/registry.py down

.PHONY: bench-validate
bench-validate: $(VENV)/.development  ## start-up and validation beside yamllint, check-jsonschema and bare Python
	$(BIN)/python bench/validate.py

.PHONY: bench-push
bench-push: $(VENV)/.development  ## pushing to a loopback registry beside curl, crane, skopeo and oras-py
	$(BIN)/python bench/push.py

.PHONY: bench-pack
bench-pack: $(VENV)/.development  ## packaging 500 MB of files beside Python's zlib
	$(BIN)/python bench/pack.py

.PHONY: bench-targets
bench-targets: $(VENV)/.development  ## twenty slow registries beside the slowest of them
	$(BIN)/python bench/targets.py

.PHONY: bench-pull
bench-pull: $(VENV)/.development  ## pulling from a loopback registry beside curl, crane and skopeo
	$(BIN)/python bench/pull.py

.PHONY: bench-copy
bench-copy: $(VENV)/.development  ## copying between loopback registries beside crane and skopeo
	$(BIN)/python bench/between.py

.PHONY: bench-link
bench-link: $(VENV)/.development  ## publishing and pulling over a long link beside crane and skopeo
	$(BIN)/python bench/link.py

.PHONY: bench-lsp
bench-lsp: $(VENV)/.development  ## the language server beside yaml-language-server, bare pygls, and itself while registries hang; needs npm
	$(BIN)/python bench/lsp.py
	$(BIN)/python bench/lsp_hang.py

.PHONY: soak
soak: $(VENV)/.development  ## ten minutes of random edits and questions to the language server
	$(BIN)/python bench/lsp_soak.py

.PHONY: bench
bench: bench-validate bench-push bench-pull bench-copy bench-link bench-pack bench-targets bench-lsp  ## all benchmarks, one after another

.PHONY: dist
dist: $(VENV)/.development  ## build the wheel and the sdist into dist/
	$(BIN)/python -m build --outdir dist

.PHONY: vsix
vsix:  ## package the VS Code extension as editors/vscode/lazyoci.vsix; needs Node.js and npm
	cd editors/vscode && npm ci && npm run package

.PHONY: clean
clean:  ## remove what make made, but not the registry's data
	rm -rf $(VENV) .demo dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
