"""Ours and theirs alternating in one run: first that they compute the same, then how fast.

    make bench-peers            every case and peer
    python peers/bench.py --cases stid-207 --peers torch --steps 10
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
CASES = ["gwnet-207", "stid-207", "dense-64", "gru-64", "conv-vgg", "attn-207"]
PEERS = {
    "torch": ["torch_peer.py"], "torch.compile": ["torch_peer.py", "--compile"], "jax": ["jax_peer.py"],
    "torch, our layout": ["torch_peer.py", "--layout"],
}
LAYOUT_CASES = ["gwnet-207"]
PAUSE = 0.25
# Steps that are timed together, by their median: one of microseconds is less than a message.
REPEATS = {"dense-64": 200}


class Server:
    """A process that runs a step for each line it is sent."""

    def __init__(self, command):
        environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "TF_CPP_MIN_LOG_LEVEL": "3"}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=HERE / "peers")
        self.facts = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit("a benchmark process ended early: " + " ".join(map(str, self.process.args)))
        return json.loads(line)

    def step(self, count=1):
        self.process.stdin.write(f"step {count}\n")
        self.process.stdin.flush()
        self.last = self.read()
        return self.last["milliseconds"]

    def end(self):
        self.process.stdin.write("quit\n")
        self.process.stdin.flush()
        usage = self.read()
        self.process.wait()
        return usage


def once(command):
    environment = {**os.environ, "OMP_NUM_THREADS": str(THREADS), "TF_CPP_MIN_LOG_LEVEL": "3"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=HERE / "peers")
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr[-3000:]}")
    return json.loads(result.stdout.splitlines()[-1]) if result.stdout.strip() else {}


def measure(case, peer, folder, peak):
    theirs_command = [sys.executable, *PEERS[peer][:1], case, *PEERS[peer][1:], "--exchange", folder,
                      "--threads", str(THREADS)]
    check = once(theirs_command + ["--check"])
    difference = check["difference"]
    if not (difference <= 1e-4 and check["worst"] <= 1e-3):
        sys.exit(f"{case}, {peer}: results differ by {difference:.1e}, one tensor by {check['worst']:.1e}, "
                 "so times cannot be compared")
    ours = Server([BENCH, case, "--threads", str(THREADS)])
    theirs = Server(theirs_command)
    assert ours.facts["parameters"] == theirs.facts["parameters"], (ours.facts, theirs.facts)
    repeats = REPEATS.get(case, 1)
    for _ in range(3):
        ours.step(repeats), theirs.step(repeats)
    times = {"ours": [], "theirs": []}
    faults = ours.last["minorFaults"]
    for _ in range(ARGUMENTS.steps):
        # A pause first, since the threads of the side that ran last may still spin for a while.
        time.sleep(PAUSE)
        times["ours"].append(ours.step(repeats))
        time.sleep(PAUSE)
        times["theirs"].append(theirs.step(repeats))
    faults = (ours.last["minorFaults"] - faults) * 100 / (ARGUMENTS.steps * repeats)
    memory, peer_memory = ours.end(), theirs.end()
    median = {side: statistics.median(values) for side, values in times.items()}
    facts = ours.facts
    return {
        "case": case, "peer": peer, "oursMilliseconds": median["ours"], "peerMilliseconds": median["theirs"],
        "ratio": median["theirs"] / median["ours"],
        "oursMinimum": min(times["ours"]), "oursMaximum": max(times["ours"]),
        "peerMinimum": min(times["theirs"]), "peerMaximum": max(times["theirs"]),
        "oursPeakMegabytes": memory["peakMegabytes"], "peerPeakMegabytes": peer_memory["peakMegabytes"],
        "difference": difference, "parameters": facts["parameters"], "gigaflopsAchieved":
        facts["flops"] / median["ours"] / 1e6, "peakGigaflops": peak, "faultsPer100Steps": faults, "compileSeconds": facts["compileSeconds"], "threads": THREADS,
        "steps": ARGUMENTS.steps,
    }


def alone(case, folder):
    """Ours on one thread and on two, alternating, and beside them the published model's products alone."""
    one, two = (Server([BENCH, case, "--threads", str(threads)]) for threads in (1, THREADS))
    times = {one: [], two: []}
    for count in range(3 + ARGUMENTS.steps):
        for server in (one, two):
            time.sleep(PAUSE)
            milliseconds = server.step()
            if count >= 3:
                times[server].append(milliseconds)
    one.end(), two.end()
    medians = [statistics.median(times[server]) for server in (one, two)]
    products = once([BENCH, case, "--threads", str(THREADS), "--gemms", HERE / f"gemms/{case}.csv"])
    return {
        "case": case, "oneThreadMilliseconds": medians[0], "milliseconds": medians[1],
        "speedup": medians[0] / medians[1], "threads": THREADS, "gemmMilliseconds": products["milliseconds"],
        "gemmGigaflops": products["flops"] / 1e9, "stepOverGemms": medians[1] / products["milliseconds"],
    }


parser = argparse.ArgumentParser()
parser.add_argument("--cases", nargs="+", default=CASES, choices=CASES)
parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
ARGUMENTS = parser.parse_args()
THREADS = ARGUMENTS.threads
BENCH = HERE / ".build/release/training-bench"

rows, singles = [], []
print(f"{'case':10} {'peer':14} {'ours ms':>22} {'peer ms':>24} {'ratio':>6} {'peak MB':>14}")
for case in ARGUMENTS.cases:
    with tempfile.TemporaryDirectory() as folder:
        once([BENCH, case, "--threads", str(THREADS), "--exchange", folder])
        peak = once([BENCH, case, "--threads", str(THREADS), "--gemms", "none"])["peakGigaflops"]
        for peer in ARGUMENTS.peers:
            if "--layout" in PEERS[peer] and case not in LAYOUT_CASES:
                continue
            row = measure(case, peer, folder, peak)
            rows.append(row)
            print(
                f"{case:10} {peer:14} {row['oursMilliseconds']:8.3f} ({row['oursMinimum']:.3f}–{row['oursMaximum']:.3f})"
                f" {row['peerMilliseconds']:10.3f} ({row['peerMinimum']:.3f}–{row['peerMaximum']:.3f})"
                f" {row['ratio']:6.2f} {row['oursPeakMegabytes']:6.0f} / {row['peerPeakMegabytes']:.0f}", flush=True)
        if (HERE / f"gemms/{case}.csv").exists():
            row = alone(case, folder)
            singles.append(row)
            print(
                f"{case:10} {row['threads']} threads {row['speedup']:.2f} x one; its published products alone "
                f"{row['gemmMilliseconds']:.0f} ms, the step {row['stepOverGemms']:.2f} of that", flush=True)
target = HERE / "results/training.json"
target.parent.mkdir(exist_ok=True)
temporary = target.with_suffix(".tmp")
# What was not measured this time keeps its last numbers.
if target.exists():
    measured = {(row["case"], row["peer"]) for row in rows}
    rows += [row for row in json.loads(target.read_text()) if (row["case"], row["peer"]) not in measured]
    rows.sort(key=lambda row: (CASES.index(row["case"]), list(PEERS).index(row["peer"])))
temporary.write_text(json.dumps(rows, indent=1) + "\n")
temporary.rename(target)
if singles:
    target.with_name("alone.json").write_text(json.dumps(singles, indent=1) + "\n")
print(f"written to {target.relative_to(HERE.parent)}; {platform.machine()}, {THREADS} threads", file=sys.stderr)
