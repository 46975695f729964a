import LimbeckSeries
import Testing

@testable import LimbeckData

/// Rows that repeat a time, told apart by a column that is not read.
@Suite struct SeparationTests {
    private static let days = (1...9).map { "2024-01-0\($0)" }

    private static let openAQ =
        "time,location,parameter,value,unit\n"
        + days.enumerated().flatMap { day, time in
            ["a", "b"].flatMap { ["\(time),\($0),o3,0.0\(day + 1),ppm", "\(time),\($0),pm25,\(10 + day),µg/m³"] }
        }.joined(separator: "\n") + "\n"

    private static let load24 =
        "Date,Hour,Load\n"
        + days.prefix(4).enumerated().flatMap { day, date in
            (0..<24).map { "\(date),\($0),\(1000 + 37 * $0 % 500 + day)" }
        }.joined(separator: "\n") + "\n"

    private static let grid =
        "time,row_id,column_id,flow\n"
        + days.enumerated().flatMap { day, time in
            (0..<3).flatMap { row in (0..<2).map { "\(time),\(row),\($0),\(100 * row + 10 * $0 + day)" } }
        }.joined(separator: "\n") + "\n"

    @Test func `a parameter column is named, with a filter and a place of two columns`() throws {
        #expect {
            try load(Self.openAQ)
        } throws: {
            let text = "\($0)"
            return text.contains("\"parameter\"") && text.contains("data.filter: [\"parameter = o3\"]")
                && text.contains("data.place: location,parameter")
        }
        let filtered = try load(Self.openAQ) { $0.filter = ["parameter = pm25"] }
        #expect(filtered.series.places.map(\.id) == ["a", "b"])
        #expect(filtered.series.values.prefix(2) == [10, 10])
        #expect(filtered.quality.findings(.filteredRows).first?.count == 18)
        let both = try load(Self.openAQ) { $0.place = "location,parameter" }
        #expect(both.series.places.map(\.id) == ["a/o3", "a/pm25", "b/o3", "b/pm25"])
        #expect(both.series.values.prefix(4) == [0.01, 10, 0.01, 10])
    }

    @Test func `an hour beside a date is named, and both make the time`() throws {
        #expect {
            try load(Self.load24.replacing("Hour", with: "Hours"))
        } throws: { "\($0)".contains("\"Hours\"") && "\($0)".contains("data.time: Date,Hours") }
        // Called Hour, it is taken at once.
        #expect(try load(Self.load24).series.times.count == 96)
        let series = try load(Self.load24) { $0.time = "Date,Hour" }.series
        #expect(series.times.count == 96)
        #expect(series.times.step == 3600)
        #expect(series.places.map(\.id) == ["Load"])
        #expect(series.values[25] == Float(1000 + 37 + 1))
    }

    @Test func `a row and a column of a grid are named together`() throws {
        #expect {
            try load(Self.grid)
        } throws: {
            "\($0)".contains("\"row_id\" and \"column_id\"") && "\($0)".contains("data.place: row_id,column_id")
        }
        let series = try load(Self.grid) { $0.place = "row_id,column_id" }.series
        #expect(series.places.map(\.id) == ["0/0", "0/1", "1/0", "1/1", "2/0", "2/1"])
        #expect(series.values.prefix(6) == [0, 10, 100, 110, 200, 210])
    }

    @Test func `a column of words that tells places apart is no value and no loss`() throws {
        let text =
            "time,state,cases\n"
            + Self.days.enumerated().flatMap {
                ["\($0.element),Tyrol,\($0.offset)", "\($0.element),Styria,\(50 + $0.offset)"]
            }
            .joined(separator: "\n") + "\n"
        #expect { try load(text) } throws: { "\($0)".contains("\"state\"") && "\($0)".contains("data.place: state") }
        #expect(try load(text) { $0.place = "state" }.series.places.map(\.id) == ["Tyrol", "Styria"])
        let one = try load("time,state,cases\n2024-01-01,Tyrol,1\n2024-01-02,Tyrol,2\n2024-01-03,Tyrol,4\n")
        #expect(one.series.places.map(\.id) == ["cases"])
        #expect(one.quality.findings(.textColumns).first?.examples == ["state"])
    }

    @Test func `rows that nothing tells apart are refused, and a few repeats are a finding`() throws {
        let many = Self.days.flatMap { ["\($0),1", "\($0),2"] }.joined(separator: "\n")
        #expect { try load("time,a\n\(many)\n") } throws: { "\($0)".contains("no column tells them apart") }
        let few = (Self.days + ["2024-01-03"]).enumerated().map { "\($0.element),\($0.offset)" }.joined(separator: "\n")
        #expect(try load("time,a\n\(few)\n").quality.findings(.duplicateStamps).first?.count == 1)
        // The same rows twice say nothing else.
        let twice = (Self.days + Self.days).enumerated().map { "\($0.element),\($0.offset % 9)" }.joined(
            separator: "\n")
        #expect(try load("time,a\n\(twice)\n").series.times.count == 9)
    }

    @Test func `a filter that keeps nothing, or names no column, is an error`() {
        #expect { try load(Self.openAQ) { $0.filter = ["parameter = so2"] } } throws: {
            "\($0)".contains("no row has parameter = so2")
        }
        #expect { try load(Self.openAQ) { $0.filter = ["param = o3"] } } throws: { "\($0)".contains("\"parameter\"") }
        #expect { try load(Self.openAQ) { $0.filter = ["o3"] } } throws: { "\($0)".contains("data.filter") }
    }
}

