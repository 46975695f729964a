public import LimbeckModels
public import LimbeckSeries

/// A method: one file in `Methods`, and one line in `MethodCatalog.standard`.
public struct MethodEntry: ConfiguredEntry {
    public var name: String
    public var summary: String
    public var defaults: any Codable & Sendable
    public var make: @Sendable (any ConfigurationSource) throws -> any Method

    /// `Taught` is its own configuration: its properties are its settings.
    public init<Taught: Method & Codable>(_ name: String, _ summary: String, _ defaults: Taught) {
        self.name = name
        self.summary = summary
        self.defaults = defaults
        make = { try $0.configuration(defaults) }
    }

    public static let kind = "method"
    public static func error(_ message: String) -> any Error { DistillError(.badConfiguration, message) }
}

public typealias MethodCatalog = Catalog<MethodEntry>

extension Catalog<MethodEntry> {
    public static var standard: MethodCatalog {
        MethodCatalog([
            MethodEntry("offline", "The teacher is trained before; all terms count from the start.", Offline()),
            MethodEntry(
                "online", "Teacher and student train together; soft labels are refreshed each epoch.", Online()),
            MethodEntry("hintsFirst", "Tapped layers first, then the other terms (FitNets).", HintsFirst()),
        ])
    }
}
