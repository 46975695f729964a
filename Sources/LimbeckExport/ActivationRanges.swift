import LimbeckRuntime

/// How large the inputs of each product are on real windows, and the step that represents them best.
struct ActivationRanges {
    /// Counts of sizes by product, in bins of `largest / bins`.
    private var histograms: [Int: Histogram] = [:]

    private struct Histogram {
        static let bins = 2048
        var largest: Float = 0
        var counts = [Int](repeating: 0, count: bins)
    }

    /// Runs every window twice: for the largest sizes, then for how often each size occurs.
    init(_ content: StudentContent, _ windows: [CalibrationWindow]) throws {
        let student = try Student(content)
        var histograms: [Int: Histogram] = [:]
        for window in windows {
            try student.observeProducts(history: window.history, at: window.origin) { number, values in
                var histogram = histograms[number] ?? Histogram()
                for value in values where value.isFinite {
                    histogram.largest = max(histogram.largest, value.magnitude)
                }
                histograms[number] = histogram
            }
        }
        for window in windows {
            try student.observeProducts(history: window.history, at: window.origin) { number, values in
                guard var histogram = histograms.removeValue(forKey: number) else { return }
                if histogram.largest > 0 {
                    let factor = Float(Histogram.bins) / histogram.largest
                    for value in values where value.isFinite {
                        histogram.counts[min(Int(value.magnitude * factor), Histogram.bins - 1)] += 1
                    }
                }
                histograms[number] = histogram
            }
        }
        self.histograms = histograms
    }

    /// The step with the least squared error among clipping at 40 % to 100 % of the largest size: smaller
    /// steps round less, but cut off what is rare and large.
    func scale(_ instruction: Int) -> Float {
        guard let histogram = histograms[instruction], histogram.largest > 0 else { return 1 }
        let width = Double(histogram.largest) / Double(Histogram.bins)
        var best = (scale: Float(1), error: Double.infinity)
        for percent in stride(from: 40, through: 100, by: 2) {
            let step = Double(histogram.largest) * Double(percent) / 100 / 127
            var error = 0.0
            for (bin, count) in histogram.counts.enumerated() where count > 0 {
                let size = (Double(bin) + 0.5) * width
                // Uniform rounding costs step² / 12; what is cut off, its distance.
                let beyond = size - 127 * step
                error += Double(count) * (beyond > 0 ? beyond * beyond : step * step / 12)
            }
            if error < best.error { best = (Float(step), error) }
        }
        return best.scale
    }
}
