import LimbeckData
import LimbeckRuntime
import LimbeckSeries

/// The next 12 hours at one Auckland counter from the last 12, the hour and the weekday: 12 (+ 4) → 32 → 12.
struct PedestrianStudent {
    static let history = 12
    static let horizon = 12
    static let hidden = 32
    static let embedding = 2
    static let place = "45 Queen Street"

    let content: StudentContent
    let windows: [Window]
    let summary: String
    private let inputScales: (Float, Float)

    static func fit() throws -> PedestrianStudent {
        let series = try DatasetCatalog.standard.entry(named: "auckland").load().series
        guard let node = series.places.firstIndex(where: { $0.id == place }) else {
            throw ReferenceError("auckland: there is no counter called \(place).")
        }
        let counts = (0..<series.times.count).map { step -> Float in
            series.isObserved(time: step, node: node) ? series[step, node, 0] : .nan
        }
        let split = counts.count * 8 / 10
        let rooted = counts.map { $0.squareRoot() }
        let known = rooted[..<split].filter { $0.isFinite }
        let center = known.reduce(0, +) / Float(known.count)
        let spread = (known.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Float(known.count)).squareRoot()
        let scaled = rooted.map { ($0 - center) / spread }
        func whole(_ origin: Int) -> Bool {
            scaled[origin - history..<origin + horizon].allSatisfy { $0.isFinite }
        }
        let training = (history..<split - horizon).filter(whole)
        let test = (split + 24..<counts.count - horizon).filter(whole)

        var network = Perceptron(
            inputs: history + 2 * embedding, hidden: hidden, outputs: horizon, table: 31 * embedding, seed: 1)
        // Rows of the table of embeddings: 24 hours, then 7 weekdays.
        func rows(_ origin: Int) -> [Int] {
            let local = series.times.local(origin)
            return [local.hour * embedding, (24 + local.weekday) * embedding]
        }
        func input(_ origin: Int) -> [Float] {
            rows(origin).reduce(Array(scaled[origin - history..<origin])) {
                $0 + network.parameters[4][$1..<$1 + embedding]
            }
        }
        let epochs = 60
        for epoch in 0..<epochs {
            let sampler = WindowSampler(origins: training, batchSize: 64, seed: 1)
            for batch in sampler.batches(epoch: epoch) {
                var gradients = network.parameters.map { [Float](repeating: 0, count: $0.count) }
                for origin in batch {
                    let back = network.backward(input(origin), scaled[origin..<origin + horizon], &gradients)
                    for (number, row) in rows(origin).enumerated() {
                        for index in 0..<embedding {
                            gradients[4][row + index] += back[history + number * embedding + index]
                        }
                    }
                }
                for group in gradients.indices {
                    for index in gradients[group].indices { gradients[group][index] /= Float(batch.count) }
                }
                network.step(gradients, rate: 0.003 * (1 - Float(epoch) / Float(epochs)))
            }
        }

        var largest: (Float, Float) = (0, 0)
        for origin in training {
            let x = input(origin)
            largest = (
                max(largest.0, x.map(\.magnitude).max() ?? 0),
                max(largest.1, network.forward(x).hidden.max() ?? 0)
            )
        }
        let content = student(
            network.parameters[..<4].map { .float32($0) }
                + [
                    .float32(Array(network.parameters[4][..<(24 * embedding)])),
                    .float32(Array(network.parameters[4][(24 * embedding)...])),
                ],
            scaler: Scaler(transform: .squareRoot, center: [center], spread: [spread]),
            times: series.times, inputScales: nil)
        let reader = try Student(content)
        var errors: (Float, Float) = (0, 0)
        for origin in test {
            let forecast = try reader.predict(
                history: Array(counts[origin - history..<origin]), at: series.times.instant(origin))
            for step in 0..<horizon {
                errors.0 += (forecast.values[step] - counts[origin + step]).magnitude
                let yesterday = (counts[origin + step - 24] - counts[origin + step]).magnitude
                if !yesterday.isNaN { errors.1 += yesterday }
            }
        }
        let values = Float(test.count * horizon)
        let summary =
            "\(place): MAE \(errors.0 / values) pedestrians an hour over \(test.count) test windows; "
            + "yesterday again: \(errors.1 / values)"
        var windows: [Window] = []
        for number in 0..<8 {
            let origin = test[number * test.count / 8]
            var readings = Array(counts[origin - history..<origin])
            // What a broken counter leaves: the first, a middle and the last reading.
            if number % 4 == 1 { readings[5] = .nan }
            if number % 4 == 2 { readings[0] = .nan; readings[11] = .nan }
            windows.append(Window(origin: series.times.instant(origin), readings: readings))
        }
        return PedestrianStudent(
            content: content, windows: windows, summary: summary,
            inputScales: (largest.0 / 127, largest.1 / 127))
    }

