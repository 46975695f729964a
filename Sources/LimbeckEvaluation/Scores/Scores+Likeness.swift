extension Scores {
    /// Why the scores of `other` may not stand in one table with these, or nil when they may.
    ///
    /// Runs are alike when they were scored on the same targets: the same unit, the same horizons,
    /// and, where both scored it, the same error of persistence, which no seed moves.
    public func difference(from other: Scores) -> String? {
        if channels != other.channels {
            func text(_ channels: [String]) -> String {
                channels.isEmpty ? "one channel" : channels.map { "“\($0)”" }.joined(separator: ", ")
            }
            return "one has \(text(channels)), the other \(text(other.channels))"
        }
        func errors(_ scores: Scores) -> [Score] { scores.filtered(metric: "mae", split: .test) }
        let (own, theirs) = (errors(self), errors(other))
        if let one = own.first?.unit, let two = theirs.first?.unit, one != two {
            return "errors are in \(one.isEmpty ? "no unit" : one) and in \(two.isEmpty ? "no unit" : two)"
        }
        func steps(_ scores: [Score]) -> [ScoreHorizon] { Set(scores.map(\.horizon)).sorted() }
        if !own.isEmpty, !theirs.isEmpty, steps(own) != steps(theirs) {
            return "they were scored at \(Self.text(steps(own))) and at \(Self.text(steps(theirs))) steps ahead"
        }
        func persistence(_ scores: Scores) -> Double? { scores.value(role: .persistence, metric: "mae") }
        if let one = persistence(self), let two = persistence(other), abs(one - two) > 1e-6 * max(abs(one), abs(two)) {
            let digits = decimals(for: [one, two, one - two])
            return "persistence, which no seed changes, has an error of \(one.fixed(digits)) and of "
                + "\(two.fixed(digits)), so the data or the windows differ"
        }
        return nil
    }

    private static func text(_ horizons: [ScoreHorizon]) -> String {
        horizons.compactMap {
            switch $0 {
            case .step(let step): String(step)
            case .average: nil
            }
        }.joined(separator: ", ")
    }
}
