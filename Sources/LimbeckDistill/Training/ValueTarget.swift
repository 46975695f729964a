import LimbeckModels
import LimbeckSeries

/// Values of the target channels over the horizon, scaled.
struct ValueTarget: WindowTarget {
    private let windows: Windows
    private let shape: ForecastShape
    /// σ of each channel on the training part; 1 where there is one channel, whose errors are told in its unit.
    private let deviations: [Double]

    init(_ windows: Windows, shape: ForecastShape, train: [Int]) {
        self.windows = windows
        self.shape = shape
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

    func fill(
        _ expected: UnsafeMutableBufferPointer<Float>?, _ mask: UnsafeMutableBufferPointer<Float>?,
        _ origins: ArraySlice<Int>
    ) {
        windows.fillTargets(expected, mask, horizon: shape.horizon, outputs: shape.outputs, origins: origins)
    }

    /// MAE in original units over measured cells; of several channels, the mean over channels of the MAE in deviations
    /// of each. Of quantiles the mean over levels of twice their pinball loss, which is the MAE of the median by itself.
    func error(_ outputs: [Float], _ origins: [Int]) -> Double {
        let series = windows.series, size = series.stepSize
        let channels = shape.outputs, width = shape.nodes * channels
        var levels = [0.5]
        if case .quantiles(let own) = shape.head.output { levels = own }
        var sums = [Double](repeating: 0, count: channels), counts = sums
        var index = 0
        for origin in origins {
            for step in 0..<shape.horizon {
                let base = (origin + step) * size
                for output in 0..<width {
                    let entry = shape.entry(output), channel = output % channels
                    if series.observed[base + entry] {
                        for (number, level) in levels.enumerated() {
                            let predicted = windows.scaler.unscaled(outputs[index + number], at: entry)
                            let gap = Double(series.values[base + entry] - predicted)
                            sums[channel] += 2 * max(level * gap, (level - 1) * gap)
                        }
                        counts[channel] += 1
                    }
                    index += levels.count
                }
            }
        }
        let errors = (0..<channels).filter { counts[$0] > 0 }.map { channel in
            sums[channel] / counts[channel] / deviations[channel] / Double(levels.count)
        }
        return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
