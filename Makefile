# make demo: everything from a fresh machine to the report. make test: every test.
.PHONY: demo test build setup check seeds bench-peers

PACKAGES := libdnnl-dev liblapack-dev zlib1g-dev
BUILD := swift build -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error

demo: build
	.build/release/limbeck demo

test: setup
	$(BUILD) --build-tests
	swift test -c release -Xswiftc -enable-testing --skip-build

build: setup
	$(BUILD) --product limbeck

# Formatting, warnings, imports and the rules about Foundation.
check: setup
	scripts/check

# The demo with three seeds, and their mean and deviation.
seeds: build
	for seed in 1 2 3; do \
		.build/release/limbeck demo --seed $$seed --run-dir runs/seed-$$seed || exit 1; \
	done
	.build/release/limbeck compare runs/seed-1 runs/seed-2 runs/seed-3

# The training step beside PyTorch, torch.compile and JAX; needs Python 3.11 and a network.
bench-peers: setup
	swift build -c release --package-path Benchmarks
	test -d Benchmarks/.venv || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements.txt
	Benchmarks/.venv/bin/python Benchmarks/peers/bench.py
	Benchmarks/.venv/bin/python Benchmarks/peers/page.py

# Installs what is missing with apt where it may, or names the one command to type.
setup:
	@scripts/setup $(PACKAGES)
