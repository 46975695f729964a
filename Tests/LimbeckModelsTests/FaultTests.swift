import LimbeckRuntime
import LimbeckSeries
import Testing

@testable import LimbeckModels

/// Faults planted in windows: what they change, what they mark, and that they are the same each time.
@Suite struct FaultTests {
    private static let nodes = 6, channels = 3, outputs = 2, history = 20, count = 400

    private func series() -> Series {
        var random = CounterGenerator(seed: 5)
        return Series(
            name: "s", times: TimeGrid(start: 0, step: 300, count: Self.count),
            places: (0..<Self.nodes).map { Place(id: "p\($0)") },
            channels: ["a", "b", "c"].map { Channel(name: $0) },
            values: (0..<Self.count * Self.nodes * Self.channels).map { index in
                Float(index % (Self.nodes * Self.channels)) + Float(random.next(below: 1000)) / 500
            })
    }

    private func windows(_ faults: [any Fault], settings: FaultPlanter.Settings = .init()) throws -> (
        clean: Windows, planted: Windows, planter: FaultPlanter
    ) {
        let series = series()
        let scaler = try fitScaler(series)
        let clean = try Windows(series, scaler: scaler)
        let planter = FaultPlanter(
            faults, series, scaled: clean.scaled, scaler: scaler, history: Self.history, outputs: Self.outputs,
            training: 0..<300, seed: 9, settings: settings)
        return (clean, try Windows(series, scaler: scaler, planter: planter), planter)
    }

    private func fitScaler(_ series: Series) throws -> Scaler {
        let size = series.stepSize
        return Scaler(center: (0..<size).map { Float($0) + 1 }, spread: (0..<size).map { 0.5 + Float($0 % 3) })
    }

    private func window(_ windows: Windows, _ origin: Int) -> [Float] {
        var values = [Float](repeating: .nan, count: Self.history * Self.nodes * Self.channels)
        values.withUnsafeMutableBufferPointer { windows.fillHistory($0, history: Self.history, origins: [origin]) }
        return values
    }

    @Test(arguments: FaultCatalog.standard.names)
    func `a fault changes targets alone, the same each time, and is marked where it is`(_ name: String) throws {
        let fault = try FaultCatalog.standard.entry(named: name).fault
        let (clean, planted, planter) = try windows([fault])
        let origins = Array(Self.history..<Self.count)
        let labels = planter.labels(clean, origins: origins)
        var marked = 0, changed = 0
        for origin in origins {
            let (plain, own) = (window(clean, origin), window(planted, origin))
            #expect(own.allSatisfy(\.isFinite) && own == window(planted, origin))
            var isChanged = [Bool](repeating: false, count: Self.nodes)
            for index in plain.indices where plain[index] != own[index] {
                #expect(index % Self.channels < Self.outputs, "a covariate was changed")
                isChanged[index / Self.channels % Self.nodes] = true
            }
            changed += isChanged.count { $0 }
            for node in 0..<Self.nodes {
                let cell = origin * Self.nodes + node
                if labels.truth.observed[cell], labels.truth.values[cell] == 1 {
                    marked += 1
                    #expect(isChanged[node], "\(name): marked and not changed at \(origin)")
                }
            }
        }
        // Half a place in each window, or two where two are exchanged.
        #expect(changed > origins.count / 3 && changed < 3 * origins.count)
        #expect(marked > origins.count / 8 && marked <= changed, "\(name): \(marked) of \(changed)")
        // The window of a variant is another.
        let variants = origins.filter { window(planted, $0) != window(planted, $0 + Self.count) }
        #expect(variants.count > origins.count / 3)
        #expect(labels.shares(0..<Self.count)[0] > 0.02)
    }

    @Test func `a sensor that is stuck repeats its reading, and swapped ones read each other in their units`() throws {
        var settings = FaultPlanter.Settings()
        settings.oldest = 0.5
        let stuck = try windows([Stuck()], settings: settings)
        let labels = stuck.planter.labels(stuck.clean, origins: Array(Self.history..<Self.count))
        var seen = 0
        for origin in Self.history..<Self.count {
            let own = window(stuck.planted, origin)
            for node in 0..<Self.nodes where labels.truth.values[origin * Self.nodes + node] == 1 {
                func last(_ back: Int) -> Float { own[((Self.history - back) * Self.nodes + node) * Self.channels] }
                #expect(last(1) == last(2))
                seen += 1
            }
        }
        #expect(seen > 50)
        let swapped = try windows([Swapped()], settings: settings), scaler = swapped.clean.scaler
        var exchanged = 0
        for origin in Self.history..<Self.count {
            let (plain, own) = (window(swapped.clean, origin), window(swapped.planted, origin))
            let base = (Self.history - 1) * Self.nodes * Self.channels
            let nodes = (0..<Self.nodes).filter { plain[base + $0 * Self.channels] != own[base + $0 * Self.channels] }
            guard nodes.count == 2 else { continue }
            exchanged += 1
            let (a, b) = (nodes[0] * Self.channels, nodes[1] * Self.channels)
            #expect(abs(scaler.unscaled(own[base + a], at: a) - scaler.unscaled(plain[base + b], at: b)) < 1e-3)
            #expect(abs(scaler.unscaled(own[base + b], at: b) - scaler.unscaled(plain[base + a], at: a)) < 1e-3)
        }
        #expect(exchanged > 50)
    }

    @Test func `nothing is learned where somebody says that it is not ordinary, or nothing was read`() throws {
        let (clean, _, planter) = try windows([Stuck()])
        let origins = Array(Self.history..<Self.count)
        let labels = planter.labels(clean, origins: origins, without: [Anomaly(node: 2, steps: 50..<60)])
        for step in 50..<60 {
            for variant in 0..<4 {
                #expect(!labels.truth.observed[(variant * Self.count + step + 1) * Self.nodes + 2])
            }
        }
        #expect(labels.truth.observed[70 * Self.nodes + 3])
        #expect(!labels.truth.observed[0])
    }
}
