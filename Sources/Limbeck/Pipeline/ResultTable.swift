public import LimbeckEvaluation

/// The comparison as text for a terminal: errors on the test part, and what each model costs.
public struct ResultTable {
    public let text: String

    public init(_ scores: Scores, horizons: [Int]) {
        let roles = Role.allCases.filter { role in scores.all.contains { $0.role == role } }
        func value(_ role: Role, _ metric: String, _ horizon: ScoreHorizon) -> Double? {
            scores.all.first {
                $0.role == role && $0.metric == metric && $0.horizon == horizon && $0.split == .test
            }?.value
        }
        let unit = scores.all.first { $0.metric == "mae" }?.unit ?? ""
        var rows: [[String]] = [
            ["model", "MAE", "RMSE", "WAPE", "MAPE"] + horizons.map { "MAE +\($0)" }
                + ["parameters", "FLOPs", "bytes", "latency"]
        ]
        for role in roles {
            let metrics = ["mae", "rmse", "wape", "mape"].map { metric -> String in
                guard let number = value(role, metric, .average) else { return "–" }
                return metric == "wape" || metric == "mape" ? fixed(number, 1) + " %" : fixed(number, 2)
            }
            rows.append(
                [role.title] + metrics
                    + horizons.map { value(role, "mae", .step($0)).map { fixed($0, 1) } ?? "–" }
                    + [Cost.parameters, .flops, .bytes].map {
                        value(role, $0.rawValue, .average).map(short) ?? "–"
                    }
                    + [value(role, Cost.latencyMicroseconds.rawValue, .average).map { "\(short($0)) µs" } ?? "–"])
        }
        let counted = value(.ridge, "mapeCount", .average).map { "; MAPE over the \(Int($0)) values of at least 1" } ?? ""
        text =
            aligned(rows)
            + "\nTest part; errors in \(unit)\(counted); FLOPs and latency of one forecast of all places, one thread."
    }
}

/// With this many decimals.
func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let whole = Int((value.magnitude * scale).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
}

/// Three figures and a unit prefix: 163 k, 6.73 M.
func short(_ value: Double) -> String {
    for (size, prefix) in [(1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= size {
        let scaled = value / size
        return fixed(scaled, scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2) + prefix
    }
    return fixed(value, value >= 100 || value == value.rounded() ? 0 : 1)
}
