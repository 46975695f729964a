import Foundation
import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Files written by NumPy 2.4.6 with values = np.arange(12, dtype="<f4").reshape(2, 3, 2, 1),
/// times = ["2024-01-01T03:00", "2024-01-01T04:00"], by np.savez_compressed.
private enum ForecastArchive {
    /// origins=np.array(times, "datetime64[s]"), places=np.array(["b", "a"])
    static let moments = """
        UEsDBC0AAAAIAAAAIQDpvrVk//////////8KABQAdmFsdWVzLm5weQEAEACwAAAAAAAAAGoAAAAAAAAAm+wX6hsQychQ\
        xlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxjoKQNJQU0ehVoEMwMUABg32\
        QMIBiIC4AYgXAPEBIH4AxAyODAwCQKwAxAaOAFBLAwQtAAAACAAAACEAIWcDkv//////////CwAUAG9yaWdpbnMubnB5\
        AQAQAJAAAAAAAAAAUgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBu42sRXRyrrqOgnpZfVFKUmBefX5SSCpJyS8wp\
        TgWKF2ckFqQC+RpGOpo6CrUK5AKuDVqTUhmA4IAFhAYAUEsDBC0AAAAIAAAAIQCqh9pw//////////8KABQAcGxhY2Vz\
        Lm5weQEAEACIAAAAAAAAAEsAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbhNqqK6joJ6WX1RSlJgXn1+UkgoSd0vM\
        KU4FihdnJBakAvkaRjqaOgq1ChQAriQGBoZEIAYAUEsBAi0DLQAAAAgAAAAhAOm+tWRqAAAAsAAAAAoAAAAAAAAAAAAA\
        AIABAAAAAHZhbHVlcy5ucHlQSwECLQMtAAAACAAAACEAIWcDklIAAACQAAAACwAAAAAAAAAAAAAAgAGmAAAAb3JpZ2lu\
        cy5ucHlQSwECLQMtAAAACAAAACEAqofacEsAAACIAAAACgAAAAAAAAAAAAAAgAE1AQAAcGxhY2VzLm5weVBLBQYAAAAA\
        AwADAKkAAAC8AQAAAAA=
        """
    /// origins=np.array(times)
    static let texts = """
        UEsDBC0AAAAIAAAAIQDpvrVk//////////8KABQAdmFsdWVzLm5weQEAEACwAAAAAAAAAGoAAAAAAAAAm+wX6hsQychQ\
        xlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxjoKQNJQU0ehVoEMwMUABg32\
        QMIBiIC4AYgXAPEBIH4AxAyODAwCQKwAxAaOAFBLAwQtAAAACAAAACEA+Zxs1///////////CwAUAG9yaWdpbnMubnB5\
        AQAQAAABAAAAAAAAZQAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuE2popq6joJ6WX1RSlJgXn1+UkgqScEvMKU4F\
        ihdnJBakAvkaRjqaOgq1CuQDLiMGBgYDIAbRJkCsC+UborFDoGxjILaCsmH6SNFvgqYfAFBLAQItAy0AAAAIAAAAIQDp\
        vrVkagAAALAAAAAKAAAAAAAAAAAAAACAAQAAAAB2YWx1ZXMubnB5UEsBAi0DLQAAAAgAAAAhAPmcbNdlAAAAAAEAAAsA\
        AAAAAAAAAAAAAIABpgAAAG9yaWdpbnMubnB5UEsFBgAAAAACAAIAcQAAAEgBAAAAAA==
        """
    /// origins=np.array([1704078000, 1704081600])
    static let seconds = """
        UEsDBC0AAAAIAAAAIQDpvrVk//////////8KABQAdmFsdWVzLm5weQEAEACwAAAAAAAAAGoAAAAAAAAAm+wX6hsQychQ\
        xlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxjoKQNJQU0ehVoEMwMUABg32\
        QMIBiIC4AYgXAPEBIH4AxAyODAwCQKwAxAaOAFBLAwQtAAAACAAAACEAZhxbsP//////////CwAUAG9yaWdpbnMubnB5\
        AQAQAJAAAAAAAAAATwAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWK\
        F2ckFqQC+RpGOpo6CrUKFACuDVqTUhmA4IAFhAYAUEsBAi0DLQAAAAgAAAAhAOm+tWRqAAAAsAAAAAoAAAAAAAAAAAAA\
        AIABAAAAAHZhbHVlcy5ucHlQSwECLQMtAAAACAAAACEAZhxbsE8AAACQAAAACwAAAAAAAAAAAAAAgAGmAAAAb3JpZ2lu\
        cy5ucHlQSwUGAAAAAAIAAgBxAAAAMgEAAAAA
        """
}

