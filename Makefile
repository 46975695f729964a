# make demo: everything from a fresh machine to the report. make test: every test.
.PHONY: demo test build setup check seeds recipes recipes-seeds bench bench-guard bench-peers bench-baselines bench-runtime parity devices fuzz

PACKAGES := libdnnl-dev liblapack-dev zlib1g-dev liblzma-dev libzstd-dev
# Tests compile students as C, here and for an emulated Cortex-M4.
C_PACKAGES := gcc libc6-dev gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
BUILD := swift build -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error

demo: build
	.build/release/limbeck demo

test: setup
	scripts/setup $(C_PACKAGES)
	$(BUILD) --build-tests
	swift test -c release -Xswiftc -enable-testing --skip-build
	$(MAKE) devices
	$(MAKE) bench-guard

build: setup
	$(BUILD) --product limbeck

# Formatting, warnings, imports and the rules about Foundation.
check: setup
	scripts/setup $(C_PACKAGES)
	scripts/check

# The demo with three seeds, and their mean and deviation.
seeds: build
	for seed in 1 2 3; do \
		.build/release/limbeck demo --seed $$seed --run-dir runs/seed-$$seed || exit 1; \
	done
	.build/release/limbeck compare runs/seed-1 runs/seed-2 runs/seed-3

# Every recipe with one seed, or three, on the data in LIMBECK_DATA (../shared/data unless set); needs Python 3.
recipes: build
	python3 Benchmarks/recipes/run.py --seeds 1

recipes-seeds: build
	python3 Benchmarks/recipes/run.py --seeds 1 2 3

# The training step alone: what it is planned to cost, against reviewed bounds, and how long it takes.
bench: bench-guard
	for one in dense-64 stid-207 gru-64 conv-vgg attn-207 gwnet-207; do \
		Benchmarks/.build/release/training-bench $$one --steps 10 || exit 1; \
	done

# The part of it that is the same on every machine.
bench-guard: setup
	scripts/setup valgrind binutils
	swift build -c release --package-path Benchmarks --product training-bench
	Benchmarks/.build/release/training-bench all --guard Benchmarks/guards/training.json

# The training step beside PyTorch, torch.compile and JAX; needs Python 3.11 and a network.
bench-peers: setup
	swift build -c release --package-path Benchmarks
	test -d Benchmarks/.venv || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements.txt
	Benchmarks/.venv/bin/python Benchmarks/peers/bench.py
	Benchmarks/.venv/bin/python Benchmarks/peers/page.py

# Every baseline beside NumPy and scikit-learn, on the sets in LIMBECK_DATA; needs Python 3.11 and a network.
bench-baselines: build
	test -d Benchmarks/.venv || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements-baselines.txt
	Benchmarks/.venv/bin/python Benchmarks/peers/baselines.py

# Students in other runtimes against ours, and the matrix of Documentation/Doors.md; needs Python 3.11
# and a network.
parity: setup
	scripts/setup gcc libc6-dev
	swift build -c release --package-path Benchmarks --product parity-bench
	test -d Benchmarks/.venv || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements.txt
	rm -rf Benchmarks/.build/parity
	Benchmarks/.build/release/parity-bench Benchmarks/.build/parity
	Benchmarks/.venv/bin/python Benchmarks/parity/check.py Benchmarks/.build/parity

# The student runtime beside ONNX Runtime and LiteRT (their C APIs) and PyTorch; the same needs.
bench-runtime:
	scripts/setup valgrind binutils gcc
	swift build -c release --package-path Benchmarks --product runtime-bench
	test -d Benchmarks/.venv || python3 -m venv Benchmarks/.venv
	Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements.txt
	Benchmarks/.venv/bin/python Benchmarks/peers/runtime.py
	Benchmarks/.venv/bin/python Benchmarks/peers/page.py

# The runtime on a Cortex-M4, RISC-V, a bare process, Node and Chromium, against this machine.
devices: setup
	scripts/setup gcc-arm-none-eabi qemu-system-arm gcc-riscv64-unknown-elf \
		qemu-system-misc nodejs chromium python3
	$(BUILD) --product device-reference
	scripts/check-devices

# Ten million damaged files, read with the address sanitizer; FUZZ=100000 for a short pass.
FUZZ := 10000000
fuzz: setup
	swift build -c release --package-path Benchmarks --scratch-path Benchmarks/.build/fuzz \
		--sanitize=address --product fuzz-bench
	Benchmarks/.build/fuzz/release/fuzz-bench Examples/microcontroller/students/*.limbeck --count $(FUZZ)

# Installs what is missing with apt where it may, or names the one command to type.
setup:
	@scripts/setup $(PACKAGES)
