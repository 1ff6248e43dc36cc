# The two commands a newcomer needs: make run, make test. Everything else is for those who change the program.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench campaign pictures lock clean setup

run: $(VENV)/ready ## 練習用の保管庫で開く（画面のない機械では、1日の仕事をとおして行う）
	$(BIN)/python -m kyufu_desktop practice --folder build/practice

test: $(VENV)/ready ## すべてのテスト
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/bench ## 速さとメモリの表（JSON lines）
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

campaign: $(VENV)/ready ## 長い障害試験
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -m campaign -o faulthandler_timeout=0

pictures: $(VENV)/ready ## 手引きと文書の図（docs/pictures）を作り直す
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.views.hard_names

setup: $(VENV)/ready

$(VENV)/ready: requirements.lock requirements-dev.lock installer/debian-packages.txt installer/debian_packages.sh installer/setup_linux.sh
	PYTHON=$(PYTHON) sh installer/setup_linux.sh $(VENV)
	touch $@

$(VENV)/bench: $(VENV)/ready requirements-bench.lock installer/bench-packages.txt
	sh installer/debian_packages.sh installer/bench-packages.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

lock: ## pyproject.toml から requirements*.lock を作り直す
	$(BIN)/python -m pip install pip-tools
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --allow-unsafe --extra dev -o requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra bench -c requirements-dev.lock -o requirements-bench.lock pyproject.toml

clean:
	rm -rf build .venv
