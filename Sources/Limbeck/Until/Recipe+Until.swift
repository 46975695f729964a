extension Recipe {
    /// The target, and how to go on when it was not met.
    public struct Until: Hashable, Sendable, Codable, ValidatedConfiguration {
        /// Compared on validation after each trial; empty: one trial, whatever it gives.
        public var target = ""
        /// Applied in turn, one before each further trial, each on top of those before.
        public var adjust: [Adjustment] = [.moreEpochs, .termWeights, .widerStudent]
        public var maxTrials = 4
        /// No trial begins after this.
        public var maxMinutes = 30.0

        public init() {}

        /// The target, or nil when there is none.
        public func parsed() throws -> UntilTarget? {
            target.isEmpty ? nil : try UntilTarget(target)
        }

        public func validate() throws {
            do {
                _ = try parsed()
            } catch let error as LimbeckError {
                throw Self.invalid(error)
            }
            try InvalidValue.whole(maxTrials, in: 1...10_000, "maxTrials")
            try InvalidValue.positive(maxMinutes, "maxMinutes")
            try InvalidValue.require(
                !adjust.isEmpty || target.isEmpty || maxTrials == 1, "adjust"
            ) {
                "is empty, so every trial would be the same; choose from "
                    + Adjustment.allCases.map(\.rawValue).joined(separator: ", ")
                    + ", or set maxTrials to 1"
            }
        }

        /// Refuses names that nobody will measure, and steps beyond the horizon.
        func check(_ vocabulary: UntilVocabulary, horizon: Int, at mark: RecipeNode.Mark) throws {
            do {
                guard let target = try parsed() else { return }
                try target.check(vocabulary)
                if let far = target.metrics.first(where: { $0.horizon ?? 0 > horizon }) {
                    throw UntilProblem(
                        "\(far) lies beyond task.horizon, which is \(horizon)", in: self.target,
                        at: far.position
                    ).error
                }
            } catch let error as LimbeckError {
                throw Self.marked(error, at: mark)
            }
        }

        /// Refuses channels that the data does not have.
        func check(channels: [String], at mark: RecipeNode.Mark) throws {
            do {
                guard let target = try parsed() else { return }
                for metric in target.metrics {
                    guard let channel = metric.channel, !channels.contains(channel) else { continue }
                    throw UntilProblem(
                        "the data has no channel \"\(channel)\""
                            + Suggestion.sentence(channel, among: channels, known: "It has"), in: self.target,
                        at: metric.position
                    ).error
                }
            } catch let error as LimbeckError {
                throw Self.marked(error, at: mark)
            }
        }

        private static func marked(_ error: LimbeckError, at mark: RecipeNode.Mark) -> LimbeckError {
            let invalid = Self.invalid(error)
            return LimbeckError(
                .invalidTarget, "until.target: \(invalid.message)\(mark)\(invalid.detail)", cause: error)
        }

        /// The first line says what, the others point.
        private static func invalid(_ error: LimbeckError) -> InvalidValue {
            let end = error.message.firstIndex(of: "\n") ?? error.message.endIndex
            return InvalidValue(
                "target", String(error.message[..<end]), detail: String(error.message[end...]),
                code: .invalidTarget)
        }
    }
}