@Suite struct MissingHeaderTests {
    @Test func `a time where the time column has its name is refused`() throws {
        let text = "2024-01-01,12,15\n2024-01-02,13,16\n2024-01-03,14,17\n"
        #expect { try load(text) } throws: { "\($0)".contains("data.header: none") && "\($0)".contains("line 1") }
        let series = try load(text) { $0.header = .none }.series
        #expect(series.places.map(\.id) == ["0", "1"])
        #expect(cells(series) == [12, 15, 13, 16, 14, 17])
    }

    @Test func `names that are numbers of their columns are refused`() throws {
        let text = "12,15,9\n13,16,8\n14,17,7\n"
        func source(_ header: DataSource.Header) -> (inout DataSource) -> Void {
            return {
                $0.start = "2024-01-01"
                $0.step = "1d"
                $0.header = header
            }
        }
        #expect { try load(text, source(.auto)) } throws: { "\($0)".contains("data.header: none") }
        #expect(try load(text, source(.none)).series.times.count == 3)
        #expect(try load(text, source(.first)).series.places.map(\.id) == ["12", "15", "9"])
    }

    @Test(arguments: ["773869,767541,767542\n", "0,1,2\n", "1,2,3\n"])
    func `numbers that name places are names`(header: String) throws {
        let series = try load(header + "1,2,3\n2,3,1\n3,1,2\n") {
            $0.start = "2024-01-01"
            $0.step = "1d"
        }.series
        #expect(series.times.count == 3)
    }
}

@Suite struct TextFileTests {
    @Test func `UTF-16 and Latin-1 are read, with a finding`() throws {
        let text = "time,Straße\n2024-01-01,1\n2024-01-02,2\n"
        func read(_ bytes: [UInt8]) throws -> LoadedSeries {
            var source = DataSource()
            source.path = "data.csv"
            return try source.read(bytes)
        }
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let latin = text.unicodeScalars.map { UInt8($0.value) }
        let all: [([UInt8], String)] = [
            ([0xFF, 0xFE] + little, "UTF-16"), ([0xFE, 0xFF] + big, "UTF-16"), (little, "UTF-16"),
            (latin, "Windows-1252"),
        ]
        for (bytes, name) in all {
            let loaded = try read(bytes)
            #expect(loaded.series.places.map(\.id) == ["Straße"])
            #expect(cells(loaded.series) == [1, 2])
            #expect(loaded.quality.findings(.encoding).first?.message.contains(name) == true)
        }
        #expect(try read(Array(text.utf8)).quality.findings(.encoding).isEmpty)
    }