@Suite struct ForecastFileTests {
    private func read(_ text: String) throws -> ForecastFile {
        try withFolder { folder in
            try AtomicFile.write(folder + "/forecasts", bytes: NumPyFile.bytes(text))
            return try ForecastFile(path: folder + "/forecasts")
        }
    }

    private func csv(_ text: String) throws -> ForecastFile {
        try withFolder { folder in
            try AtomicFile.write(folder + "/forecasts", text: text)
            return try ForecastFile(path: folder + "/forecasts")
        }
    }

    private func series(_ places: [String] = ["a", "b"], clock: TimeGrid.Clock = .local) -> Series {
        Series(
            name: "s", times: TimeGrid(start: 1_704_067_200, step: 3600, count: 8, clock: clock),
            places: places.map { Place(id: $0) }, channels: [Channel(name: "v")],
            values: [Float](repeating: 0, count: 16))
    }

    @Test func `named places are put in the order of the data`() throws {
        let file = try read(ForecastArchive.moments)
        #expect(file.places == ["b", "a"] && file.horizon == 3 && file.origins == [1_704_078_000, 1_704_081_600])
        #expect(try file.values(for: [4, 3], of: series(), horizon: 3) == [7, 6, 9, 8, 11, 10, 1, 0, 3, 2, 5, 4])
        #expect(file.uncovered([3, 4], of: series()) == 0 && file.uncovered([3, 5], of: series()) == 1)
    }

    @Test(arguments: [ForecastArchive.texts, ForecastArchive.seconds])
    func `origins are text or counts of seconds`(archive: String) throws {
        let values = try read(archive).values(for: [3], of: series(), horizon: 3)
        #expect(values == [0, 1, 2, 3, 4, 5])
    }

    @Test func `what does not fit is told with what was expected and found`() throws {
        let file = try read(ForecastArchive.texts)
        func message(_ origins: [Int], _ series: Series, horizon: Int = 3) -> String {
            do { return "\(try file.values(for: origins, of: series, horizon: horizon))" } catch { return "\(error)" }
        }
        #expect(
            message([5], series()).contains(
                "expected one at 2024-01-01T05:00, the first step that is forecast, found 2 from"))
        #expect(message([3], series(), horizon: 2).contains("steps ahead: expected 2 (task.horizon), found 3"))
        #expect(message([3], series(clock: .utc)).contains("times without an offset"))
        let named = try read(ForecastArchive.moments)
        let error = #expect(throws: DataError.self) {
            try named.values(for: [3], of: series(["a", "c"]), horizon: 3)
        }
        #expect(error?.message.contains("place 2: expected \"c\", found \"a\"") == true)
    }

    @Test func `a row a number, in any order`() throws {
        let rows = """
            place,origin,step,value
            b,2024-01-01T03:00,1,20
            a,2024-01-01T03:00,2,11
            a,2024-01-01T03:00,1,10
            b,2024-01-01T03:00,2,21
            """
        #expect(try csv(rows).values(for: [3], of: series(), horizon: 2) == [10, 20, 11, 21])
        let gap = rows.replacingOccurrences(of: "b,2024-01-01T03:00,2,21", with: "b,2024-01-01T03:00,2,")
        let error = #expect(throws: DataError.self) { try csv(gap).values(for: [3], of: series(), horizon: 2) }
        #expect(error?.message.contains("step 2, place \"b\"") == true)
        for (from, to, says) in [
            ("step,value", "step,worth", "no column \"value\""),
            ("03:00,2,11", "03:00,0,11", "the first step ahead is 1"),
            ("a,2024-01-01T03:00,1,10", "a,2024-01-01T03:00,2,10", "stand there twice"),
            ("a,2024-01-01T03:00,2", "a,soon,2", "soon"),
        ] {
            let error = #expect(throws: DataError.self) { try csv(rows.replacingOccurrences(of: from, with: to)) }
            #expect(error?.message.contains(says) == true, "\(String(describing: error))")
        }
    }

    @Test func `a damaged archive is an error, cut or changed anywhere`() throws {
        let bytes = try NumPyFile.bytes(ForecastArchive.moments)
        try withFolder { folder in
            for index in bytes.indices {
                for variant in [Array(bytes[..<index]), bytes.enumerated().map { $0 == index ? $1 ^ 0x55 : $1 }] {
                    try AtomicFile.write(folder + "/forecasts", bytes: variant)
                    guard let file = try? ForecastFile(path: folder + "/forecasts") else { continue }
                    _ = try? file.values(for: [3, 4], of: series(), horizon: 3)
                }
            }
        }
    }
}
