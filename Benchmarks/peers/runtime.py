"""The runtime beside its peers, one thread each, in turns in one run: first that they forecast the same, then how fast.

    make bench-runtime          every case and peer
    python peers/runtime.py --cases mlp --peers onnxruntime --rounds 5
"""
import argparse
import fcntl
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np

import runtime_litert
import runtime_onnx
from runtime_case import Case

HERE = pathlib.Path(__file__).resolve().parent.parent
BENCH = HERE / ".build/release/runtime-bench"
RESULTS = HERE / "results/runtime.json"
# Forecasts of a round, timed one by one and in hundreds, and those whose instructions are counted.
CASES = {"mlp": (3000, 2000), "stid-207": (100, 40), "gru-32": (2000, 500), "cnn": (2000, 500)}
PEERS = ["onnxruntime", "onnxruntime, caller scales", "litert", "litert, caller scales", "torch", "torch.jit",
         "torch.compile"]
ROUNDS_OF_LOADS = 5
# The first step that every process forecasts.
ORIGIN = 1_700_000_100
LOADS = 20


def programs(folder):
    """The peers in C, built here; and the libraries of their wheels."""
    from importlib.util import find_spec
    built = {}
    for name, package, pattern in (("ort", "onnxruntime", "capi/libonnxruntime.so*"),
                                   ("litert", "ai_edge_litert", "libLiteRt.so")):
        program = folder / f"{name}_bench"
        subprocess.run(["cc", "-O2", "-o", program, HERE / f"peers/{name}_bench.c", "-ldl"], check=True)
        root = pathlib.Path(find_spec(package).submodule_search_locations[0])
        built[name] = [program, next(root.glob(pattern))]
    return built


def command(peer, case, folder, built):
    """The peer's process for a case; its model is written here."""
    kind, _, scaling = peer.partition(", ")
    if kind.startswith("torch"):
        how = {"torch": "eager"}.get(kind, kind.split(".")[-1])
        return [sys.executable, HERE / "peers/runtime_torch.py", case.name, folder, how]
    builder, tool, ending = {"onnxruntime": (runtime_onnx, "ort", "onnx"),
                             "litert": (runtime_litert, "litert", "tflite")}[kind]
    who = "caller" if scaling else "model"
    (folder / f"{who}.{ending}").write_bytes(builder.model(case, scales=who == "model"))
    (folder / "shapes.txt").write_text("".join(" ".join(map(str, shape)) + "\n" for shape in (case.input, case.output)))
    return [*built[tool], folder, f"{who}.{ending}", who]


