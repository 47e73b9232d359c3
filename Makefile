# Two commands: `make run` and `make test`. Both set themselves up; the versions installed are those of constraints.txt.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Tests of a file run in one process, so that they share what is costly to make; one process more than there are
# processors, since tests of servers wait a fifth of their time.
PARALLEL := -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder --durations 10
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Tests start hundreds of processes, each of which would compile all modules.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: .mypy/jixiao run test tests judge pythons lint types format constraints picture clean

run: $(VENV)/run
	@$(BIN)/jixiao demo --port $(PORT)

# mypy uses one processor, and does not keep the tests waiting.
test: $(VENV)/test
	@$(MAKE) --no-print-directory -j3 lint types tests

tests: $(VENV)/test
	$(BIN)/pytest $(PARALLEL)

# What takes long, before a release.
judge: $(VENV)/test pythons
	$(BIN)/pytest $(PARALLEL) --judge

# The tests with each supported Python that is installed, in an environment of its own.
pythons:
	@for python in python3.11 python3.12 python3.13 python3.14; do \
	  if $$python -c '' 2>/dev/null; then \
	    $(MAKE) --no-print-directory PYTHON=$$python VENV=.pythons/$$python tests || exit 1; \
	  else echo "没有 $$python · $$python is not installed"; fi; \
	done

lint: $(VENV)/test .mypy/jixiao
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd .mypy && ../$(BIN)/lint-imports --config ../pyproject.toml --no-cache --no-logo

types: $(VENV)/test .mypy/jixiao
	$(BIN)/mypy .mypy/jixiao bench

format: $(VENV)/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The checkout is installed in place. Its build needs setuptools of the pinned version, not of the day, and the pip that
# Python 3.11 brings takes twice as long to choose packages. What pip says goes to a log, whose end is shown if pip fails.
LOG := $(VENV)/install.log
define install
@$(BIN)/pip install --constraint constraints.txt $(1) >$(LOG) 2>&1 || { tail -n 20 $(LOG); \
  echo '没有装好，pip 的全部输出在 $(LOG) · the installation failed; all that pip said is in $(LOG)'; exit 1; }
endef

$(VENV)/python:
	@echo '建立 Python 环境 · making a Python environment: $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	$(call install,--upgrade pip setuptools)
	@touch $@

$(VENV)/run: $(VENV)/python pyproject.toml setup.py constraints.txt
	@echo '安装所用的包，首次约一分钟 · installing packages, about a minute the first time: $(LOG)'
	$(call install,--no-build-isolation --editable .)
	@touch $@

$(VENV)/test: $(VENV)/run
	@echo '安装测试所用的包 · installing the packages of the tests: $(LOG)'
	$(call install,--no-build-isolation --editable '.[test]')
	@touch $@

# mypy does not follow the hook of an editable install: a tree of links shows it the package as it installs.
.mypy/jixiao:
	rm -rf .mypy && mkdir -p $@
	for file in $(wildcard jixiao/*.py) $(filter-out jixiao/__pycache__/,$(wildcard jixiao/*/)); do ln -s ../../$$file $@/$$(basename $$file); done
	for room in ontology shapes ingest store server; do ln -s ../../$$room $@/$$room; done

# The newest versions that pyproject.toml allows, to be tried and committed.
constraints:
	rm -rf .constraints && $(PYTHON) -m venv .constraints
	.constraints/bin/pip install --quiet '.[test]' 'setuptools>=77,<83'
	.constraints/bin/pip freeze --all --exclude jixiao | sort -f > constraints.txt
	rm -rf .constraints

# The pictures of the README, taken anew from the pages as they are.
picture: $(VENV)/test
	$(BIN)/python -m tests.support.picture

clean:
	rm -rf $(VENV) .pythons .mypy .mypy_cache .ruff_cache .pytest_cache .hypothesis data build dist *.egg-info