    /// The same with int8 weights and products in whole numbers.
    var quantized: StudentContent {
        get throws {
            let floats = content.weights
            return Self.student(
                [
                    .int8(nearest: floats[0], channels: Self.hidden), .float32(floats[1]),
                    .int8(nearest: floats[2], channels: Self.horizon), .float32(floats[3]),
                    .int8(nearest: floats[4], channels: Self.embedding),
                    .int8(nearest: floats[5], channels: Self.embedding),
                ], scaler: content.scaler, times: nil, inputScales: inputScales, windowing: content.windowing)
        }
    }

    private static func student(
        _ tensors: [WeightTensor], scaler: Scaler, times: TimeGrid?, inputScales: (Float, Float)?,
        windowing: Windowing? = nil
    ) -> StudentContent {
        let width = history + 2 * embedding
        var program = Program()
        let readings = program.add(Buffer(.history, count: history))
        let result = program.add(Buffer(.output, count: horizon))
        let weights = tensors.indices.map {
            program.add(Buffer(.constant, tensor: $0, count: tensors[$0].count))
        }
        let hour = program.addTemporary(count: embedding)
        let weekday = program.addTemporary(count: embedding)
        let features = program.addTemporary(count: width)
        let middle = program.addTemporary(count: hidden)
        program.instructions = [
            .gather(
                Gather(table: weights[4], index: .slot(0), output: hour, entries: 24, width: embedding, count: 1)),
            .gather(
                Gather(table: weights[5], index: .slot(1), output: weekday, entries: 7, width: embedding, count: 1)),
            .copy(.part(input: readings, output: features, outer: 1, inner: history, start: 0, width: width)),
            .copy(.part(input: hour, output: features, outer: 1, inner: embedding, start: history, width: width)),
            .copy(
                .part(
                    input: weekday, output: features, outer: 1, inner: embedding, start: history + embedding,
                    width: width)),
        ]
        let layers = [(features, weights[0], weights[1], middle), (middle, weights[2], weights[3], result)]
        for (number, (input, weight, bias, output)) in layers.enumerated() {
            let activation: UnaryKind = number == 0 ? .relu : .identity
            let columns = number == 0 ? hidden : horizon
            let depth = number == 0 ? width : hidden
            if let inputScales {
                program.instructions.append(
                    .quantized(
                        QuantizedProduct(
                            input: input, weight: weight, output: output, bias: bias,
                            scratch: program.addTemporary(count: depth), rows: 1, columns: columns, depth: depth,
                            inputScale: number == 0 ? inputScales.0 : inputScales.1, activation: activation)))
            } else {
                program.instructions.append(
                    .matmul(
                        MatrixProduct(
                            left: input, right: weight, output: output, bias: bias, rows: 1, columns: columns,
                            depth: depth, activation: activation)))
            }
        }
        var content = StudentContent(
            shape: StudentShape(history: history, horizon: horizon, nodes: 1, channels: 1), program: program,
            weights: [], scaler: scaler,
            windowing: windowing
                ?? Windowing(
                    step: 3600, time: local(times), missing: .forwardFill,
                    slots: [CalendarSlot(.hourOfDay), CalendarSlot(.weekday)]),
            names: StudentNames(places: [place], channels: ["pedestrians"], units: ["count/h"]),
            card: [
                CardEntry("data", "Auckland pedestrian counters, Heart of the City, CC BY 4.0")
            ])
        content.tensors = tensors
        return content
    }

    private static func local(_ times: TimeGrid?) -> LocalTime {
        guard let times else { return LocalTime() }
        return LocalTime(clock: times.clock, zone: times.zone, offsets: times.offsets)
    }
}
