import Foundation
import LimbeckEvaluation
import LimbeckSeries
import Testing

/// Reference values of scikit-learn; `Fixtures/make_metrics.py` made them.
struct MetricFixture: Decodable {
    struct Case: Decodable {
        var name: String
        var width: Int
        var predicted, expected: [Double]
        var mask: [Bool]?
        var references: [String: Double]

        func input() throws -> MetricInput {
            try MetricInput(
                predicted: predicted.map(Float.init), expected: expected.map(Float.init),
                mask: mask, width: width)
        }
    }

    var cases: [Case]

    static func load() throws -> MetricFixture {
        let url = try #require(
            Bundle.module.url(
                forResource: "metrics", withExtension: "json", subdirectory: "Fixtures"))
        return try JSONDecoder().decode(MetricFixture.self, from: Data(contentsOf: url))
    }
}

@Suite struct MetricGoldenTests {
    let catalog = MetricCatalog(
        MetricCatalog.standard.entries + [
            .init(Pinball(quantile: 0.9)), .init(Pinball(quantile: 0.1)),
        ])

    @Test func `every metric agrees with scikit-learn to a millionth`() throws {
        let fixture = try MetricFixture.load()
        var checked: Set<String> = []
        for example in fixture.cases {
            let input = try example.input()
            for (name, reference) in example.references.sorted(by: { $0.key < $1.key }) {
                guard name != "mapeCount" else { continue }
                let result = try catalog.entry(named: name).make().value(input)
                let scale = max(1, abs(reference))
                #expect(
                    abs(result.value - reference) <= 1e-6 * scale,
                    "\(name) of “\(example.name)” is \(result.value), not \(reference)")
                if name == "mape" {
                    #expect(Double(result.count) == example.references["mapeCount"])
                }
                checked.insert(name)
            }
        }
        #expect(checked == Set(catalog.entries.map(\.name)), "a metric without a reference")
    }

    @Test func `references of one case cannot be mistaken for one another`() throws {
        let counts = try #require(MetricFixture.load().cases.first { $0.name == "counts" })
        let distinct = Set(counts.references.values.map { ($0 * 1e6).rounded() })
        #expect(distinct.count == counts.references.count)
    }
}
