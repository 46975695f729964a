"""Writes the table of Documentation/Benchmarks.md from results/training.json."""
import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent.parent
PAGE = HERE.parent / "Documentation/Benchmarks.md"
BEGIN, END = "<!-- training: begin -->\n", "<!-- training: end -->"
GOALS = {
    ("gwnet-207", "torch"): 4, ("gwnet-207", "torch.compile"): 3, ("gwnet-207", "jax"): 2,
    ("stid-207", "torch"): 3, ("stid-207", "torch.compile"): 2.5, ("stid-207", "jax"): 1.5,
    ("dense-64", "torch"): 15, ("dense-64", "torch.compile"): 10, ("dense-64", "jax"): 4,
}


def times(row, side):
    digits = 3 if row[f"{side}Milliseconds"] < 1 else 0
    low, high = row[f"{side}Minimum"], row[f"{side}Maximum"]
    return f"{row[f'{side}Milliseconds']:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def table(rows):
    lines = [
        "| step | peer | ours, ms | peer, ms | ratio | asked | peak memory, MB | GFLOP/s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        goal = GOALS[row["case"], row["peer"]]
        mark = "" if row["ratio"] >= goal else " (missed)"
        lines.append(
            f"| `{row['case']}` | {row['peer']} | {times(row, 'ours')} | {times(row, 'peer')} | "
            f"**{row['ratio']:.2f}** | {goal}{mark} | {row['oursPeakMegabytes']:.0f} against "
            f"{row['peerPeakMegabytes']:.0f} | {row['gigaflopsAchieved']:.0f} |")
    return "\n".join(lines) + "\n"


text = PAGE.read_text()
head, rest = text.split(BEGIN)
rows = json.loads((HERE / "results/training.json").read_text())
PAGE.write_text(head + BEGIN + table(rows) + END + rest.split(END)[1])
