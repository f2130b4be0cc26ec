# A convenience of a few lines: everything goes through Snakemake.
PYTHON ?= python3
UV ?= uv
BIN := .venv/bin
TOOLS := .venv/site
SNAKEFILES := Snakefile $(wildcard workflow/rules/*.smk)
MODULES := $(shell find src/feature_cascade -name '*.py')
# Tests of what has compiled kernels, and of what stands directly on them: all that can differ without the compiler
KERNEL_TESTS := $(patsubst %,tests/unit/test_%.py,philox normal features stream microkernel moment compiled collapse \
    teacher eigen layers recovery)
FROM = $(if $(SOURCE),--config source=$(SOURCE))
FORMS := $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
SCHEMA := $(BIN)/check-jsonschema --builtin-schema

.PHONY: paper report site site-tools redraw verify compare reference bench test lint unit unit-nojit workflow-tests slurm-plugin wheelhouse lock clean

paper: .venv/installed
	$(BIN)/snakemake --cores all paper

# One HTML file that opens offline, of `all` or, with TARGET=paper, of the paper's figures and tables alone; with
# SOURCE=reference from the stored tables, without simulation
report: .venv/installed
	$(BIN)/snakemake --cores all $(TARGET) $(FROM)
	$(BIN)/snakemake --report report.html $(TARGET) $(FROM)

# Pages of the project in site/, with the figures and tables of the stored results; they open offline
site: site-tools
	$(BIN)/snakemake --cores all figures tables ledger --config source=reference
	NO_MKDOCS_2_WARNING=1 PYTHONPATH="$$(echo $(TOOLS)/lib/python*/site-packages)" $(BIN)/python -m mkdocs build --quiet --strict -f docs/mkdocs/mkdocs.yml

# What makes them, in a folder of its own: the environment stays as requirements.lock says
site-tools: $(TOOLS)/installed

$(TOOLS)/installed: .venv/installed requirements-site.lock
	$(BIN)/pip install --quiet --require-hashes --prefix $(TOOLS) -r requirements-site.lock
	touch $@

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
	$(BIN)/codespell
	$(BIN)/numpydoc lint $(MODULES)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(SCHEMA) vendor.github-workflows $(wildcard .github/workflows/*.yml)
	$(SCHEMA) vendor.github-issue-forms $(FORMS)
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA) vendor.citation-file-format --default-filetype yaml CITATION.cff
	@if [ -e .git ]; then PRE_COMMIT_HOME=.venv/pre-commit $(BIN)/pre-commit run --all-files; \
	    else echo "pre-commit looks at the files that git knows, and this is no clone: its hooks are skipped"; fi
	$(BIN)/snakemake --lint

unit: .venv/installed
	$(BIN)/pytest -n auto --dist loadfile --doctest-modules src/feature_cascade tests/unit

unit-nojit: .venv/installed
	NUMBA_DISABLE_JIT=1 $(BIN)/pytest -n auto --dist loadfile $(KERNEL_TESTS)

workflow-tests: .venv/installed
	$(BIN)/pytest -n auto --dist loadfile -r s tests/workflow tests/browser tests/slurm

# The plugin of the profile for Slurm, where the test of it looks (for a cluster: pip install -r requirements-slurm.lock)
slurm-plugin: .venv/installed
	$(BIN)/pip install --quiet --require-hashes --prefix tests/slurm/plugin -r requirements-slurm.lock

# All that an installation without a network needs (docs/CLUSTER.md). One pin is no wheel: wheel and setuptools build it
wheelhouse:
	$(PYTHON) -m pip download --quiet --require-hashes -d wheels -r requirements.lock -r requirements-slurm.lock
	$(PYTHON) -m pip download --quiet --no-deps -d wheels wheel

# Before anything is installed: a Python and a machine that the pins have wheels for
define CHECK
import platform, re, sys
low, high = map(int, re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', open("pyproject.toml").read()).groups())
if not (3, low) <= sys.version_info < (3, high):
    sys.exit("Python 3.%d to 3.%d is needed, found %d.%d: make PYTHON=..." % (low, high - 1, *sys.version_info[:2]))
if (platform.system(), platform.machine()) == ("Darwin", "x86_64"):
    sys.exit("macOS on Intel is not supported: numba has no wheels for it.")
endef
export CHECK

# The scripts of an environment hold the folder where it was made: in a moved or copied clone it is made anew.
ifneq ($(wildcard .venv/installed),)
MADE_IN := $(shell cat .venv/installed)
ifneq ($(MADE_IN),$(CURDIR))
$(info .venv was made in another folder, $(MADE_IN): it is made anew)
.PHONY: .venv/installed
endif
endif

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c "$$CHECK"
	$(PYTHON) -m venv --clear .venv
	$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@pwd -P > $@

# Pins of all dependencies, for a developer with uv: pyproject.toml -> requirements.lock -> environment.yml
lock:
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --extra workflow --extra test --extra dev \
	    pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock \
	    requirements-slurm.in -o requirements-slurm.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock \
	    requirements-site.in -o requirements-site.lock
	{ printf '%s\n' '# Made by `make lock` from requirements.lock.' 'name: feature-cascade' 'channels: [conda-forge]' \
	    'dependencies:' '  - python=3.11' '  - pip' '  - pip:'; \
	  sed -nE 's/^([A-Za-z0-9._-]+==[^\\]*[^\\ ]) *\\?$$/      - "\1"/p' requirements.lock; } > environment.yml

# What runs have made; stored results stay
clean:
	find results figures -mindepth 1 -maxdepth 1 ! -name reference ! -name .gitkeep -exec rm -rf {} +
	rm -rf explore site .snakemake
