"""The runtime's tables of Documentation/Benchmarks.md."""

GOALS = {"mlp": {"onnxruntime": 6, "litert": 3}, "stid-207": {"onnxruntime": 1.0},
         "gru-32": dict.fromkeys(("onnxruntime", "litert", "torch"), 3),
         "cnn": dict.fromkeys(("onnxruntime", "litert", "torch"), 3)}


def verdict(is_met, asked):
    return f"{asked}" if is_met else f"{asked} (missed)"


def microseconds(value):
    return "" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def both(row, name, show=microseconds):
    values = [row[side + name] for side in ("ours", "peer")]
    return "" if None in values else f"{show(values[0])} / {show(values[1])}"


def forecasts(rows):
    lines = [
        "| student | peer | p50, µs | ratio | asked | of 100, µs | ratio | p99.9, µs | instructions |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        goal = GOALS[row["case"]].get(row["peer"].split(",")[0].split(".")[0])
        asked = "" if goal is None else verdict(row["ratio"] >= goal, goal)
        lines.append(
            f"| `{row['case']}` | {row['peer']} | {both(row, 'Microseconds')} | **{row['ratio']:.2f}** | {asked} | "
            f"{both(row, 'BatchMicroseconds')} | {row['batchRatio']:.2f} | {both(row, 'P999Microseconds')} | "
            f"{both(row, 'Instructions', lambda count: f'{count:,.0f}')} |")
    return lines


def processes(rows):
    lines = [
        "| student | peer | load to first forecast, µs | ratio | whole process, MB | share | embedded, MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        load = "" if row["peerLoadMicroseconds"] is None else (
            f"{row['peerLoadMicroseconds'] / row['oursLoadMicroseconds']:.1f}")
        embedded = row.get("oursEmbeddedPeakKilobytes")
        lines.append(
            f"| `{row['case']}` | {row['peer']} | {both(row, 'LoadMicroseconds')} | {load} | "
            f"{both(row, 'PeakKilobytes', lambda count: f'{count / 1000:.1f}')} | "
            f"{row['oursPeakKilobytes'] / row['peerPeakKilobytes']:.2f} | "
            f"{'' if embedded is None else f'{embedded / 1000:.2f}'} |")
    return lines


def findings(rows):
    """What was asked of a case as a whole."""
    lines = []
    for case in dict.fromkeys(row["case"] for row in rows):
        own = [row for row in rows if row["case"] == case]
        best = min(own, key=lambda row: row["peerMicroseconds"])
        tail = sorted(row["oursP999Microseconds"] / row["oursMicroseconds"] for row in own)
        lines.append(
            f"- `{case}`: {own[0]['parameters']:,} parameters, kernels {own[0]['instructionSet']}; forecasts differ by at "
            f"most {max(row['difference'] for row in own):.0e} spreads; fastest peer {best['peer']}, {best['ratio']:.2f} × "
            f"our time; our p99.9 is {tail[0]:.1f}–{tail[-1]:.1f} × our p50"
            + (" (at most 3 asked)." if case == "mlp" else "."))
    loads = [row for row in rows if row["case"] == "mlp" and row["peerLoadMicroseconds"] is not None]
    if loads:
        best = min(loads, key=lambda row: row["peerLoadMicroseconds"] / row["oursLoadMicroseconds"])
        ratio = best["peerLoadMicroseconds"] / best["oursLoadMicroseconds"]
        met = ratio >= 20 and best["oursLoadMicroseconds"] <= 1000
        lines.append(
            f"- `mlp` loads and forecasts in {best['oursLoadMicroseconds']:.0f} µs, {ratio:.1f} × faster than "
            f"{best['peer']}, the nearest; {verdict(met, 'asked at most 1 ms and 20 ×')}.")
    onnx = [row for row in rows if row["peer"].startswith("onnxruntime")]
    if onnx:
        share = max(row["oursPeakKilobytes"] / row["peerPeakKilobytes"] for row in onnx)
        lines.append(f"- Our process is at most {share:.2f} of ONNX Runtime's; {verdict(share <= 1 / 3, 'asked 1/3')}.")
        bare = [row["oursEmbeddedPeakKilobytes"] / row["peerPeakKilobytes"] for row in onnx
                if row["oursEmbeddedPeakKilobytes"]]
        if bare:
            lines.append(
                f"- As Embedded Swift without a C library it is at most {max(bare):.3f} of ONNX Runtime's; "
                f"{verdict(max(bare) <= 0.1, 'asked 1/10')}.")
    return lines


def page(rows):
    return "\n".join([*forecasts(rows), "", *processes(rows), "", *findings(rows)]) + "\n"
