/// What maps history to forecast: baselines, teachers, students and exported students alike.
public protocol Forecaster: Sendable {
    var name: String { get }
    /// Steps of the past it reads.
    var history: Int { get }
    /// Steps of the future it fills.
    var horizon: Int { get }
    var cost: ForecastCost { get }

    /// Forecasts in original units for every origin.
    ///
    /// An origin is the index of the first target step: history is
    /// `origin - history ..< origin`, the target `origin ..< origin + horizon`.
    func forecast(_ series: Series, origins: [Int]) throws -> Forecast
}

/// Predictions in original units, row-major `[origins, horizon, nodes, channels]`.
public struct Forecast: Sendable {
    public var origins: [Int]
    public var horizon, nodeCount, channelCount: Int
    public var values: [Float]

    public init(origins: [Int], horizon: Int, nodeCount: Int, channelCount: Int, values: [Float]) {
        precondition(
            values.count == origins.count * horizon * nodeCount * channelCount,
            "Forecast: \(values.count) values for [\(origins.count), \(horizon), \(nodeCount), \(channelCount)]")
        self.origins = origins
        self.horizon = horizon
        self.nodeCount = nodeCount
        self.channelCount = channelCount
        self.values = values
    }

    public func offset(origin: Int, step: Int, node: Int, channel: Int = 0) -> Int {
        ((origin * horizon + step) * nodeCount + node) * channelCount + channel
    }
}

extension Forecast {
    /// Of quantiles `[…, O·Q]` one level, `[…, O]`; as it is where it has one number for each output.
    public func level(_ level: Double, of levels: [Double], outputs: Int) -> Forecast {
        guard channelCount > outputs, let index = levels.firstIndex(of: level) else { return self }
        return Forecast(
            origins: origins, horizon: horizon, nodeCount: nodeCount, channelCount: outputs,
            values: stride(from: index, to: values.count, by: levels.count).map { values[$0] })
    }
}

/// What a forecaster costs. FLOPs are for one forecast of all nodes, multiply-add counted as 2.
public struct ForecastCost: Hashable, Sendable {
    public var parameters: Int
    public var flops: Int

    public init(parameters: Int = 0, flops: Int = 0) {
        self.parameters = parameters
        self.flops = flops
    }
}
