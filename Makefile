# A convenience of a few lines: everything goes through Snakemake.
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
SNAKEFILES := Snakefile $(wildcard workflow/rules/*.smk)

.PHONY: paper report redraw verify compare reference bench test lint unit unit-nojit workflow-tests slurm-plugin lock clean

paper: .venv/installed
	$(BIN)/snakemake --cores all paper

# One HTML file that opens offline, of `all` or, with TARGET=paper, of the paper's figures and tables alone
report: .venv/installed
	$(BIN)/snakemake --cores all $(TARGET)
	$(BIN)/snakemake --report report.html $(TARGET)

redraw: .venv/installed
	$(BIN)/snakemake --cores 1 figures tables --config source=reference

verify: .venv/installed
	$(BIN)/snakemake --cores 1 verify

compare: .venv/installed
	$(BIN)/snakemake --cores all compare

reference: .venv/installed
	$(BIN)/snakemake --cores all store_reference

bench: .venv/installed
	$(BIN)/snakemake --cores all --forcerun bench -- bench

test: lint unit unit-nojit workflow-tests

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check $(SNAKEFILES)
	$(BIN)/snakemake --lint

unit: .venv/installed
	$(BIN)/pytest -n auto --dist loadfile tests/unit

unit-nojit: .venv/installed
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest -n auto --dist loadfile tests/unit

workflow-tests: .venv/installed
	$(BIN)/pytest -n auto --dist loadfile -r s tests/workflow tests/browser tests/slurm

# The plugin of the profile for Slurm, where the test of it looks (for a cluster: pip install -r requirements-slurm.lock)
slurm-plugin: .venv/installed
	$(BIN)/pip install --quiet --require-hashes --prefix tests/slurm/plugin -r requirements-slurm.lock

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

# Pins of all dependencies, for a developer with uv: pyproject.toml -> requirements.lock -> environment.yml
lock:
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra workflow --extra test --extra dev \
	    pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock \
	    requirements-slurm.in -o requirements-slurm.lock
	{ printf '%s\n' '# Made by `make lock` from requirements.lock.' 'name: feature-cascade' 'channels: [conda-forge]' \
	    'dependencies:' '  - python=3.11' '  - pip' '  - pip:'; \
	  sed -nE 's/^([A-Za-z0-9._-]+==[^\\]*[^\\ ]) *\\?$$/      - "\1"/p' requirements.lock; } > environment.yml

clean:
	git clean -fdXq results figures .snakemake
