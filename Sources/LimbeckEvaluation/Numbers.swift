import Foundation

extension Double {
    /// Whole numbers without a point, others as short as they are exact: `1`, `0.9`.
    var short: String {
        self == rounded() && abs(self) < 1e15 ? String(Int64(self)) : String(self)
    }

    /// With a fixed number of decimals: `45.40`; `4.68e37` where that would be a row of digits, a dash when not finite.
    package func fixed(_ decimals: Int) -> String {
        guard isFinite else { return "–" }
        return abs(self) < 1e12 ? String(format: "%.\(decimals)f", self) : scientific
    }

    /// `4.68e37`
    private var scientific: String {
        let parts = String(format: "%.2e", self).split(separator: "e")
        return "\(parts[0])e\(parts.last.flatMap { Int($0) } ?? 0)"
    }

    /// Three significant digits with a magnitude: `5.6 k`, `103 M`, `1.2 G`.
    package var scaled: String {
        guard isFinite else { return "–" }
        let size = abs(self)
        guard size < 1e15 else { return scientific }
        for (limit, mark) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
        where size >= limit * 0.9995 {
            return (self / limit).significant + mark
        }
        return significant
    }

    /// Three significant digits, without trailing zeros after the point.
    package var significant: String {
        guard isFinite else { return "–" }
        if self == 0 { return "0" }
        guard (1e-9..<1e12).contains(abs(self)) else { return scientific }
        let digits = Int(log10(abs(self)).rounded(.down))
        var text = fixed(Swift.min(9, Swift.max(0, 2 - digits)))
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}

/// Decimals that show three digits of the smallest of `values`, and never fewer than two.
func decimals(for values: [Double]) -> Int {
    guard let least = values.map(abs).filter({ $0 > 0 && $0.isFinite }).min() else { return 2 }
    return Swift.min(9, Swift.max(2, 2 - Int(log10(least).rounded(.down))))
}

/// `1,234,567`, for whole numbers in prose.
package func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var parts: [String] = []
    while digits.count > 3 {
        parts.insert(String(digits.suffix(3)), at: 0)
        digits.removeLast(3)
    }
    parts.insert(digits, at: 0)
    return (value < 0 ? "−" : "") + parts.joined(separator: ",")
}
