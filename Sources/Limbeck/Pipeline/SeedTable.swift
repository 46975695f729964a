public import LimbeckEvaluation

/// Scores of several runs: mean ± deviation over seeds, test part.
public struct SeedTable {
    public let text: String

    public init(_ scores: Scores) {
        let seeds = Set(scores.all.map(\.seed)).sorted()
        let roles = Role.allCases.filter { role in scores.all.contains { $0.role == role } }
        let columns: [(String, String, ScoreHorizon)] =
            [("MAE", "mae", .average), ("RMSE", "rmse", .average), ("WAPE", "wape", .average)]
            + [1, 3, 6, 12].map { ("MAE +\($0)", "mae", .step($0)) } + [("parameters", "parameters", .average)]
        var rows = [["model"] + columns.map(\.0)]
        for role in roles {
            rows.append(
                [role.title] + columns.map { _, metric, horizon in
                    let values = scores.all.filter {
                        $0.role == role && $0.metric == metric && $0.horizon == horizon && $0.split == .test
                    }.map(\.value)
                    guard !values.isEmpty else { return "–" }
                    let mean = values.reduce(0, +) / Double(values.count)
                    if metric == "parameters" { return "\(Int(mean.rounded()))" }
                    guard values.count > 1 else { return fixed(mean, 2) }
                    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
                    return "\(fixed(mean, 2)) ± \(fixed(variance.squareRoot(), 2))"
                })
        }
        text = aligned(rows) + "\nTest part; mean ± deviation over seeds \(seeds.map(String.init).joined(separator: ", "))."
    }
}

/// Columns as wide as their widest cell, the first to the left, the others to the right.
func aligned(_ rows: [[String]]) -> String {
    guard let head = rows.first else { return "" }
    let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
        row.indices.map { column in
            let padding = String(repeating: " ", count: widths[column] - row[column].count)
            return column == 0 ? row[column] + padding : padding + row[column]
        }.joined(separator: "  ")
    }
    lines.insert(String(repeating: "─", count: lines[0].count), at: 1)
    return lines.joined(separator: "\n")
}
