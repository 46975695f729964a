/// The part a model plays in a comparison: a baseline by its name in the catalog, teacher or student.
public struct Role: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public static let persistence = Role(rawValue: "persistence")
    public static let historicalAverage = Role(rawValue: "historicalAverage")
    public static let ridge = Role(rawValue: "ridge")
    public static let teacher = Role(rawValue: "teacher")
    public static let conventionalStudent = Role(rawValue: "conventionalStudent")
    public static let distilledStudent = Role(rawValue: "distilledStudent")
    /// The distilled student as its file keeps it, with weights of less precision.
    public static let shippedStudent = Role(rawValue: "shippedStudent")

    /// A further student of a comparison.
    public static func student(named name: String) -> Role { Role(rawValue: furtherStudent + name) }

    private static let furtherStudent = "student "

    /// Models that learn, in the order of tables; what is not among them is a baseline.
    private static let models = [teacher, conventionalStudent, distilledStudent, shippedStudent]
    private static let firstBaselines = [persistence, historicalAverage, ridge]

    /// Those of forecasts, in the order of tables.
    public static let standard = firstBaselines + models

    public var isBaseline: Bool { !Self.models.contains(self) && !rawValue.hasPrefix(Self.furtherStudent) }

    /// Baselines first, those of forecasts before others, then teacher and students.
    var rank: Int {
        if let index = Self.models.firstIndex(of: self) { return 100 + index }
        if !isBaseline { return 200 }
        return Self.firstBaselines.firstIndex(of: self) ?? 50
    }

    /// As in tables and charts.
    public var title: String {
        switch self {
        case .conventionalStudent: return "Student alone"
        case .distilledStudent: return "Student distilled"
        case .shippedStudent: return "Student shipped"
        case _ where !isBaseline && self != .teacher: return "S" + rawValue.dropFirst()
        default:
            // historicalAverage: "Historical average".
            let words = rawValue.reduce("") { $0 + ($1.isUppercase ? " \($1.lowercased())" : String($1)) }
            return words.prefix(1).uppercased() + words.dropFirst()
        }
    }

    /// How a row, a curve or a progress bar names one model: `Teacher: graphMixer × 3`,
    /// `Student alone: stid`; a baseline's role says all.
    public func label(for model: String) -> String {
        guard !isBaseline else { return title }
        // A run's students are called after the model and how they were trained, which the title says.
        let ends = [", conventional", ", distilled"].filter(model.hasSuffix)
        let plain = model.dropLast(ends.first?.count ?? 0)
        return plain.isEmpty || plain == title ? title : "\(title): \(plain)"
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
