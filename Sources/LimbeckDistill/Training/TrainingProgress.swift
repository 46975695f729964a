import LimbeckCompute

/// Where a run stands between two steps: everything a checkpoint has to hold besides parameters
/// and moments.
struct TrainingProgress {
    /// Of the method.
    var phase = 0
    var epoch = 0
    /// Steps done in the epoch.
    var step = 0
    /// Loss, then each term, summed over the epoch's steps.
    var sums: [Double]
    var history: [TrainingUpdate.Epoch] = []
    var bestEpoch = -1
    var bestError = Double.infinity
    /// The slab that was best on validation.
    var best: [Float]

    init<T>(_ step: TrainingStep<T>) {
        best = step.parameters.values
        sums = [Double](repeating: 0, count: step.termNames.count + 1)
    }

    /// A phase goes on from the parameters as they are; the best is sought anew, since what came before had another aim.
    mutating func begin<T>(_ phase: Int, _ step: TrainingStep<T>) {
        self.phase = phase
        self.step = 0
        best = step.parameters.values
        bestEpoch = epoch - 1
        bestError = .infinity
        sums = [Double](repeating: 0, count: step.termNames.count + 1)
    }

    var meanLoss: Double { step > 0 ? (sums.first ?? 0) / Double(step) : 0 }

    func meanTerms(_ names: [String]) -> [String: Double] {
        var result: [String: Double] = [:]
        for (name, sum) in zip(names, sums.dropFirst()) { result[name] = sum / Double(max(1, step)) }
        return result
    }

    mutating func add(_ losses: [Double]) {
        for index in losses.indices { sums[index] += losses[index] }
        step += 1
    }

    mutating func finish(_ event: TrainingUpdate.Epoch, _ parameters: Parameters) {
        history.append(event)
        if event.validationError < bestError {
            bestError = event.validationError
            bestEpoch = epoch
            best = parameters.values
        }
        epoch += 1
        step = 0
        for index in sums.indices { sums[index] = 0 }
    }

    func isOut(of patience: Int) -> Bool { patience > 0 && step == 0 && epoch - bestEpoch > patience }
}

/// Rates and times for people; nothing computed depends on it.
struct TrainingClock {
    private let begin = microseconds()
    private var epochBegin = microseconds()
    private var lastTold = microseconds()
    private let done, total: Int
    private let interval: Double

    /// - Parameter interval: seconds between two times to tell.
    init(done: Int, total: Int, interval: Double) {
        self.done = done
        self.total = total
        self.interval = interval
    }

    mutating func beginEpoch() { epochBegin = microseconds() }

    var epochSeconds: Double { (microseconds() - epochBegin) * 1e-6 }

    /// True once an interval.
    var isTimeToTell: Bool {
        mutating get {
            let now = microseconds()
            guard now - lastTold >= interval * 1e6 else { return false }
            lastTold = now
            return true
        }
    }

    private(set) var rate = 0.0

    /// Sets the rate from the steps done since the clock began.
    mutating func measure(after count: Int) {
        rate = Double(count - done) / max((microseconds() - begin) * 1e-6, 1e-9)
    }

    mutating func secondsLeft(after count: Int) -> Double {
        measure(after: count)
        return Double(total - count) / max(rate, 1e-9)
    }
}
