public import LimbeckRuntime

/// What a student does about missing readings: its policy, and the numbers it needs.
public struct FillingRule: Hashable, Sendable {
    public var missing: Windowing.Missing
    public var filling: Filling

    public init(_ missing: Windowing.Missing, _ filling: Filling = Filling()) {
        self.missing = missing
        self.filling = filling
    }

    /// The last reading in the window, else the scaler's centre.
    public static let forward = FillingRule(.forwardFill)
}
