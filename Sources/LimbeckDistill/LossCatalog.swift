public import LimbeckModels
public import LimbeckSeries

/// A loss: one file in `Losses`, and one line in `LossCatalog.standard`.
public struct LossEntry: ConfiguredEntry {
    public var name: String
    public var summary: String
    public var defaults: any Codable & Sendable
    public var make: @Sendable (any ConfigurationSource) throws -> any DistillationLoss

    /// `Loss` is its own configuration: its properties are its settings.
    public init<Loss: DistillationLoss & Codable>(_ name: String, _ summary: String, _ defaults: Loss) {
        self.name = name
        self.summary = summary
        self.defaults = defaults
        make = { try $0.configuration(defaults) }
    }

    public static let kind = "loss"
    public static func error(_ message: String) -> any Error { DistillError(.unknownLoss, message) }
}

public typealias LossCatalog = Catalog<LossEntry>

extension Catalog<LossEntry> {
    public static var standard: LossCatalog {
        LossCatalog([
            LossEntry("hard", "Distance to the measured truth, unobserved cells left out.", HardTarget()),
            LossEntry("softTarget", "Distance to the teacher's prediction (regression).", SoftTarget()),
            LossEntry("temperatureKL", "T² KL(teacher ‖ student) of softened class probabilities.", TemperatureKL()),
            LossEntry(
                "teacherBounded", "Squared error only where the student is worse than the teacher by a margin.",
                TeacherBounded()),
            LossEntry("hint", "Distance between tapped layers, through a learned projection.", Hint()),
            LossEntry("teacherMean", "Distance to a weighted mean of several teachers.", TeacherMean()),
            LossEntry("crossEntropy", "Cross-entropy with the true class or label.", HardClasses()),
        ])
    }
}
