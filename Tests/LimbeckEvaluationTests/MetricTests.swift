import LimbeckEvaluation
import LimbeckSeries
import Testing

@Suite struct MetricTests {
    @Test func `errors of 1 and 3 have mean 2 and root mean square of √5`() throws {
        let input = try MetricInput(predicted: [11, 17], expected: [10, 20])
        #expect(try MAE().value(input) == MetricValue(2, count: 2))
        #expect(try MSE().value(input).value == 5)
        #expect(try RMSE().value(input).value == 5.0.squareRoot())
        #expect(abs(try MAPE().value(input).value - 12.5) < 1e-12)
        #expect(abs(try WAPE().value(input).value - 400.0 / 30) < 1e-12)
    }

    @Test func `percentages leave small truths out and say how many remained`() throws {
        let input = try MetricInput(predicted: [5, 3, 3], expected: [0, 0.5, 2])
        #expect(try MAPE().value(input) == MetricValue(50, count: 1))
        let none = try MetricInput(predicted: [5], expected: [0.5])
        #expect(throws: EvaluationError.self) { try MAPE().value(none) }
    }

    @Test func `a prediction that is no number is an error even where it is masked`() {
        let error = #expect(throws: EvaluationError.self) {
            try MetricInput(
                predicted: [1, 2, .nan], expected: [1, 2, 3], mask: [true, true, false])
        }
        #expect(error?.code == .notFinite)
        #expect(error?.message.contains("predicted[2]") == true)
        #expect(throws: EvaluationError.self) {
            try MetricInput(predicted: [.infinity], expected: [1])
        }
    }

    @Test func `a masked truth may be anything but a counted one must be a number`() throws {
        let input = try MetricInput(predicted: [1, 9], expected: [2, .nan], mask: [true, false])
        #expect(try MAE().value(input) == MetricValue(1, count: 1))
        #expect(throws: EvaluationError.self) {
            try MetricInput(predicted: [1, 9], expected: [2, .nan])
        }
    }

    @Test func `nothing to score is an error and not a perfect score`() throws {
        let regression = try MetricInput(predicted: [1], expected: [1], mask: [false])
        let interval = try MetricInput(predicted: [0, 2], expected: [1], mask: [false], width: 2)
        for entry in MetricCatalog.standard.entries {
            let input = entry.task == .interval ? interval : regression
            let error = #expect(throws: EvaluationError.self, "\(entry.name)") {
                try entry.make().value(input)
            }
            #expect(error?.code == .undefined, "\(entry.name)")
        }
    }

    @Test func `a perfect prediction gets the best score`() throws {
        let regression = try MetricInput(predicted: [1, 4, 9], expected: [1, 4, 9])
        let labels = try MetricInput(predicted: [0, 1, 1, 0], expected: [0, 1, 1, 0])
        for entry in MetricCatalog.standard.entries where entry.task != .interval {
            let value = try entry.make().value(entry.task == .regression ? regression : labels)
                .value
            let best = entry.direction == .higherIsBetter ? 1.0 : 0
            #expect(abs(value - best) < 1e-6, "\(entry.name) is \(value)")
        }
    }

    @Test func `ties count half in the area under the curve`() throws {
        let input = try MetricInput(predicted: [0.5, 0.5, 0.5, 0.5], expected: [0, 1, 1, 0])
        #expect(try ROCAUC().value(input).value == 0.5)
    }

    @Test func `labels that are no classes and probabilities above 1 are named`() throws {
        let label = try MetricInput(predicted: [0.5, 0.5], expected: [0, 2])
        let first = #expect(throws: EvaluationError.self) { try Accuracy().value(label) }
        #expect(first?.message.contains("expected[1] is 2.0") == true)
        let probability = try MetricInput(predicted: [0.5, 1.5], expected: [0, 1])
        let second = #expect(throws: EvaluationError.self) { try LogLoss().value(probability) }
        #expect(second?.message.contains("sample 1") == true)
    }

    @Test func `an unknown metric is answered with the known ones`() {
        let error = #expect(throws: EvaluationError.self) {
            try MetricCatalog.standard.entry(named: "maee")
        }
        #expect(error?.message.contains("mae, rmse, wape") == true)
    }

    @Test func `names in the catalog are unique and every entry explains itself`() {
        let entries = MetricCatalog.standard.entries
        #expect(Set(entries.map(\.name)).count == entries.count)
        #expect(entries.allSatisfy { !$0.summary.isEmpty })
    }
}
