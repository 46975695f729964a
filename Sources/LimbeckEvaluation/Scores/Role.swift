/// The part a model plays in a comparison.
public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
    case persistence, historicalAverage, ridge, teacher, conventionalStudent, distilledStudent
    /// The distilled student as its file keeps it, with weights of less precision.
    case shippedStudent

    /// As in tables and charts.
    public var title: String {
        switch self {
        case .persistence: "Persistence"
        case .historicalAverage: "Historical average"
        case .ridge: "Ridge"
        case .teacher: "Teacher"
        case .conventionalStudent: "Student alone"
        case .distilledStudent: "Student distilled"
        case .shippedStudent: "Student shipped"
        }
    }

    /// How a row, a curve or a progress bar names one model: `Teacher: graphMixer × 3`,
    /// `Student alone: stid`; a baseline's role says all.
    public func label(for model: String) -> String {
        switch self {
        case .persistence, .historicalAverage, .ridge: return title
        case .teacher, .conventionalStudent, .distilledStudent, .shippedStudent:
            // A run's students are called after the model and how they were trained, which the title says.
            let ends = [", conventional", ", distilled"].filter(model.hasSuffix)
            let plain = model.dropLast(ends.first?.count ?? 0)
            return plain.isEmpty || plain == title ? title : "\(title): \(plain)"
        }
    }
}

/// The part of the data a score was measured on.
public enum ScoreSplit: String, Codable, Hashable, Sendable, CaseIterable {
    case validation, test
}

/// Which steps ahead a score covers.
public enum ScoreHorizon: Hashable, Sendable {
    /// One step ahead, counted from 1.
    case step(Int)
    /// All steps of the horizon pooled; also for costs.
    case average
}

extension ScoreHorizon: Codable {
    /// A whole number of steps, or `"average"`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let step = try? container.decode(Int.self), step > 0 {
            self = .step(step)
        } else if (try? container.decode(String.self)) == "average" {
            self = .average
        } else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "horizon must be a number of steps from 1 or \"average\"")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .step(let step): try container.encode(step)
        case .average: try container.encode("average")
        }
    }
}

extension ScoreHorizon: Comparable {
    /// Steps in order, the average last.
    public static func < (left: ScoreHorizon, right: ScoreHorizon) -> Bool {
        switch (left, right) {
        case (.step(let a), .step(let b)): a < b
        case (.step, .average): true
        case (.average, _): false
        }
    }
}
