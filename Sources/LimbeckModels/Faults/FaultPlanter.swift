import LimbeckRuntime
public import LimbeckSeries

/// Plants faults in windows, the same in the same window whenever it is cut.
///
/// A window has faults at 5 % of its places, at the least every other window has one. A fault began 1 step to four
/// windows ago, as often lately as long ago on a logarithmic scale; one in six is over with the last reading.
public struct FaultPlanter: Sendable {
    public struct Settings: Codable, Hashable, Sendable {
        /// Names of the catalog; `[]`: all.
        public var kinds: [String] = []
        /// Of places, in a window.
        public var share = 0.05
        /// Windows that a fault may be old.
        public var oldest = 4.0
        /// Times that each window is learned from in a pass, with other faults.
        public var variants = 4

        public init() {}
    }

    private let faults: [any Fault]
    private let settings: Settings
    private let seed: UInt64
    private let history, outputs: Int
    /// Of each place the three that vary with it most: by the correlation of the first channel over a thousand steps.
    private let near: [[Int]]
    private let scaler: Scaler

    /// - Parameters:
    ///   - scaled: `[T, N, C]`, of `series`.
    ///   - training: where it is told which places vary together.
    public init(
        _ faults: [any Fault], _ series: Series, scaled: [Float], scaler: Scaler, history: Int, outputs: Int,
        training: Range<Int>, seed: UInt64, settings: Settings = Settings()
    ) {
        self.faults = faults
        self.settings = settings
        self.seed = seed
        self.history = history
        self.outputs = outputs
        self.scaler = scaler
        let steps = Array(stride(from: training.lowerBound, to: training.upperBound, by: max(1, training.count / 1000)))
        let rows = (0..<series.nodeCount).map { node in
            steps.map { scaled[$0 * series.stepSize + node * series.channelCount] }
        }
        near = Likeness.nearest(rows, count: min(3, series.nodeCount - 1))
    }

    /// Of everything that decides what is planted.
    public var text: String { "\(faults) \(settings) \(seed) \(history)" }

    /// Plants in one window of scaled readings.
    ///
    /// - Parameter origin: of any variant, which decides what is planted.
    /// - Parameter marks: of each place, zero before; takes 1 where it is wrong with the last reading, 2 where nobody could
    ///   tell.
    func plant(
        _ window: UnsafeMutablePointer<Float>, origin: Int, _ series: Series, _ scaled: UnsafePointer<Float>,
        marks: UnsafeMutablePointer<UInt8>? = nil
    ) {
        var draw = FaultDraw(seed: seed, stream: UInt64(bitPattern: Int64(origin)))
        let expected = max(0.5, settings.share * Double(series.nodeCount))
        let count = Int(expected) + (draw.uniform() < expected - expected.rounded(.down) ? 1 : 0)
        for _ in 0..<count {
            let node = draw.below(series.nodeCount)
            let age = Int(draw.length(1, settings.oldest * Double(history)))
            var end = history
            if draw.below(6) == 0 { end -= min(age, 1 + draw.below(max(1, history / 2))) }
            faults[draw.below(faults.count)].plant(
                FaultWindow(
                    values: window, marks: marks, steps: history, nodes: series.nodeCount,
                    channels: series.channelCount, outputs: outputs, node: node, first: history - age, end: end,
                    near: near[node], series: scaled, start: origin % series.times.count - history, scaler: scaler),
                &draw)
        }
    }

    /// Where a planted window is wrong with its last reading, at each of these origins: a label `anomaly`.
    ///
    /// - Parameter anomalies: where nobody takes readings to be ordinary, so that nothing is learned of them.
    public func labels(_ windows: Windows, origins: [Int], without anomalies: [Anomaly] = []) -> Labels {
        let series = windows.series, nodes = series.nodeCount, size = history * series.stepSize
        var truth = series.keeping(channels: [0])
        truth.channels = [Channel(name: "anomaly")]
        truth.values = [Float](repeating: 0, count: series.times.count * settings.variants * nodes)
        truth.observed = [Bool](repeating: false, count: truth.values.count)
        var scratch = [Float](repeating: 0, count: size), marks = [UInt8](repeating: 0, count: nodes)
        windows.scaled.withUnsafeBufferPointer { scaled in
            guard let from = scaled.baseAddress else { return }
            scratch.withUnsafeMutableBufferPointer { scratch in
                marks.withUnsafeMutableBufferPointer { marks in
                    guard let window = scratch.baseAddress, let place = marks.baseAddress else { return }
                    for origin in origins {
                        let step = origin % series.times.count
                        window.update(from: from + (step - history) * series.stepSize, count: size)
                        place.update(repeating: 0, count: nodes)
                        plant(window, origin: origin, series, from, marks: place)
                        for node in 0..<nodes {
                            let cell = ((step - 1) * nodes + node) * series.channelCount
                            let last = series.observed[cell..<cell + outputs].contains(true)
                            truth.observed[origin * nodes + node] = marks[node] != 2 && last
                            truth.values[origin * nodes + node] = marks[node] == 1 ? 1 : 0
                        }
                    }
                }
            }
        }
        for anomaly in anomalies {
            for step in anomaly.steps where step + 1 < series.times.count {
                for variant in 0..<settings.variants {
                    truth.observed[(variant * series.times.count + step + 1) * nodes + anomaly.node] = false
                }
            }
        }
        var present = truth
        present.observed = [Bool](repeating: false, count: truth.values.count)
        return Labels(truth: truth, present: present, areExclusive: false)
    }
}
