import Foundation
import LimbeckSeries
import Testing

@testable import LimbeckData

/// What stands beside readings: words by time and place, and what is known of places for good.
@Suite struct ModalityTests {
    private static let start: Int64 = 1_704_067_200

    /// Four hours at two places.
    private var main: Series {
        Series(
            name: "flow", times: TimeGrid(start: Self.start, step: 3600, count: 4, clock: .local),
            places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "value")],
            values: (0..<8).map(Float.init))
    }

    private func joined(
        _ text: String, ahead: Int? = nil, width: Int = 8, column: String = ""
    ) throws -> (series: Series, finding: QualityReport.Finding) {
        var source = DataSource()
        source.path = "notes.csv"
        source.text.hashed = width
        source.text.column = column
        return try TextJoin(main, Array(text.utf8), source: source, file: "notes.csv", title: "notes", ahead: ahead)
            .joined()
    }

    private struct Golden: Decodable {
        var text: String
        var width: Int
        var vector: [Double]
    }

    @Test func `texts have the vectors that Python gives them`() throws {
        let url = try #require(Bundle.module.url(forResource: "text", withExtension: "json", subdirectory: "Fixtures"))
        for one in try JSONDecoder().decode([Golden].self, from: Data(contentsOf: url)) {
            let vector = TextHash.vector(one.text, width: one.width)
            #expect(vector.count == one.width)
            for (own, other) in zip(vector, one.vector) { #expect(abs(Double(own) - other) < 1e-6, "\(one.text)") }
        }
        #expect(TextHash.vector("x", width: 0).isEmpty)
    }

    @Test func `by hand: a step has what came within it, at its place or everywhere`() throws {
        let (series, finding) = try joined(
            """
            time,station,note
            2024-01-01T00:10,a,jam
            2024-01-01T01:59,,rain
            2024-01-01T01:00,b,jam
            2024-01-01T03:00,a,clear
            2023-12-31T23:00,a,before
            """)
        let jam = TextHash.vector("jam", width: 8), rain = TextHash.vector("rain", width: 8)
        func told(_ step: Int, _ node: Int) -> [Float] { (1...8).map { series[step, node, $0] } }
        #expect(told(0, 0) == jam && told(0, 1).allSatisfy { $0 == 0 })
        #expect(told(1, 0) == rain && told(1, 1) == zip(jam, rain).map(+))
        #expect(told(2, 0).allSatisfy { $0 == 0 } && told(3, 0) == TextHash.vector("clear", width: 8))
        #expect(series.channels.map(\.name) == ["value"] + (0..<8).map { "notes.\($0)" } && series[3, 1, 0] == 7)
        #expect(finding.message.contains("4 messages as 8 numbers each; 1 before or after the data"), "\(finding)")
        #expect(QualityCheck.report(series).findings.isEmpty, "a step without a message is no fault")
        // Known an hour ahead, and of what lies after the last nothing is known.
        let ahead = try joined("time,note\n2024-01-01T00:10,jam\n2024-01-01T02:10,rain\n", ahead: 1).series
        #expect((1...8).map { ahead[1, 0, $0] } == rain && ahead[0, 1, 1] == 0)
        #expect(!ahead.isObserved(time: 2, node: 0, channel: 1))
    }

    @Test(arguments: [
        ("time,station,note\n2024-01-01T00:10,c,jam\n", "\"c\""), ("time,note\n", "holds no"),
        ("time,station,note,more\n2024-01-01T00:10,a,jam,x\n", "data.text.column"),
        ("time,station\n2024-01-01T00:10,a\n", "no column is left"),
        ("time,note\n2024-01-01T00:10Z,jam\n", "absolute times"), ("time,note\nyesterday,jam\n", "yesterday"),
        ("time,note\n2024-01-01T00:10,jam,more\n", "3 cells"),
    ])
    func `messages that cannot be are refused by name`(_ text: String, _ word: String) throws {
        let error = #expect(throws: DataError.self) { _ = try joined(text) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func `text is a covariate of a width that can be`() throws {
        var source = DataSource()
        source.path = "a.csv"
        source.text.hashed = 5000
        #expect(throws: DataError.self) { try source.validate() }
        source.text.hashed = 8
        #expect(throws: DataError.self) { try source.validate() }
        source.as = .pastCovariates
        try source.validate()
    }

    // MARK: Places

    private func facts(_ text: String, id: String = "", columns: [String] = []) throws -> (
        facts: PlaceFacts, finding: QualityReport.Finding
    ) {
        let places = ["a", "b", "c"].map { Place(id: $0) }
        return try PlaceTable(Array(text.utf8), file: "places.csv").facts(of: places, id: id, columns: columns)
    }

    @Test func `numbers are standardised over the places, words become one number each`() throws {
        let (facts, finding) = try facts(
            "name,height,code,use,same\nb,30,X1,road,1\na,10,X2,park,1\nd,99,X3,sea,1\nc,20,X4,road,1\n")
        #expect(facts.names == ["height", "use=park", "use=road"])
        let spread = Float((200.0 / 3).squareRoot())
        #expect(abs(facts.values[0] + 10 / spread) < 1e-6 && abs(facts.values[3] - 10 / spread) < 1e-6)
        #expect(
            facts.values[6] == 0 && facts.values[1] > 0 && facts.values[4] < 0 && facts.values[4] == facts.values[7])
        #expect(
            finding.message.contains(
                "3 places of 3 matched; code, same left out, the same everywhere or a name of each place"), "\(finding)"
        )
    }

    @Test func `a place that the table lacks, and an empty cell, are the mean`() throws {
        let (facts, finding) = try facts("id,height,use\na,1,x\nb,3,\n")
        #expect(facts.names == ["height"] && facts.values == [-1, 1, 0])
        #expect(finding.message.contains("2 places of 3 matched") && finding.examples == ["c without"], "\(finding)")
        #expect(try self.facts("id,x,y\na,1,2\nb,2,1\nc,3,3\n", columns: ["y"]).facts.names == ["y"])
    }

    @Test(arguments: [
        ("id,height\nx,1\ny,2\n", "names none"), ("id,height\na,1\na,2\n", "line 3"), ("id,height\na,1,2\n", "3 cells"),
        ("id,height\na,1\nb,tall\nc,3\n", "\"tall\""), ("", "no rows"),
        ("id,height,code\na,1,x\nb,1,y\nc,1,z\n", "no column"),
    ])
    func `tables that cannot be are refused by name`(_ text: String, _ word: String) throws {
        let error = #expect(throws: DataError.self) { _ = try facts(text) }
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    }

    @Test func `two sources of one name are told apart, and missing values are spelt as the source says`() throws {
        try withFolder { folder in
            for name in ["north", "south"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                try Data("time,note\n2024-01-01T00:10,\(name)\n2024-01-01T02:10,end\n".utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(name)/notes.csv"))
                try Data("id;height\na;1,5\nb;NODATA\nc;2,5\n".utf8).write(
                    to: URL(fileURLWithPath: "\(folder)/\(name)/places.csv"))
            }
            let rows = (0..<4).flatMap { hour in ["a", "b", "c"].map { "2024-01-01T0\(hour):00,\($0),\(hour)\n" } }
            try Data(("time,station,level\n" + rows.joined()).utf8).write(
                to: URL(fileURLWithPath: folder + "/main.csv"))
            var source = DataSource()
            source.path = folder + "/main.csv"
            source.sources = ["north", "south"].flatMap { name in
                var notes = DataSource(), places = DataSource()
                notes.path = "\(folder)/\(name)/notes.csv"
                notes.as = .pastCovariates
                notes.text.hashed = 2
                places.path = "\(folder)/\(name)/places.csv"
                (places.as, places.missing, places.decimal, places.delimiter) = (
                    .staticCovariates, ["NODATA"], .comma, .semicolon
                )
                return [notes, places]
            }
            let loaded = try source.load()
            #expect(loaded.sources.map(\.name) == ["notes", "notes (2)"])
            #expect(
                loaded.series.channels.map(\.name).dropFirst() == ["notes.0", "notes.1", "notes (2).0", "notes (2).1"])
            #expect(loaded.factSources.map(\.name) == ["places", "places (2)"])
            #expect(loaded.series.facts?.names == ["height", "places (2).height"])
            #expect(loaded.series.facts?.values == [-1, -1, 0, 0, 1, 1])
            source.sources[0].text.hashed = 4096
            source.sources[0].limit = "1kB"
            let error = #expect(throws: DataError.self) { try source.load() }
            #expect(error?.message.contains("data.limit") == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a reader from outside reads its files by name and by how they begin`() throws {
        struct Twice: SeriesReader {
            func read(_ bytes: [UInt8], file: String, source: DataSource) throws -> LoadedSeries {
                let series = Series(
                    name: file, times: TimeGrid(start: 0, step: 60, count: bytes.count), places: [Place(id: "only")],
                    channels: [Channel(name: "byte")], values: bytes.map(Float.init))
                return LoadedSeries(series: series, quality: QualityCheck.report(series))
            }
        }
        var catalogs = DataCatalogs()
        catalogs.readers =
            .standard + [
                ReaderEntry(
                    name: "mine", summary: "Bytes.", recognizes: { $0.starts(with: [0x4D, 0x49, 0x4E, 0x45]) }
                ) { Twice() }
            ]
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/mine.bin"
            try Data([0x4D, 0x49, 0x4E, 0x45, 1, 2, 3]).write(to: URL(fileURLWithPath: source.path))
            #expect(try source.load(from: catalogs).series.times.count == 7)
            source.format = "mine"
            #expect(try source.load(from: catalogs).series.values.last == 3)
            let error = #expect(throws: DataError.self) { try source.load() }
            #expect(error?.message.contains("csvWide, csvLong, parquet") == true)
        }
    }
}
