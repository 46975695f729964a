import Testing

@testable import Limbeck

@Suite struct LatencyMeasurementTests {
    /// A machine whose time is made up.
    private final class Machine {
        var now = 0.0
        var slowness: (Double) -> Double = { _ in 1 }

        func program(_ cost: Double) -> () throws -> Void { { self.now += cost * self.slowness(self.now) } }

        func measure(_ costs: [Double]) throws -> [Double] {
            var measurement = LatencyMeasurement()
            measurement.clock = { self.now }
            return try measurement.measure(costs.map(program))
        }
    }

    @Test func `equal programs are equally fast on a machine that slows down meanwhile`() throws {
        let machine = Machine()
        // Twice as slow for the second half of every tenth of a second, and more and more so.
        machine.slowness = { 1 + ($0.truncatingRemainder(dividingBy: 1e5) > 5e4 ? 1 : 0) + $0 / 1e7 }
        let measured = try machine.measure([20, 150, 20, 20])
        for index in [0, 2, 3] { #expect(abs(measured[index] / measured[0] - 1) < 0.05, "\(measured)") }
        #expect(abs(measured[0] - 20) < 1 && abs(measured[1] - 150) < 5, "\(measured)")
    }

    @Test func `slow programs do not take forever, and every one is measured`() throws {
        let machine = Machine()
        let measured = try machine.measure([2e6, 10])
        #expect(measured == [2e6, 10])
        #expect(machine.now < 14 * 2e6 + 1e5)
    }

    @Test func `an error of a program ends the measurement`() {
        struct Broken: Error {}
        #expect(throws: Broken.self) { try LatencyMeasurement().measure([{ throw Broken() }]) }
    }
}
