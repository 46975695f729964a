import Foundation
import LimbeckModels
import LimbeckSeries

/// Values of the target channels over the horizon, scaled.
struct ValueTarget: WindowTarget {
    private let windows: Windows
    private let shape: ForecastShape
    /// σ of each channel on the training part; 1 where there is one channel, whose errors are told in its unit.
    private let deviations: [Double]
    private let train: [Int]
    private let steps: StepBalance

    init(_ windows: Windows, shape: ForecastShape, train: [Int], steps: StepBalance = .even) {
        self.windows = windows
        self.shape = shape
        self.train = train
        self.steps = steps
        let series = windows.series
        let first = max(0, (train.min() ?? 0) - shape.history)
        let last = min(series.times.count, (train.max() ?? 0) + shape.horizon)
        deviations = shape.outputs > 1 ? series.channelDeviations(first..<max(first, last)) : [1]
    }

    var width: Int { shape.outputs }
    var shares: [Double] { [] }

    /// With a transform the size of a unit depends on the value, so none is given.
    var units: [Float]? {
        guard windows.scaler.transform == .identity else { return nil }
        let channels = shape.outputs
        let spread = (0..<shape.nodes * channels).map { windows.scaler.spread[shape.entry($0)] }
        var means = [Float](repeating: 0, count: channels)
        for (column, spread) in spread.enumerated() { means[column % channels] += spread }
        for channel in means.indices { means[channel] /= Float(max(1, spread.count / channels)) }
        return spread.enumerated().map { column, spread in
            means[column % channels] > 0 ? spread / means[column % channels] : 1
        }
    }

    /// Of a thousand training windows.
    func stepWeights(_ balance: StepBalance) -> [Float]? {
        guard balance != .even, shape.horizon > 1, !train.isEmpty else { return nil }
        let series = windows.series, size = series.stepSize, width = shape.nodes * shape.outputs
        var sums = [Double](repeating: 0, count: shape.horizon), counts = sums
        for index in stride(from: 0, to: train.count, by: max(1, (train.count + 999) / 1000)) {
            let last = (train[index] - 1) * size
            for step in 0..<shape.horizon {
                let base = (train[index] + step) * size
                for output in 0..<width {
                    let entry = shape.entry(output)
                    guard series.observed[last + entry], series.observed[base + entry] else { continue }
                    sums[step] += Double(abs(windows.scaled[base + entry] - windows.scaled[last + entry]))
                    counts[step] += 1
                }
            }
        }
        let errors = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
        guard let largest = errors.max(), largest > 0 else { return nil }
        let weights = errors.map { pow(max($0, 0.01 * largest), -balance.power) }
        let mean = weights.reduce(0, +) / Double(weights.count)
        return weights.map { Float($0 / mean) }
    }

    func fill(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        _ origins: ArraySlice<Int>
    ) {
        windows.fillTargets(expected, mask, horizon: shape.horizon, outputs: shape.outputs, origins: origins)
    }

    /// MAE in original units over measured cells; of several channels, the mean over channels of the MAE in deviations
    /// of each, where steps count relative to how hard they are with these weights. Of quantiles the mean over levels of twice their pinball loss, which is the MAE of the median by itself.
    func error(_ outputs: [Float], _ origins: [Int]) -> Double {
        let series = windows.series, size = series.stepSize
        let channels = shape.outputs, width = shape.nodes * channels
        var levels = [0.5], normal: [Float] = []
        switch shape.head.output {
        case .quantiles(let own): levels = own
        case .gaussian(let own):
            levels = own
            normal = own.map { Float(GaussianHead.standardQuantile($0)) }
        case .values, .labels, .classes: break
        }
        let stride = normal.isEmpty ? levels.count : 2
        let weights = stepWeights(steps).map { $0.map(Double.init) }
        var sums = [Double](repeating: 0, count: channels), counts = sums
        var index = 0
        for origin in origins {
            for step in 0..<shape.horizon {
                let base = (origin + step) * size
                for output in 0..<width {
                    let entry = shape.entry(output), channel = output % channels
                    if series.observed[base + entry] {
                        for (number, level) in levels.enumerated() {
                            let scaled =
                                normal.isEmpty
                                ? outputs[index + number] : outputs[index] + normal[number] * outputs[index + 1]
                            let predicted = windows.scaler.unscaled(scaled, at: entry)
                            let gap = Double(series.values[base + entry] - predicted)
                            sums[channel] += (weights?[step] ?? 1) * 2 * max(level * gap, (level - 1) * gap)
                        }
                        counts[channel] += weights?[step] ?? 1
                    }
                    index += stride
                }
            }
        }
        let errors = (0..<channels).filter { counts[$0] > 0 }.map { channel in
            sums[channel] / counts[channel] / deviations[channel] / Double(levels.count)
        }
        return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
