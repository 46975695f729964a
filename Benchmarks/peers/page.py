"""Writes the tables of Documentation/Benchmarks.md from results/{training,alone,runtime}.json."""
import json
import pathlib

import runtime_page

HERE = pathlib.Path(__file__).resolve().parent.parent
PAGE = HERE.parent / "Documentation/Benchmarks.md"
GOALS = {
    "gwnet-207": {"torch": 4, "torch.compile": 3, "jax": 2}, "stid-207": {"torch": 3, "torch.compile": 2.5, "jax": 1.5},
    "dense-64": {"torch": 15, "torch.compile": 10, "jax": 4}, "gru-64": {"torch": 2, "torch.compile": 1.5, "jax": 1.5},
    "conv-vgg": dict.fromkeys(("torch", "torch.compile", "jax"), 1.0),
    "attn-207": dict.fromkeys(("torch", "torch.compile", "jax"), 1.0),
}


def times(row, side):
    digits = 3 if row[f"{side}Milliseconds"] < 1 else 0
    low, high = row[f"{side}Minimum"], row[f"{side}Maximum"]
    return f"{row[f'{side}Milliseconds']:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def table(rows):
    lines = [
        "| step | peer | ours, ms | peer, ms | ratio | asked | peak memory, MB | its share | GFLOP/s | share of GEMM peak |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        goal = GOALS[row["case"]].get(row["peer"])
        asked = "" if goal is None else f"{goal}" if row["ratio"] >= goal else f"{goal} (missed)"
        lines.append(
            f"| `{row['case']}` | {row['peer']} | {times(row, 'ours')} | {times(row, 'peer')} | "
            f"**{row['ratio']:.2f}** | {asked} | {row['oursPeakMegabytes']:.0f} against "
            f"{row['peerPeakMegabytes']:.0f} | {row['oursPeakMegabytes'] / row['peerPeakMegabytes']:.2f} | "
            f"{row['gigaflopsAchieved']:.0f} | {row['gigaflopsAchieved'] / row['peakGigaflops']:.0%} |")
    lines.append("")
    for case in dict.fromkeys(row["case"] for row in rows):
        own = [row for row in rows if row["case"] == case]
        lines.append(
            f"- `{case}`: {own[0]['parameters']:,.0f} parameters; results differ from the peers' by at most "
            f"{max(row['difference'] for row in own):.0e}; compiled in {max(row['compileSeconds'] for row in own):.2f} s; "
            f"{max(row['faultsPer100Steps'] for row in own):.0f} page faults in 100 steps.")
    return "\n".join(lines) + "\n"


def alone():
    path = HERE / "results/alone.json"
    if not path.exists():
        return ""
    return "".join(
        f"\n`{row['case']}` by itself: {row['milliseconds']:.0f} ms on {row['threads']} threads, {row['oneThreadMilliseconds']:.0f} "
        f"on one ({row['speedup']:.2f} ×). The published model's matrix products alone (`Benchmarks/gemms/{row['case']}.csv`, "
        f"{row['gemmGigaflops']:.0f} GFLOP) take {row['gemmMilliseconds']:.0f} ms in oneDNN: the whole step takes "
        f"{row['stepOverGemms']:.2f} of that (at most 1.6 asked).\n" for row in json.loads(path.read_text()))


def fill(name, content):
    """What stands between the marks of a section."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    head, rest = PAGE.read_text().split(begin)
    PAGE.write_text(head + begin + content + end + rest.split(end)[1])


fill("training", table(json.loads((HERE / "results/training.json").read_text())) + alone())
if (HERE / "results/runtime.json").exists():
    fill("runtime", runtime_page.page(json.loads((HERE / "results/runtime.json").read_text())))
