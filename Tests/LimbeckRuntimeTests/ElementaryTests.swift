import Foundation
import Testing

@testable import LimbeckRuntime

@Suite struct ElementaryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let ours: @Sendable (Float) -> Float
        let reference: @Sendable (Double) -> Double
        let range: ClosedRange<Float>
        let ulps: Double
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "exp", ours: Elementary.exponential, reference: { exp($0) },
            range: -87...88.7, ulps: 2),
        Case(
            name: "log", ours: Elementary.logarithm, reference: { log($0) },
            range: .leastNonzeroMagnitude...3e38, ulps: 2),
        Case(
            name: "tanh", ours: Elementary.hyperbolicTangent, reference: { tanh($0) },
            range: -12...12, ulps: 2),
        Case(
            name: "sigmoid", ours: Elementary.sigmoid, reference: { 1 / (1 + exp(-$0)) },
            range: -87...40, ulps: 3),
        Case(
            name: "erf", ours: Elementary.errorFunction, reference: { erf($0) },
            range: -5...5, ulps: 3),
        Case(
            name: "softplus", ours: Elementary.softplus, reference: { log1p(exp($0)) },
            range: -80...100, ulps: 4),
    ]

    /// Error in units of the reference's last place as a Float.
    static func ulps(_ ours: Float, _ exact: Double) -> Double {
        let unit = Double(max(Float(exact).ulp, Float.leastNonzeroMagnitude))
        return abs(Double(ours) - exact) / unit
    }

    @Test(arguments: cases)
    func `stays within its bound of the C library, in ulps`(_ item: Case) {
        var worst = 0.0
        var at: Float = 0
        func check(_ x: Float) {
            let error = Self.ulps(item.ours(x), item.reference(Double(x)))
            if !(error <= worst) { (worst, at) = (error, x) }
        }
        var random = SplitMix(7)
        for _ in 0..<400_000 { check(.random(in: item.range, using: &random)) }
        // Every magnitude: bit patterns drawn evenly.
        for _ in 0..<400_000 {
            let x = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if item.range.contains(x) { check(x) }
        }
        #expect(worst <= item.ulps, "\(item.name): \(worst) ulp at \(at)")
    }

    @Test(arguments: [
        ("exp", UnaryKind.exponential), ("tanh", .tanh), ("sigmoid", .sigmoid), ("erf", .erf),
    ])
    func `every kernel set stays within the same bounds, in ulps`(_ name: String, _ kind: UnaryKind) throws {
        let item = try #require(Self.cases.first { $0.name == name })
        var random = SplitMix(9)
        // Odd, so that the last vector is short.
        let x = random.floats(100_003, in: item.range)
        for set in KernelSet.all {
            var y = [Float](repeating: 0, count: x.count)
            set.unary(kind, x, &y, x.count)
            let worst = zip(x, y).map { Self.ulps($1, item.reference(Double($0))) }.max() ?? .infinity
            #expect(worst <= item.ulps + 1, "\(set.name): \(worst) ulp")
            var ends: [Float] = [.nan, .infinity, -.infinity, 200, -200, 0]
            set.unary(kind, ends, &ends, ends.count)
            for (value, end) in zip(ends, [Float.nan, .infinity, -.infinity, 200, -200, 0]) {
                let expected = item.ours(end)
                #expect(value == expected || value.isNaN && expected.isNaN, "\(set.name) at \(end)")
            }
        }
    }

    @Test func `the ends of the number line behave as in C`() {
        #expect(Elementary.exponential(200) == .infinity)
        #expect(Elementary.exponential(.infinity) == .infinity)
        #expect(Elementary.exponential(-200) == 0)
        #expect(Elementary.exponential(-.infinity) == 0)
        #expect(Elementary.exponential(0) == 1)
        #expect(Elementary.exponential(.nan).isNaN)
        #expect(Elementary.exponential(-100) > 0, "subnormal results are kept")
        #expect(Elementary.logarithm(0) == -.infinity)
        #expect(Elementary.logarithm(-1).isNaN)
        #expect(Elementary.logarithm(.infinity) == .infinity)
        #expect(Elementary.logarithm(.nan).isNaN)
        #expect(Elementary.logarithm(1) == 0)
        #expect(Elementary.hyperbolicTangent(.infinity) == 1)
        #expect(Elementary.hyperbolicTangent(-.infinity) == -1)
        #expect(Elementary.hyperbolicTangent(.nan).isNaN)
        #expect(Elementary.sigmoid(-.infinity) == 0)
        #expect(Elementary.sigmoid(.infinity) == 1)
        #expect(Elementary.sigmoid(.nan).isNaN)
        #expect(Elementary.errorFunction(.infinity) == 1)
        #expect(Elementary.errorFunction(-.infinity) == -1)
        #expect(Elementary.errorFunction(.nan).isNaN)
        #expect(Elementary.softplus(.infinity) == .infinity)
    }

    @Test func `gelu stays within 4e-7 of its definition`() {
        var worst = 0.0
        for step in -6000...6000 {
            let x = Double(step) / 1000
            let exact = 0.5 * x * (1 + erf(x / 2.0.squareRoot()))
            worst = max(worst, abs(Double(Elementary.gelu(Float(x))) - exact) / max(1, abs(x)))
        }
        #expect(worst < 4e-7)
    }
}
