import Foundation
import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct SeveralFilesTests {
    private func csv(_ place: String, day: Int, hours: Range<Int> = 0..<24, add: Int = 0) -> String {
        "time,\(place)\n"
            + hours.map { "2024-01-0\(day)T\($0 < 10 ? "0" : "")\($0):00,\($0 + add)\n" }.joined()
    }

    private func load(_ path: String) throws -> LoadedSeries {
        var source = DataSource()
        source.path = path
        return try source.load()
    }

    @Test func `a file a place, and a file a month`() throws {
        try withFolder { folder in
            for (name, text) in [
                ("north-1.csv", csv("north", day: 1)), ("north-2.csv", csv("north", day: 2, add: 100)),
                ("south-1.csv", csv("south", day: 1, add: 200)), ("README.md", "# words\n"),
            ] { try AtomicFile.write("\(folder)/\(name)", text: text) }
            for path in [folder, folder + "/", folder + "/*.csv"] {
                let loaded = try load(path)
                #expect(loaded.series.places.map(\.id) == ["north", "south"])
                #expect(loaded.series.times.count == 48)
                #expect(loaded.series[30, 0, 0] == 106 && loaded.series[5, 1, 0] == 205)
                #expect(!loaded.series.isObserved(time: 30, node: 1))
                #expect(loaded.quality.findings(.files).first?.message.hasPrefix("3 files joined") == true)
                #expect(loaded.quality.findings(.missingCells).first?.count == 24)
            }
        }
    }

    @Test func `places of one name that differ are called after their files`() throws {
        try withFolder { folder in
            for (index, name) in ["north", "south"].enumerated() {
                try AtomicFile.write("\(folder)/\(name).csv", text: csv("value", day: 1, add: 50 * index))
            }
            #expect(try load(folder).series.places.map(\.id) == ["north", "south"])
        }
    }

    @Test func `files that do not belong together are refused, with both`() throws {
        try withFolder { folder in
            try AtomicFile.write("\(folder)/a.csv", text: csv("north", day: 1))
            try AtomicFile.write("\(folder)/b.csv", text: "time,south\n2024-01-01T00:00,1\n2024-01-01T00:10,2\n")
            let error = #expect(throws: DataError.self) { try load(folder) }
            #expect(error?.message.contains("b.csv has steps of 10 min") == true, "\(error?.message ?? "")")
            let none = #expect(throws: DataError.self) { try load(folder + "/*.parquet") }
            #expect(none?.message.contains("no file is called so") == true)
        }
    }

    @Test func `files of several columns that differ are places or channels, as is said`() throws {
        try withFolder { folder in
            func text(_ add: Int) -> String {
                "time,open,volume\n" + (1...9).map { "2024-01-0\($0),\(add + $0),\(1000 * $0 + add)\n" }.joined()
            }
            try AtomicFile.write("\(folder)/AAA.csv", text: text(10))
            try AtomicFile.write("\(folder)/BBB.csv", text: text(20))
            try AtomicFile.write("\(folder)/README.txt", text: "What this is.\n")
            let error = #expect(throws: DataError.self) { try load(folder) }
            #expect(error?.message.contains("data.files: places") == true)
            var source = DataSource()
            (source.path, source.files) = (folder, .places)
            let places = try source.load().series
            #expect(places.places.map(\.id) == ["AAA", "BBB"] && places.channels.map(\.name) == ["open", "volume"])
            #expect(places[2, 1, 0] == 23 && places[2, 0, 1] == 3010)
            source.files = .channels
            let channels = try source.load().series
            #expect(
                channels.places.map(\.id) == ["open", "volume"] && channels.channels.map(\.name) == ["AAA", "BBB"])
            #expect(channels[2, 0, 1] == 23 && channels[2, 1, 0] == 3010)
        }
    }

    @Test func `trading days and months of several files are one calendar`() throws {
        try withFolder { folder in
            // From Monday, January 1st: two weeks with a holiday in one file, and four weeks later on.
            let days = (0..<70).filter { $0 % 7 < 5 }
            func text(_ days: [Int]) -> String {
                "time,p\n" + days.map { "\(TimeText.stamp(1_704_067_200 + Int64($0) * 86_400)),\($0)\n" }.joined()
            }
            try AtomicFile.write("\(folder)/2024a.csv", text: text(days.filter { $0 < 35 && $0 != 15 }))
            try AtomicFile.write("\(folder)/2024b.csv", text: text(days.filter { $0 >= 35 }))
            let series = try load(folder).series
            #expect(series.times.count == 49 && series.times.spacing == .week((0..<5).map { $0 * 86_400 }))
            #expect(series.missingCount == 0 && series.values.last == 67)
            try FileManager.default.removeItem(atPath: "\(folder)/2024a.csv")
            try FileManager.default.removeItem(atPath: "\(folder)/2024b.csv")
            for year in 2022...2023 {
                let months = (1...12).map { "\(year)-\($0 < 10 ? "0" : "")\($0)-01,\($0)\n" }.joined()
                try AtomicFile.write("\(folder)/\(year).csv", text: "month,p\n" + months)
            }
            let monthly = try load(folder).series
            #expect(monthly.times.count == 24 && monthly.times.spacing == .months(1, day: 1))
            #expect(monthly.values == (0..<24).map { Float($0 % 12 + 1) })
        }
    }

    @Test func `files of one header that follow each other are parts where their names or the user say so`() throws {
        try withFolder { folder in
            try AtomicFile.write("\(folder)/north.csv", text: csv("value", day: 1))
            try AtomicFile.write("\(folder)/south.csv", text: csv("value", day: 2))
            let error = #expect(throws: DataError.self) { try load(folder) }
            #expect(error?.message.contains("data.files: parts") == true)
            var source = DataSource()
            (source.path, source.files) = (folder, .parts)
            #expect(try source.load().series.nodeCount == 1 && source.load().series.times.count == 48)
            source.files = .places
            #expect(try source.load().series.places.map(\.id) == ["north", "south"])
        }
        try withFolder { folder in
            try AtomicFile.write("\(folder)/2024-01.csv", text: csv("value", day: 1))
            try AtomicFile.write("\(folder)/2024-02.csv", text: csv("value", day: 2))
            #expect(try load(folder).series.times.count == 48)
        }
    }

    @Test func `names are times only where their rows are of them`() throws {
        func message(_ names: [String]) throws -> String {
            try withFolder { folder in
                for (index, name) in names.enumerated() {
                    try AtomicFile.write("\(folder)/\(name).csv", text: csv("flow", day: index + 1))
                }
                do { return "\(try load(folder).series.places.map(\.id))" } catch { return "\(error)" }
            }
        }
        for names in [
            ["st1", "st2"], ["1001", "1002"], ["1950", "1951"], ["march_street", "may_road"],
            ["2024_07", "2024_08"],
        ] {
            #expect(try message(names).contains("data.files: parts"), "\(names)")
        }
        #expect(try message(["2024-01-01", "2024-01-02"]) == "[\"flow\"]")
        #expect(try message(["flow_20240101", "flow_20240102"]) == "[\"flow\"]")
    }

    @Test func `files of a place and a month each are joined by place`() throws {
        try withFolder { folder in
            for (add, place) in ["north", "south"].enumerated() {
                for day in 1...3 {
                    try AtomicFile.write(
                        "\(folder)/\(place)_2024-01-0\(day).csv", text: csv("value", day: day, add: 100 * add))
                }
            }
            let loaded = try load(folder)
            #expect(loaded.series.places.map(\.id) == ["north", "south"] && loaded.series.times.count == 72)
            #expect(loaded.series[50, 1, 0] == 102 && loaded.series.missingCount == 0)
            #expect(loaded.quality.findings(.files).map(\.count) == [6])
        }
        // Parts that overlap and do not agree.
        try withFolder { folder in
            try AtomicFile.write("\(folder)/2024-01a.csv", text: csv("value", day: 1))
            try AtomicFile.write("\(folder)/2024-01b.csv", text: csv("value", day: 1, hours: 20..<24, add: 1))
            let error = #expect(throws: DataError.self) { try load(folder) }
            #expect(error?.message.contains("say different things") == true)
        }
    }

    @Test func `a table of places beside the files is left out, and what one tells of decimals holds for all`() throws {
        try withFolder { folder in
            func text(_ value: (Int) -> String) -> String {
                "time;value\n" + (0..<24).map { "2024-01-01T\($0 < 10 ? "0" : "")\($0):00;\(value($0))\n" }.joined()
            }
            try AtomicFile.write("\(folder)/a.csv", text: text { "1.0\($0 + 10)" })
            try AtomicFile.write("\(folder)/b.csv", text: text { "1.0\($0 + 10),5" })
            try AtomicFile.write("\(folder)/stations.csv", text: "id,lat,lon\na,50,10\nb,51,11\n")
            let loaded = try load(folder)
            #expect(loaded.series.places.map(\.id) == ["a", "b"])
            try AtomicFile.write("\(folder)/c.csv", text: text { "\($0)" })
            #expect(try load(folder).series[3, 0, 0] == 1013, "whole numbers tell nothing")
            try FileManager.default.removeItem(atPath: "\(folder)/c.csv")
            #expect(loaded.series[3, 0, 0] == 1013 && loaded.series[3, 1, 0] == 1013.5)
            #expect(loaded.quality.findings(.files).contains { $0.message.contains("stations.csv of places") })
            try FileManager.default.removeItem(atPath: "\(folder)/b.csv")
            let alone = try load("\(folder)/a.csv")
            #expect(alone.quality.findings(.decimalMarks).first?.message.contains("data.decimal: comma") == true)
        }
    }

    @Test func `a market that closes beside one that does not keeps the days of both`() throws {
        try withFolder { folder in
            func text(_ name: String, _ days: [Int]) -> String {
                "time,\(name)\n" + days.map { "\(TimeText.stamp(1_704_067_200 + Int64($0) * 86_400)),\($0)\n" }.joined()
            }
            try AtomicFile.write("\(folder)/shares.csv", text: text("shares", (0..<70).filter { $0 % 7 < 5 }))
            try AtomicFile.write("\(folder)/coins.csv", text: text("coins", Array(0..<70)))
            let series = try load(folder).series
            #expect(series.times.isRegular && series.times.count == 70 && series.missingCount == 20)
            let sunday = series.offset(time: 6, node: 0)
            #expect(series.observed[sunday] != series.observed[sunday + 1], "coins alone")
        }
    }

    @Test func `units that differ are refused, files of other kinds are told`() throws {
        try withFolder { folder in
            try AtomicFile.write("\(folder)/a.csv", text: "time;north\n;°C\n2024-01-01;1\n2024-01-02;2\n")
            try AtomicFile.write("\(folder)/b.csv", text: "time;south\n;°F\n2024-01-01;41\n2024-01-02;42\n")
            let error = #expect(throws: DataError.self) { try load(folder) }
            #expect(error?.message.contains("the unit °F") == true && error?.message.contains("°C") == true)
            try FileManager.default.removeItem(atPath: "\(folder)/b.csv")
            try AtomicFile.write("\(folder)/c.xlsx", text: "PK")
            let finding = try load(folder).quality.findings(.files).first
            #expect(finding?.severity == .warning && finding?.examples == ["c.xlsx"])
        }
    }

    // MARK: Archives

    @Test func `files of one name in two folders are two places`() throws {
        try withFolder { folder in
            let archive = Self.tar([
                ("north/data.csv", csv("value", day: 1)), ("south/data.csv", csv("value", day: 1, add: 9)),
            ])
            try AtomicFile.write("\(folder)/set.tar", bytes: archive)
            let series = try load("\(folder)/set.tar").series
            #expect(series.places.map(\.id) == ["north/data", "south/data"] && series[3, 1, 0] == 12)
        }
    }

    @Test func `a zip archive is its files of data`() throws {
        // Two files of data and one of words, as Python's zipfile writes them.
        let data = try ParquetFixtures.bytes("two.zip")
        try withFolder { folder in
            try AtomicFile.write("\(folder)/two.zip", bytes: Array(data))
            #expect(try load("\(folder)/two.zip").series.places.map(\.id) == ["north", "south"])
        }
    }

    /// As `tar` writes it.
    static func tar(_ members: [(name: String, text: String)], kind: Character = "0") -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, text) in members {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, _ at: Int) {
                for (index, byte) in text.utf8.enumerated() { header[at + index] = byte }
            }
            put(String(name.prefix(100)), 0)
            put("0000644\0", 100)
            put(String(format: "%011o", text.utf8.count) + "\0", 124)
            put("        ", 148)
            header[156] = kind.asciiValue ?? 48
            put("ustar\0" + "00", 257)
            let sum = header.reduce(0) { $0 + Int($1) }
            put(String(format: "%06o", sum) + "\0 ", 148)
            bytes += header + Array(text.utf8)
            bytes += [UInt8](repeating: 0, count: (512 - text.utf8.count % 512) % 512)
        }
        return bytes + [UInt8](repeating: 0, count: 1024)
    }

    @Test func `a tar archive is its files`() throws {
        try withFolder { folder in
            let archive = Self.tar([
                ("set/north.csv", csv("north", day: 1)), ("set/._north.csv", "junk"), ("set/README", "words"),
                ("set/south.csv", csv("south", day: 1, add: 7)),
            ])
            try AtomicFile.write("\(folder)/set.tar", bytes: archive)
            let loaded = try load("\(folder)/set.tar")
            #expect(loaded.series.places.map(\.id) == ["north", "south"])
            #expect(loaded.series[3, 1, 0] == 10)
        }
    }

    @Test func `damaged and hostile archives are errors`() throws {
        for (names, wanted) in [
            (["../../etc/a.csv", "b.csv"], "leads out"), (["/etc/a.csv"], "leads out"), (["a.csv", "a.csv"], "twice"),
        ] {
            let hostile = Self.tar(names.map { ($0, csv("north", day: 1)) })
            let error = #expect(throws: DataError.self) { try TarArchive(hostile, file: "t") }
            #expect(error?.message.contains(wanted) == true)
        }
        let sparse = Self.tar([("p", "22 GNU.sparse.major=1\n")], kind: "x")
        #expect(throws: DataError.self) { try TarArchive(sparse, file: "t") }
        let archive = Self.tar([("a.csv", csv("north", day: 1)), ("b.csv", csv("south", day: 1))])
        #expect(throws: DataError.self) { try TarArchive(Array(archive.prefix(700)), file: "t") }
        #expect(throws: DataError.self) { try TarArchive(Self.tar([("a", "text")], kind: "S"), file: "t") }
        var state: UInt64 = 9
        for _ in 0..<20_000 {
            var mutant = archive
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                mutant[Int(state >> 33) % 1536] = UInt8(truncatingIfNeeded: state >> 20)
            }
            let read = try? TarArchive(mutant, file: "t")
            #expect(read?.members.allSatisfy { $0.range.upperBound <= mutant.count } ?? true)
        }
    }
}
