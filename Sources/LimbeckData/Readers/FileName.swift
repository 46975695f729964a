import LimbeckSeries

/// What the name of a file says.
enum FileName {
    /// How names of files of data end.
    static let ends = ["csv", "tsv", "txt", "dat", "data", "parquet", "npy", "npz"]
    private static let packed = ["gz", "xz", "zst"]
    /// What lies beside data and is none.
    private static let papers: Set = [
        "readme", "license", "licence", "notice", "changelog", "changes", "copying", "sources",
    ]

    static func isData(_ name: String) -> Bool {
        guard isOwn(name) else { return false }
        var parts = parts(name)
        if let last = parts.last, packed.contains(last) { parts.removeLast() }
        return parts.count > 1 && ends.contains(parts[parts.count - 1])
    }

    /// Not of data, and not about it.
    static func isPassedOver(_ name: String) -> Bool { isOwn(name) && !isData(name) }

    /// Not hidden, not what other systems leave beside each file, and no paper about the data.
    private static func isOwn(_ name: String) -> Bool {
        !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
            && !papers.contains(parts(name).first ?? "")
    }

    private static func parts(_ name: String) -> [String] {
        (name.lowercased().split(separator: "/").last ?? "").split(separator: ".").map(String.init)
    }

    /// "north" of "stations/north.csv.gz".
    static func stem(_ path: String) -> String {
        fileName(path).split(separator: ".").first.map(String.init) ?? path
    }

    /// The stems of paths where they differ, else with the folders in which they do: "a/north", "b/north".
    static func distinct(_ paths: [String]) -> [String] {
        let parts = paths.map { path in
            path.split(separator: "/").dropLast().map(String.init) + [stem(path)]
        }
        for depth in 1...(parts.map(\.count).max() ?? 1) {
            let names = parts.map { $0.suffix(depth).joined(separator: "/") }
            if Set(names).count == names.count { return names }
        }
        return paths.map { fileName($0) }
    }

    /// A name as it is called without the times in it that are those of its rows: "north" of "north_2024-01", nothing of
    /// "2024-01"; the same where it has none.
    ///
    /// - Parameter span: of its rows, seconds on a local clock.
    static func withoutPeriod(_ name: String, _ span: ClosedRange<Int64>) -> String {
        let first = CalendarFields(span.lowerBound), last = CalendarFields(span.upperBound)
        func isYear(_ number: Int) -> Bool { (first.year...last.year).contains(number) }
        func isMonth(_ year: Int, _ month: Int) -> Bool {
            (1...12).contains(month)
                && (first.year * 12 + first.month...last.year * 12 + last.month).contains(year * 12 + month)
        }
        /// A month of the year, or a week.
        func isPart(_ year: Int, _ number: Int) -> Bool {
            let begin = CalendarFields.days(year: year, month: 1, day: 1) + Int64(7 * number)
            let days = span.lowerBound / 86_400 - 7...span.upperBound / 86_400 + 14
            return isMonth(year, number) || (1...53).contains(number) && days.contains(begin)
        }
        var kept: [Substring] = [], year: Int?, hasPart = false
        for token in name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            // "2024a" is the first part of 2024.
            let digits = token.prefix { $0.isNumber }
            let number = token.count - digits.count <= 1 ? Int(digits) : nil
            let isTime: Bool
            switch (number, number == nil ? token.count : digits.count) {
            case (let number?, 4):
                isTime = isYear(number)
                if isTime { year = number }
            case (let number?, 6): isTime = isMonth(number / 100, number % 100)
            case (let number?, 8): isTime = isMonth(number / 10_000, number / 100 % 100)
            // Months, weeks and days behind a year.
            case (let number?, ...2):
                isTime = year.map { hasPart ? number <= 31 : isPart($0, number) } ?? false
                hasPart = hasPart || isTime
            case (nil, 2) where "qQwW".contains(token.first ?? "-"): isTime = year != nil
            case (nil, _):
                let word = token.lowercased()
                let month = word.count < 3 ? nil : months.firstIndex { $0.hasPrefix(word) }
                isTime = month.map { month in (first.year...last.year).contains { isMonth($0, month + 1) } } ?? false
            default: isTime = false
            }
            if !isTime { kept.append(token) }
        }
        return kept.count == name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).count
            ? name : kept.joined(separator: "_")
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
}