    @Test(
        arguments: [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0], "HDF5"),
            (Array("CDF\u{01}".utf8) + [0, 0], "NetCDF"),
            ([0x80, 0x04, 0x95, 0], "pickle"), (Array("ARROW1".utf8) + [0, 0], "Feather"),
            (Array("MATLAB 5.0 MAT-file, Platform".utf8), "MATLAB"), (Array("%PDF-1.4".utf8), "PDF"),
            ([0x00, 0x01, 0x02, 0xFF, 0x00, 0xFE, 0x00], "no text"), (Array("<html>".utf8), "HTML"),
        ] as [([UInt8], String)])
    func `formats that are not read are called by name`(bytes: [UInt8], name: String) {
        var source = DataSource()
        source.path = "data.bin"
        #expect { try source.read(bytes) } throws: { "\($0)".contains("data.bin") && "\($0)".contains(name) }
    }

    @Test func `a line that names the delimiter is no header`() throws {
        let loaded = try load("sep=;\ntime;a,b\n2024-01-01;1\n2024-01-02;2\n")
        #expect(loaded.series.places.map(\.id) == ["a,b"])
        #expect { try load("sep=;\ntime;a\n2024-01-01;1\n2024-01-02;x1\n") } throws: { "\($0)".contains("line 4") }
    }

    @Test func `a file without times quotes the column that looks like them`() {
        #expect {
            try load("Datum,v\n01.02.2024 0h,1\n01.02.2024 1h,2\n")
        } throws: { "\($0)".contains("column \"Datum\"") && "\($0)".contains("01.02.2024 0h") }
    }

    @Test func `year, month and day in columns of their own are the time, and it is said`() throws {
        let loaded = try load("No,year,month,day,hour,v\n1,2024,1,1,5,7\n2,2024,1,1,6,8\n3,2024,1,1,7,8\n")
        #expect(loaded.quality.first == "2024-01-01T05:00")
        #expect(loaded.quality.findings(.timeColumns).first?.message.contains("year, month, day, hour") == true)
    }

    @Test func `times that fit no step are called that`() {
        let hours = [0, 1, 5, 20, 3, 17, 8, 14, 22]
        let text =
            "time,a\n"
            + (0..<9).map { "2024-01-0\($0 + 1)T\(hours[$0] < 10 ? "0" : "")\(hours[$0]):00,1" }.joined(separator: "\n")
        #expect { try load(text) } throws: { "\($0)".contains("no step fits") }
    }
}

@Suite struct AdjacencyKindTests {
    private static let places = ["p", "q", "r"].map { Place(id: $0) }

    private func graph(_ text: String, _ kind: DataSource.AdjacencyKind = .auto) throws -> [Float] {
        try AdjacencyFile.parse(Array(text.utf8), file: "g.csv", places: Self.places, kind: kind).dense
    }

    @Test func `a table's row numbers are no weights`() throws {
        let plain = try graph("from,to,weight\np,q,0.5\nq,r,0.25\n")
        #expect(try graph(",from,to,weight\n0,p,q,0.5\n1,q,r,0.25\n") == plain)
        #expect(try graph("Unnamed: 0,from,to,weight\n0,p,q,0.5\n1,q,r,0.25\n") == plain)
        #expect(plain[1] == 0.5 && plain[5] == 0.25)
        // Without a column of weights every edge weighs 1.
        #expect(try graph(",from,to\n0,p,q\n1,q,r\n")[1] == 1)
    }

    @Test func `the column of weights is found by its name`() throws {
        #expect(try graph("from,to,lanes,weight\np,q,3,0.5\nq,r,2,0.25\n")[1] == 0.5)
        let far = try graph("from,to,cost\np,q,100\nq,r,900\n")
        #expect(far[1] > far[5])
        #expect(try graph("from,to,lanes,cost\np,q,1,100\nq,r,5,900\n") == far)
        #expect { try graph("from,to,lanes,kind\np,q,3,1\nq,r,2,1\n") } throws: {
            "\($0)".contains("\"lanes\", \"kind\"")
        }
    }

    @Test(arguments: ["distance (m)", "distance_km", "Distance", "length_m", "km", "road distance", "travel_time"])
    func `names with units are distances`(name: String) throws {
        let dense = try graph("from,to,\(name)\np,q,100\nq,r,900\n")
        #expect(dense[1] > dense[5], "\(name)")
        #expect(dense[0] == 1)
    }

    @Test func `a matrix that looks like distances is asked about`() throws {
        let text = "0,100,900\n100,0,800\n900,800,0\n"
        #expect { try graph(text) } throws: { "\($0)".contains("data.adjacencyKind: distances") }
        let distances = try graph(text, .distances)
        #expect(distances[0] == 1 && distances[1] > 0.9 && distances[1] > distances[2])
        #expect(try graph(text, .weights)[2] == 900)
        #expect(try graph("0,1,0\n1,0,1\n0,1,0\n")[1] == 1)
    }
}
