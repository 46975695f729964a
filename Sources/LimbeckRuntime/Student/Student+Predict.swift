/// A forecast of all nodes from one origin.
public struct Prediction: Hashable, Sendable {
    /// `[horizon, nodes, outputs]`, row-major, in original units.
    public var values: [Float]
    /// Readings of the history that were missing and filled by the stored policy.
    public var repaired: Int
}

extension Student {
    /// Forecasts from `history` `[history, nodes, channels]` in original units, NaN for missing.
    ///
    /// `origin` is the instant (seconds since 1970 on the student's clock) of the first forecast
    /// step; the last reading is one step before it. Throws when `history` has another count.
    public func predict(
        history: [Float], at origin: Int64
    ) throws(StudentError) -> Prediction {
        var values = [Float](repeating: 0, count: shape.outputCount)
        let repaired = try predict(history: history, at: origin, into: &values)
        return Prediction(values: values, repaired: repaired)
    }

    /// The same into an array that is used again; returns the number of repaired readings.
    @discardableResult
    public func predict(
        history: [Float], at origin: Int64, into output: inout [Float]
    ) throws(StudentError) -> Int {
        guard history.count == content.shape.inputCount else {
            throw StudentError(
                .wrongCount, "values of the history", expected: content.shape.inputCount,
                actual: history.count)
        }
        guard output.count == content.shape.outputCount else {
            throw StudentError(
                .wrongCount, "values of the output", expected: content.shape.outputCount,
                actual: output.count)
        }
        return history.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                guard let source = source.baseAddress, let target = target.baseAddress else {
                    return 0
                }
                return predictUnchecked(source, at: origin, into: target)
            }
        }
    }

    /// The same without checks and without allocating: `history` holds `shape.inputCount`
    /// floats, `output` takes `shape.outputCount`.
    @discardableResult
    public func predictUnchecked(
        _ history: UnsafePointer<Float>, at origin: Int64, into output: UnsafeMutablePointer<Float>
    ) -> Int {
        readCalendar(origin)
        let repaired = readWindow(history)
        memory.execution.run()
        writeForecast(output)
        return repaired
    }

    /// A forecast that shows what every matrix product reads: its number among the program's
    /// instructions and its left operand, for measuring the range of activations.
    ///
    /// Throws when `history` has another count.
    public func observeProducts(
        history: [Float], at origin: Int64,
        _ show: (_ instruction: Int, _ left: UnsafeBufferPointer<Float>) -> Void
    ) throws(StudentError) {
        guard history.count == content.shape.inputCount else {
            throw StudentError(
                .wrongCount, "values of the history", expected: content.shape.inputCount,
                actual: history.count)
        }
        history.withUnsafeBufferPointer { source in
            guard let source = source.baseAddress else { return }
            readCalendar(origin)
            _ = readWindow(source)
            memory.execution.run(showing: show)
        }
    }

    /// Distance of a reading from its forecast, in spreads of that node and channel.
    ///
    /// Both in original units. Nil when `node` or `channel` does not exist.
    public func anomalyScore(
        observed: Float, predicted: Float, node: Int, channel: Int = 0
    ) -> Float? {
        guard (0..<shape.nodes).contains(node), (0..<shape.channels).contains(channel) else {
            return nil
        }
        let index = node * shape.channels + channel
        return (scaler.scaled(observed, at: index) - scaler.scaled(predicted, at: index)).magnitude
    }

    /// The score above which a reading of `node` is an anomaly; nil when not calibrated.
    public func anomalyThreshold(node: Int) -> Float? {
        let thresholds = content.anomalyThresholds
        if thresholds.count == 1 { return thresholds[0] }
        return thresholds.indices.contains(node) ? thresholds[node] : nil
    }

    // MARK: Steps of a prediction

    private func readWindow(_ history: UnsafePointer<Float>) -> Int {
        let count = content.shape.inputCount
        let rooted = content.scaler.transform == .squareRoot
        var repaired = 0
        var start = 0
        while start < count {
            let length = min(memory.input.count, count - start)
            if rooted || !memory.input.scale(history + start, into: memory.arena + start, count: length) {
                repaired += repair(history, start..<start + length, rooted)
            }
            start += length
        }
        return repaired
    }

    /// Readings one by one, those that are missing filled by the stored policy.
    private func repair(_ history: UnsafePointer<Float>, _ range: Range<Int>, _ rooted: Bool) -> Int {
        let width = content.shape.nodes * content.shape.channels
        var repaired = 0
        for index in range {
            let value = rooted ? content.scaler.transformed(history[index]) : history[index]
            if value.isFinite {
                let entry = index - range.lowerBound
                memory.arena[index] = (value - memory.input.center[entry]) / memory.input.spread[entry]
            } else {
                repaired += 1
                switch content.windowing.missing {
                case .forwardFill: memory.arena[index] = index >= width ? memory.arena[index - width] : 0
                case .center: memory.arena[index] = 0
                case .constant, .seasonal, .spatial:
                    guard Included.everything else { continue }
                    let standIn = standIn(history, row: index / width, entry: index % width)
                    let inner = rooted ? content.scaler.transformed(standIn) : standIn
                    let entry = index - range.lowerBound
                    memory.arena[index] = (inner - memory.input.center[entry]) / memory.input.spread[entry]
                }
            }
        }
        return repaired
    }

    /// What the file's numbers say in place of a reading, in original units. The calendar was read before.
    private func standIn(_ history: UnsafePointer<Float>, row: Int, entry: Int) -> Float {
        let shape = content.shape, width = shape.nodes * shape.channels
        switch content.windowing.missing {
        case .seasonal:
            let hour = Int(memory.execution.slots[plan.hours][row])
            return content.filling.values[hour * width + entry]
        case .spatial:
            let near = content.filling.neighbourhood(
                history + row * width, node: entry / shape.channels, channel: entry % shape.channels,
                channels: shape.channels, nodes: shape.nodes)
            return near ?? content.filling.values[entry]
        case .constant, .forwardFill, .center: return content.filling.values[entry]
        }
    }

    private func readCalendar(_ origin: Int64) {
        for number in content.windowing.slots.indices {
            let slot = content.windowing.slots[number]
            let indices = memory.execution.slots[number]
            for entry in 0..<slot.count {
                indices[entry] = Int32(
                    truncatingIfNeeded: content.windowing.index(slot, entry, origin: origin))
            }
        }
    }

    private func writeForecast(_ result: UnsafeMutablePointer<Float>) {
        let source = memory.arena + plan.history + plan.arena
        let count = content.shape.outputCount
        if content.shape.task == .classify {
            for index in 0..<count { result[index] = source[index] }
            return
        }
        let rooted = content.scaler.transform == .squareRoot
        var start = 0
        while start < count {
            let length = min(memory.output.count, count - start)
            memory.output.unscale(source + start, into: result + start, count: length, squared: rooted)
            start += length
        }
    }
}
