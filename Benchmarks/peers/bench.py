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

HERE = pathlib.Path(__file__).resolve().parent.parent
CASES = ["gwnet-207", "stid-207", "dense-64", "gru-64", "conv-vgg", "attn-207"]
PEERS = {
    "torch": ["torch_peer.py"], "torch.compile": ["torch_peer.py", "--compile"], "jax": ["jax_peer.py"],
}
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
        return self.read()["milliseconds"]

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


def measure(case, peer, folder):
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
    for _ in range(ARGUMENTS.steps):
        times["ours"].append(ours.step(repeats))
        times["theirs"].append(theirs.step(repeats))
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
        facts["flops"] / median["ours"] / 1e6, "compileSeconds": facts["compileSeconds"], "threads": THREADS,
        "steps": ARGUMENTS.steps,
    }


parser = argparse.ArgumentParser()
parser.add_argument("--cases", nargs="+", default=CASES, choices=CASES)
parser.add_argument("--peers", nargs="+", default=list(PEERS), choices=list(PEERS))
parser.add_argument("--steps", type=int, default=10)
parser.add_argument("--threads", type=int, default=2)
ARGUMENTS = parser.parse_args()
THREADS = ARGUMENTS.threads
BENCH = HERE / ".build/release/training-bench"

rows = []
print(f"{'case':10} {'peer':14} {'ours ms':>22} {'peer ms':>24} {'ratio':>6} {'peak MB':>14}")
for case in ARGUMENTS.cases:
    with tempfile.TemporaryDirectory() as folder:
        once([BENCH, case, "--threads", str(THREADS), "--exchange", folder])
        for peer in ARGUMENTS.peers:
            row = measure(case, peer, folder)
            rows.append(row)
            print(
                f"{case:10} {peer:14} {row['oursMilliseconds']:8.3f} ({row['oursMinimum']:.3f}–{row['oursMaximum']:.3f})"
                f" {row['peerMilliseconds']:10.3f} ({row['peerMinimum']:.3f}–{row['peerMaximum']:.3f})"
                f" {row['ratio']:6.2f} {row['oursPeakMegabytes']:6.0f} / {row['peerPeakMegabytes']:.0f}", flush=True)
target = HERE / "results/training.json"
target.parent.mkdir(exist_ok=True)
temporary = target.with_suffix(".tmp")
temporary.write_text(json.dumps(rows, indent=1) + "\n")
temporary.rename(target)
print(f"written to {target.relative_to(HERE.parent)}; {platform.machine()}, {THREADS} threads", file=sys.stderr)