class Process:
    """A process that answers a line of numbers for each line it is sent."""

    def __init__(self, command):
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment, cwd=HERE / "peers")

    def ask(self, line):
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline().strip()
        if not answer:
            sys.exit("a benchmark process ended early: " + " ".join(map(str, self.process.args)))
        return answer

    def numbers(self, line):
        answer = self.ask(line)
        try:
            return np.array(answer.split(), dtype=np.float64)
        except ValueError:
            sys.exit(f"{' '.join(map(str, self.process.args))}: {answer}")

    def peak(self):
        """Largest resident memory of the whole process so far, in kilobytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

    def end(self):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.wait()


def alternately(ours, theirs, rounds, line):
    """All answers to `line`, ours and theirs, asked in turns."""
    answers = ([], [])
    for _ in range(rounds):
        for answer, process in zip(answers, (ours, theirs)):
            answer.append(process.numbers(line))
    return [np.concatenate(answer) / 1000 for answer in answers]


def measure(case, peer, ours_command, theirs_command):
    ours, theirs = Process(ours_command), Process(theirs_command)
    mine, other = ours.numbers("output"), theirs.numbers("output")
    difference = float(np.max(np.abs(mine - other)) / case.spread.mean()) if mine.size == other.size else float("inf")
    if not difference <= 1e-4:
        sys.exit(f"{case.name}, {peer}: forecasts differ by {difference:.1e} spreads, so times cannot be compared")
    calls = CASES[case.name][0]
    set_name = ours.ask(f"warm {calls}")
    theirs.ask(f"warm {calls}")
    peaks = [ours.peak(), theirs.peak()]
    rounds = ARGUMENTS.rounds
    single = alternately(ours, theirs, rounds, f"run {calls}")
    batches = alternately(ours, theirs, rounds, f"batch {max(calls // 100, 1)}")
    loads = [None, None]
    if peer != "torch.compile":
        loads = [float(np.median(one)) for one in alternately(ours, theirs, ROUNDS_OF_LOADS, f"load {LOADS}")]
    ours.end(), theirs.end()
    row = {"case": case.name, "peer": peer}
    for side, times, hundreds, load, peak in zip(("ours", "peer"), single, batches, loads, peaks):
        for name, rank in (("", 50), ("P99", 99), ("P999", 99.9)):
            row[f"{side}{name}Microseconds"] = float(np.percentile(times, rank))
        row[f"{side}BatchMicroseconds"] = float(np.median(hundreds)) / 100
        row[f"{side}LoadMicroseconds"], row[f"{side}PeakKilobytes"] = load, peak
    row["ratio"] = row["peerMicroseconds"] / row["oursMicroseconds"]
    row["batchRatio"] = row["peerBatchMicroseconds"] / row["oursBatchMicroseconds"]
    row |= {"oursEmbeddedPeakKilobytes": None, "oursInstructions": None, "peerInstructions": None,
            "difference": difference, "parameters": sum(values.size for values in case.weights.values()),
            "instructionSet": set_name, "calls": rounds * calls}
    return row


def embedded(name, folder):
    """Resident memory, in kilobytes, of a process without a C library that holds the student, after its first forecast."""
    program = folder / "embedded"
    windows = folder / "windows"
    windows.write_bytes(ORIGIN.to_bytes(8, "little") + (folder / "readings.bin").read_bytes())
    subprocess.run([HERE.parent / "scripts/build-device", "linux", "whole", program, folder / "student.limbeck", windows],
                   check=True, env={**os.environ, "HEAP": str(1 << 20)})
    # It prints after forecasting: a pipe that is full stops it there.
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.write(writing, bytes(4096))
    process = subprocess.Popen([program], stdout=writing)
    os.close(writing)
    try:
        state = ""
        for _ in range(500):
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
            state = next(line.split()[1] for line in status if line.startswith("State"))
            if state == "S":
                break
            time.sleep(0.01)
        if state != "S":
            sys.exit(f"{name}: the embedded process printed nothing")
        rollup = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in rollup if line.startswith("Rss"))
    finally:
        process.kill()
        process.wait()
        os.close(reading)


def instructions(command, count, folder):
    """Instructions of a forecast: those of 2 N forecasts less those of N, under callgrind."""
    program = folder / "stripped"
    # Valgrind cannot read every compiler's debug information.
    subprocess.run(["strip", "--strip-debug", "-o", program, command[0]], check=True)
    totals = []
    for calls in (count, 2 * count):
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *command[1:], str(calls)],
            capture_output=True, text=True)
        line = next((line for line in result.stderr.splitlines() if "Collected :" in line), None)
        if result.returncode != 0 or line is None:
            return None
        totals.append(int(line.split(":")[1]))
    return (totals[1] - totals[0]) / count


def keep(rows):
    """Writes what was measured; what was not keeps its last numbers."""
    measured = {(row["case"], row["peer"]) for row in rows}
    old = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    rows = rows + [row for row in old if (row["case"], row["peer"]) not in measured]
    rows.sort(key=lambda row: (list(CASES).index(row["case"]), PEERS.index(row["peer"])))
    temporary = RESULTS.with_suffix(".tmp")
    temporary.write_text(json.dumps(rows, indent=1) + "\n")
    temporary.rename(RESULTS)


parser = argparse.ArgumentParser()
parser.add_argument("--cases", nargs="+", default=list(CASES), choices=list(CASES))
parser.add_argument("--peers", nargs="+", default=PEERS, choices=PEERS)
parser.add_argument("--rounds", type=int, default=30)
parser.add_argument("--instructions", choices=["count", "skip", "only"], default="count",
                    help="under callgrind, a matter of minutes; only: add them to the last run's times")
ARGUMENTS = parser.parse_args()

rows = []
if ARGUMENTS.instructions != "only":
    print(f"{'case':9} {'peer':27} {'ours µs: p50':>12} {'p99.9':>8} {'of 100':>8} {'peer µs: p50':>13} {'p99.9':>8} "
          f"{'of 100':>8} {'ratio':>6} {'of 100':>6} {'load µs':>15} {'peak KB':>15}")
else:
    rows = json.loads(RESULTS.read_text())
with tempfile.TemporaryDirectory() as root:
    root = pathlib.Path(root)
    built = programs(root)
    for name in ARGUMENTS.cases:
        folder = root / name
        folder.mkdir()
        subprocess.run([BENCH, "--write", name, folder], check=True)
        case = Case(name, folder)
        ours = [BENCH, folder]
        commands = {peer: command(peer, case, folder, built) for peer in ARGUMENTS.peers}
        if ARGUMENTS.instructions != "only":
            bare = embedded(name, folder)
            for peer in ARGUMENTS.peers:
                row = measure(case, peer, ours, commands[peer])
                row["oursEmbeddedPeakKilobytes"] = bare
                rows.append(row)
                loads = " / ".join("–" if row[f"{side}LoadMicroseconds"] is None else f"{row[f'{side}LoadMicroseconds']:.0f}"
                                   for side in ("ours", "peer"))
                print(f"{name:9} {peer:27} {row['oursMicroseconds']:12.3f} {row['oursP999Microseconds']:8.3f} "
                      f"{row['oursBatchMicroseconds']:8.3f} {row['peerMicroseconds']:13.3f} {row['peerP999Microseconds']:8.3f} "
                      f"{row['peerBatchMicroseconds']:8.3f} {row['ratio']:6.2f} {row['batchRatio']:6.2f} {loads:>15} "
                      f"{row['oursPeakKilobytes']:6} / {row['peerPeakKilobytes']}; embedded {bare}", flush=True)
            keep(rows)
        if ARGUMENTS.instructions != "skip":
            mine = instructions(ours, CASES[name][1], root)
            for peer in ARGUMENTS.peers:
                # An interpreter's start and compiler are no part of a forecast, and take callgrind an hour.
                theirs = None if peer.startswith("torch") else instructions(commands[peer], CASES[name][1], root)
                for row in rows:
                    if (row["case"], row["peer"]) == (name, peer):
                        row["oursInstructions"], row["peerInstructions"] = mine, theirs
                if theirs:
                    print(f"{name:9} {peer:27} instructions of a forecast: {mine:,.0f} against {theirs:,.0f}", flush=True)
            keep(rows)
print(f"written to {RESULTS.relative_to(HERE.parent)}", file=sys.stderr)
