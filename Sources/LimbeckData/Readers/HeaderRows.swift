import LimbeckSeries

/// Several rows of header as names and units.
struct HeaderRows {
    private(set) var names: [String]
    /// Of each column; empty without a row of units.
    private(set) var units: [String] = []
    private(set) var findings: [QualityReport.Finding] = []

    /// - Parameter more: the rows below the first.
    init(_ first: [String], _ more: [[String]]) {
        names = first
        var joined = 0
        for row in more {
            if units.isEmpty, Self.areUnits(row) {
                units = row.map(Self.plain)
            } else {
                // A name that spans columns stands above the first of them.
                names = zip(names, row).map { [$0, $1].filter { !$0.isEmpty }.joined(separator: " ") }
                joined += 1
            }
        }
        if joined > 0 {
            findings.append(
                .init(
                    .units, .repair, count: joined,
                    message: "\(counted(joined, "row")) below the first read as part of the names, such as "
                        + quoted(names.last ?? "")))
        }
    }

    /// What to say of the rows; `units` are those of columns that hold values.
    static func findings(_ rows: HeaderRows, _ units: [String]) -> [QualityReport.Finding] {
        let shown = Set(units.filter { !$0.isEmpty })
        guard !shown.isEmpty else { return rows.findings }
        return rows.findings + [
            .init(
                .units, .repair, count: shown.count,
                message: "a row of units below the names: \(shown.sorted().prefix(6).joined(separator: ", ")); "
                    + "data.unit states another")
        ]
    }

    /// "Temp" and "°C" of "Temp [°C]" and "Temp (°C)", for each name; nil where nothing behind it is a unit. One letter in
    /// round brackets, as in "Wind (m)", is one beside another that is for sure.
    static func split(_ names: [String]) -> [(name: String, unit: String)?] {
        let sure = names.map { split($0, takesLetters: isTemperature($0)) }
        let all = names.map { split($0, takesLetters: true) }
        // One letter behind every name is one, too.
        let isShared = names.count > 1 && Set(all.map { $0?.unit }).count == 1
        return isShared || sure.contains { $0 != nil } ? all : sure
    }

    private static func isTemperature(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.contains("temp") && ["(c)", "(f)", "(k)"].contains(where: name.hasSuffix)
    }

    private static func split(_ name: String, takesLetters: Bool) -> (name: String, unit: String)? {
        for (open, close) in [("[", "]"), ("(", ")")] as [(Character, Character)] {
            guard name.last == close, let start = name.lastIndex(of: open), start > name.startIndex else { continue }
            let unit = String(name[name.index(after: start)...].dropLast())
            let isUnit =
                unit.contains { "/°%µμ³²".contains($0) }
                || (unit.count > 1 || open == "[" || takesLetters) && words.contains(unit.lowercased())
            guard isUnit, unit.count <= 12 else { continue }
            return (String(name[..<start].reversed().drop { $0 == " " }.reversed()), unit)
        }
        return nil
    }

    /// "µg/m³" of "[µg/m³]" or "(µg/m³)".
    private static func plain(_ text: String) -> String {
        for (open, close) in [("[", "]"), ("(", ")")] where text.hasPrefix(open) && text.hasSuffix(close) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }

    private static let words: Set = [
        "m", "km", "mm", "cm", "s", "min", "h", "hours", "d", "days", "c", "f", "k", "degc", "degf", "deg", "deg c",
        "deg f", "hpa",
        "kpa", "pa",
        "mbar", "w", "kw", "mw", "gw", "wh", "kwh", "mwh", "v", "kv", "a", "ma", "hz", "ppm", "ppb", "db", "dba", "mph",
        "kmh",
        "knots", "kn", "lux", "l", "ml", "kg", "g", "mg", "t", "usd", "eur", "count", "counts", "index", "none", "-",
        "nan", "veh",
        "vehicles", "people",
    ]

    /// Short texts, at least one with a mark that units have or a unit's name, and none that is long.
    static func areUnits(_ row: [String]) -> Bool {
        let texts = row.filter { !$0.isEmpty }.map(plain)
        guard !texts.isEmpty, texts.allSatisfy({ $0.count <= 16 }) else { return false }
        return texts.contains { text in
            text.contains { "/°%µμ³²".contains($0) } || words.contains(text.lowercased())
        }
    }
}
