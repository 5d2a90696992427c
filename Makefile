.DEFAULT_GOAL := help
.PHONY: help setup clean-text diff status test check format lint types bench sample fonts train-recognizer clean

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
JOBS   ?=
ARGS   ?=

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.dev ## Install everything for work on haedok (system programs, Python packages)

clean-text: $(VENV)/.base ## Recover every document of seeds/ into corpus/
	@$(BIN)/haedok run seeds --out corpus $(if $(JOBS),--jobs $(JOBS)) $(ARGS)

diff: $(VENV)/.base ## Show what was changed in the documents of corpus/
	@$(BIN)/haedok diff

status: $(VENV)/.base ## Show which document is how far
	@$(BIN)/haedok status

test: $(VENV)/.dev ## Run all tests
	$(BIN)/pytest --cov --cov-report=term:skip-covered $(ARGS)

check: lint types test ## Format, lint, types and tests: what a change has to pass

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

bench: $(VENV)/.bench ## Measure against other tools; writes benchmarks/results.json (long)
	$(BIN)/python benchmarks/bench.py $(ARGS)

fonts: $(VENV)/.train ## Make the typefaces of npm packages that training and benchmarks print with
	$(BIN)/python -m haedok.synthesize.web_fonts

train-recognizer: $(VENV)/.train ## Train the recogniser: TEXTS=folder with text/ and parallel/ (hours; goes on where it stopped)
	@test -n "$(TEXTS)" || { echo "say where the corpora are: make train-recognizer TEXTS=folder (see docs/recogniser.md)" >&2; exit 2; }
	$(BIN)/python -m haedok.train.loop $(TEXTS) $(ARGS)
	$(BIN)/python -m haedok.train.export build/recognizer $(TEXTS)
	$(BIN)/python -m haedok.train.calibrate $(TEXTS)

sample: $(VENV)/.bench ## Make seeds/sample-paper/scan.pdf again from its source
	$(BIN)/haedok synthesize seeds/sample-paper/paper.md --seed 7 --recipe scan --out build/sample-paper
	cp build/sample-paper/scan.pdf build/sample-paper/truth.txt seeds/sample-paper/

clean: ## Remove the environment and all caches (not corpus/)
	rm -rf $(VENV) .work .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

$(VENV)/.base: pyproject.toml
	@.ci/system-packages
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages into $(VENV)" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/.base
	@.ci/system-packages --all
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev,synthesize]'
	@touch $@

$(VENV)/.train: pyproject.toml | $(VENV)/.base
	@.ci/system-packages --all
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[train]'
	@touch $@

$(VENV)/.bench: pyproject.toml | $(VENV)/.base
	@.ci/system-packages --all
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[synthesize,bench]'
	@touch $@
