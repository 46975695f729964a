public import LimbeckModels

/// One loss in a catalog.
public struct LossEntry: Sendable {
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
}

/// Losses by name: `.standard + [mine]`.
public struct LossCatalog: Sendable {
    public var entries: [LossEntry]

    public init(_ entries: [LossEntry]) { self.entries = entries }

    public func entry(_ name: String) throws -> LossEntry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        throw DistillError(
            .unknownLoss,
            "There is no loss \"\(name)\"; known are \(entries.map(\.name).joined(separator: ", ")).")
    }

    public static let standard = LossCatalog([
        LossEntry("hard", "Distance to the measured truth, unobserved cells left out.", HardTarget()),
        LossEntry("softTarget", "Distance to the teacher's prediction (regression).", SoftTarget()),
        LossEntry("temperatureKL", "T² KL(teacher ‖ student) of softened class probabilities.", TemperatureKL()),
        LossEntry(
            "teacherBounded", "Squared error only where the student is worse than the teacher by a margin.",
            TeacherBounded()),
        LossEntry("hint", "Distance between tapped layers, through a learned projection.", Hint()),
        LossEntry("teacherMean", "Distance to a weighted mean of several teachers.", TeacherMean()),
        LossEntry("online", "Teacher and student train together; soft labels are refreshed each epoch.", Online()),
        LossEntry("crossEntropy", "Cross-entropy with the true class or label.", HardClasses()),
    ])

    public static func + (catalog: LossCatalog, entries: [LossEntry]) -> LossCatalog {
        LossCatalog(catalog.entries + entries)
    }
}
