import LimbeckEvaluation
import LimbeckExport
import LimbeckModels
import LimbeckRuntime
import LimbeckSeries
import Testing

@Suite struct QuantizedExportTests {
    /// Forecasts at some origins as float32, and as stored: the root of the mean squared difference.
    static func compare(
        _ index: Int, _ storage: WeightStorage
    ) throws -> (name: String, difference: Float, range: Float, bytes: (Int, Int), content: StudentContent) {
        let (name, make) = ExportedEqualsTrainedTests.models[index]
        let series = Trained.series(
            nodes: 4, channels: 1, clock: .utc, offsets: ExportedEqualsTrainedTests.offsets)
        let trained = try Trained.forecaster(series, make)
        let content = try trained.student(series: series)
        let windows = (60..<140).map { origin in
            CalibrationWindow(
                history: Array(series.values[(origin - trained.history) * 4..<origin * 4]),
                origin: series.times.instant(origin))
        }
        let stored = try content.stored(as: storage, calibratedOn: windows)
        let files = try (StudentFile.encode(content), StudentFile.encode(stored))
        let origins = Array(150..<320)
        let expected = try StudentForecaster(bytes: files.0).forecast(series, origins: origins).values
        let predicted = try StudentForecaster(bytes: files.1).forecast(series, origins: origins).values
        let squares = zip(expected, predicted).map { ($0 - $1) * ($0 - $1) }
        let difference =
            expected.count == predicted.count
            ? (squares.reduce(0, +) / Float(squares.count)).squareRoot() : .infinity
        let range = (expected.max() ?? 0) - (expected.min() ?? 0)
        return (name, difference, range, (files.0.count, files.1.count), stored)
    }

    @Test(arguments: 0..<ExportedEqualsTrainedTests.models.count)
    func `half precision hardly changes a forecast`(_ index: Int) throws {
        let result = try Self.compare(index, .float16)
        #expect(result.difference <= 1e-3 * result.range, "\(result.name): \(result.difference) of \(result.range)")
        #expect(result.difference > 0, "\(result.name): something is rounded")
        #expect(result.bytes.1 < result.bytes.0)
    }

    @Test(arguments: 0..<ExportedEqualsTrainedTests.models.count)
    func `int8 products change a forecast by little, and are there`(_ index: Int) throws {
        let result = try Self.compare(index, .int8)
        // Random weights: a trained student's rounding is measured in the comparison of its run.
        #expect(result.difference <= 0.02 * result.range, "\(result.name): \(result.difference) of \(result.range)")
        #expect(result.bytes.1 < result.bytes.0)
        let products = result.content.program.instructions.count {
            if case .quantized = $0 { true } else { false }
        }
        #expect(products > 0, "\(result.name)")
        #expect(result.content.tensors.contains { if case .int8 = $0 { true } else { false } })
    }

    @Test func `int8 without windows is refused by name`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series) { STID(STID.Configuration(), $0) }
        let content = try trained.student(series: series)
        do {
            _ = try content.stored(as: .int8, calibratedOn: [])
            Issue.record("int8 without windows was accepted")
        } catch let error as ExportError {
            #expect(error.code == .refused)
            #expect(error.message.contains("training part"))
        }
    }
}
