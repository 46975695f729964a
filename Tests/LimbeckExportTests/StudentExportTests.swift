import LimbeckCompute
import LimbeckEvaluation
import LimbeckExport
import LimbeckFiles
import LimbeckModels
import LimbeckNN
import LimbeckRuntime
import LimbeckSeries
import Testing

import class Foundation.FileManager
import struct Foundation.UUID

@Suite struct StudentExportTests {
    @Test func `what no reading reaches is one constant`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series, history: 5, horizon: 5) { _ in
            Written { inputs, scope in
                let learned = AdaptiveGraph(nodes: 4, rank: 3)(scope.child("graph"))
                let unused = scope.parameter("unused", [1000], .constant(1))
                _ = unused * unused
                return learned.matmul(inputs.history.reshaped([5, 4, 1])).reshaped([1, 5, 4, 1])
            }
        }
        let content = try trained.student(series: series)
        #expect(content.weights.count == 1)
        let adjacency = try #require(content.weights.first)
        #expect(adjacency.count == 16)
        for row in 0..<4 {
            #expect(abs(adjacency[row * 4..<row * 4 + 4].reduce(0, +) - 1) < 1e-5)
        }
        #expect(content.program.instructions.count == 1)
        guard case .matmul(let product) = content.program.instructions.first else {
            Issue.record("a product was expected")
            return
        }
        #expect([product.batch, product.rows, product.columns, product.depth] == [5, 4, 1, 4])
    }

    @Test func `bias and activation join their product`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series, history: 5, horizon: 5) { _ in
            Written { inputs, scope in
                // [N, T] by [T, H], so that a bias is one value per step.
                let rows = inputs.history.reshaped([5, 4]).transposed([1, 0])
                return relu(Dense(5)(rows, scope.child("map"))).transposed([1, 0])
                    .reshaped([1, 5, 4, 1])
            }
        }
        let content = try trained.student(series: series)
        let products = content.program.instructions.compactMap {
            if case .matmul(let product) = $0 { product } else { nil }
        }
        #expect(content.program.instructions.count == 3)
        #expect(products.map(\.activation) == [.relu])
        #expect(products.first?.bias != nil)
    }

    @Test func `a stid student stores nothing twice and shares its memory`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series) { STID(STID.Configuration(), $0) }
        let content = try trained.student(series: series)
        let stored = content.weights.reduce(0) { $0 + $1.count }
        #expect(stored == trained.parameters.count)
        let temporaries = content.program.buffers.filter { $0.source == .temporary }
        #expect(content.program.arena < temporaries.reduce(0) { $0 + $1.count } / 2)
    }

    @Test func `an operation without an instruction is named with its path`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series, history: 5, horizon: 5) { _ in
            Written { inputs, scope in
                let block = scope.child("block0").child("strange")
                _ = block.parameter("weight", [1], .constant(1))
                return inputs.history.trace.apply(Reversal(), [inputs.history])
            }
        }
        let error = #expect(throws: ExportError.self) { try trained.student(series: series) }
        #expect(error?.code == .unsupportedOperation)
        let message = error?.message ?? ""
        #expect(message.contains("reversal"))
        #expect(message.contains("block0/strange"))
    }

    @Test func `a series of another step, place or channel count is refused with both numbers`()
        throws
    {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series) { LinearForecast(.init(), $0) }
        let others: [(Series, [String])] = [
            (Trained.series(nodes: 5), ["4", "5", "places"]),
            (Trained.series(nodes: 4, channels: 2), ["1", "2", "channels"]),
            (Trained.series(nodes: 4, step: 1800), ["3600", "1800", "step"]),
        ]
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        for (other, words) in others {
            let error = #expect(throws: ExportError.self) { try trained.student(series: other) }
            #expect(error?.code == .mismatch)
            let refusal = #expect(throws: EvaluationError.self) {
                try exported.forecast(other, origins: [100])
            }
            #expect(refusal?.code == .incomparable)
            for word in words {
                #expect(error?.message.contains(word) == true)
                #expect(refusal?.message.contains(word) == true)
            }
        }
    }

    @Test func `a forecaster names the place, clock or history that does not fit`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series) { LinearForecast(.init(), $0) }
        let exported = try StudentForecaster(bytes: trained.studentFile(series: series))
        func refusal(_ change: (inout Series) -> Void, origin: Int = 100) -> String {
            var other = series
            change(&other)
            let error = #expect(throws: EvaluationError.self) {
                try exported.forecast(other, origins: [origin])
            }
            return error?.message ?? ""
        }
        let place = refusal { $0.places[2].id = "elsewhere" }
        #expect(place.contains("\"place 2\"") && place.contains("\"elsewhere\""))
        let clock = refusal { $0.times.clock = .local }
        #expect(clock.contains("offset or Z") && clock.contains("local times without an offset"))
        #expect(refusal({ _ in }, origin: 11).contains("step 11"))
        #expect(refusal({ _ in }, origin: 501).contains("step 501"))
    }

    @Test func `a file comes back as it was exported`() throws {
        let series = Trained.series(nodes: 4, channels: 2)
        let trained = Trained.forecaster(series) { STID(STID.Configuration(), $0) }
        let folder = FileManager.default.temporaryDirectory.path + "/limbeck-export-\(UUID())"
        try Folder.create(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/student.limbeck"
        let card = [CardEntry("data", "random"), CardEntry("licence", "none")]
        let count = try trained.exportStudent(to: path, series: series, card: card)
        let bytes = try FileBytes.read(path)
        #expect(bytes.count == count)
        let again = try trained.studentFile(series: series, card: card)
        #expect(bytes == again)
        let content = try trained.student(series: series, card: card)
        let read = try StudentFile.decode(bytes)
        #expect(read.program == content.program)
        #expect(read.weights == content.weights)
        #expect(read.windowing == content.windowing)
        #expect(read.card == card)
        #expect(read.names.places == series.places.map(\.id))
        #expect(read.names.latitudes == [0, 1, 2, 3])
        #expect(read.names.units == ["m", "m"])
        let forecaster = try StudentForecaster(path: path)
        #expect(forecaster.cost.parameters == trained.parameters.count)
        #expect(forecaster.cost.flops > 0)

        let error = #expect(throws: FileError.self) {
            try trained.exportStudent(to: folder + "/missing/student.limbeck", series: series)
        }
        #expect(error?.code == .notFound)
        let unreadable = #expect(throws: FileError.self) {
            try StudentForecaster(path: folder + "/none.limbeck")
        }
        #expect(unreadable?.message.contains("none.limbeck") == true)
    }

    @Test func `weights that are not finite are refused`() throws {
        let series = Trained.series(nodes: 4)
        let trained = Trained.forecaster(series) { LinearForecast(.init(), $0) }
        trained.parameters["map/bias"] = [Float](repeating: .nan, count: 5)
        let error = #expect(throws: ExportError.self) { try trained.studentFile(series: series) }
        #expect(error?.code == .refused)
    }
}

/// An operation of somebody else's.
struct Reversal: Operation {
    var name: String { "reversal" }
    func type(_ operands: [TensorType]) -> TensorType { operands[0] }
    func lower(_ site: LoweringSite) -> [Kernel] { [] }
}
