import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// One bad file, the code of its error and what the message must contain.
struct BadFile: Sendable, CustomTestStringConvertible {
    var what: String
    var text: String
    var code: DataError.Code
    var mentions: [String]
    var testDescription: String { what }
}

@Suite struct BadInputTests {
    static let rows = "time,a,b\n2024-01-01T00:00,1,2\n2024-01-01T01:00,3,4\n"

    static let files = [
        BadFile(what: "empty", text: "", code: .emptyFile, mentions: ["is empty"]),
        BadFile(what: "blank lines", text: "\n\n  \n", code: .emptyFile, mentions: ["no rows"]),
        BadFile(
            what: "header only", text: "time,a\n", code: .tooFewRows,
            mentions: ["0 rows", "at least 2"]),
        BadFile(
            what: "one row", text: "time,a\n2024-01-01,1\n", code: .tooFewRows,
            mentions: ["1 row"]),
        BadFile(
            what: "ragged row", text: rows + "2024-01-01T02:00,5\n", code: .raggedRow,
            mentions: ["line 4", "2 cells", "header has 3"]),
        BadFile(
            what: "ragged row behind a quoted line end",
            text: "time,\"a\nx\",b\n2024-01-01,1,2\n2024-01-02,1,2,3\n", code: .raggedRow,
            mentions: ["line 4", "4 cells"]),
        BadFile(
            what: "a word among numbers", text: rows + "2024-01-01T02:00,5,closed\n",
            code: .badNumber, mentions: ["line 4", "column \"b\"", "\"closed\"", "data.missing"]),
        BadFile(
            what: "a time that is none", text: rows + "01/02/2024,5,6\n", code: .badTime,
            mentions: ["line 4", "column \"time\"", "\"01/02/2024\"", "2024-03-01T06:00"]),
        BadFile(
            what: "a date that does not exist", text: rows + "2024-02-30,5,6\n", code: .badTime,
            mentions: ["line 4", "2024-02-30"]),
        BadFile(
            what: "an offset on some times only", text: rows + "2024-01-01T02:00Z,5,6\n",
            code: .badTime, mentions: ["line 4", "has an offset"]),
        BadFile(
            what: "infinity", text: rows + "2024-01-01T02:00,5,-inf\n", code: .infinite,
            mentions: ["line 4", "column \"b\"", "infinite"]),
        BadFile(
            what: "beyond single precision", text: rows + "2024-01-01T02:00,1e39,6\n",
            code: .infinite, mentions: ["line 4", "column \"a\"", "\"1e39\""]),
        BadFile(
            what: "no time column", text: "a,b\n1,2\n3,4\n", code: .badConfiguration,
            mentions: ["data.start", "data.time"]),
        BadFile(
            what: "only times", text: "time\n2024-01-01\n2024-01-02\n", code: .missingColumn,
            mentions: ["one per place"]),
        BadFile(
            what: "the same name twice", text: "time,a,a\n2024-01-01,1,2\n", code: .duplicateColumn,
            mentions: ["line 1", "\"a\"", "column 2", "column 3"]),
        BadFile(
            what: "a column without a name", text: "time,a,\n2024-01-01,1,2\n",
            code: .missingColumn, mentions: ["line 1", "column 3"]),
        BadFile(
            what: "an open quote", text: rows + "\"2024-01-01T02:00,5,6\n", code: .badFormat,
            mentions: ["line 4", "quote"]),
        BadFile(
            what: "a mistyped year", text: rows + "9024-01-01T02:00,5,6\n", code: .irregularTimes,
            mentions: ["9024", "mistyped"]),
        BadFile(
            what: "irregular times",
            text: "time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04T11:00,4\n",
            code: .irregularTimes, mentions: ["line 5", "resample"]),
        BadFile(
            what: "a long file without numbers",
            text: "time,place,v\n2024-01-01,a,x\n2024-01-02,a,y\n", code: .missingColumn,
            mentions: ["data.value"]),
        BadFile(
            what: "a latitude beyond the pole",
            text: "time,place,lat,lon,v\n2024-01-01,a,95,1,1\n2024-01-02,a,95,1,1\n",
            code: .badNumber, mentions: ["line 2", "column \"lat\"", "±90°"]),
        BadFile(
            what: "a place without a name",
            text: "time,place,v\n2024-01-01,a,1\n2024-01-02,,2\n", code: .missingColumn,
            mentions: ["line 3", "column \"place\""]),
    ]

    @Test(arguments: files)
    func `a bad file is one error that says where and what to do`(file: BadFile) throws {
        #expect {
            try load(file.text)
        } throws: { error in
            guard let error = error as? DataError else { return false }
            return error.code == file.code && error.message.contains("data.csv")
                && file.mentions.allSatisfy(error.message.contains)
                && !error.message.contains("\n")
        }
    }

    @Test func `a wrong path is named`() {
        var source = DataSource()
        source.path = "nowhere/data.csv"
        #expect {
            try source.load()
        } throws: { error in
            (error as? FileError)?.code == .notFound && "\(error)".contains("nowhere/data.csv")
        }
    }

    @Test func `settings are checked before a file is opened`() {
        func fails(_ mention: String, _ change: (inout DataSource) -> Void) {
            var source = DataSource()
            source.path = "nowhere.csv"
            change(&source)
            #expect { try source.load() } throws: { "\($0)".contains(mention) }
        }
        fails("keep one") { $0.dataset = "auckland" }
        fails("name a dataset") { $0.path = "" }
        fails("Mars/Olympus") { $0.zone = "Mars/Olympus" }
        fails("data.step") { $0.step = "often" }
        fails("data.start") { $0.start = "soon" }
    }

    @Test func `a named column that is not there is listed with those that are`() {
        #expect {
            try load(Self.rows) { $0.time = "stamp" }
        } throws: { "\($0)".contains("\"stamp\"") && "\($0)".contains("\"time\", \"a\", \"b\"") }
    }

    @Test(arguments: [
        ("1,0\n", "1 × 2, the data has 2 places"), ("1,0,0\n0,1,0\n0,0,1\n", "3 × 3"),
        ("1,0\n0\n", "line 2"), ("1,x\n0,1\n", "column 2: \"x\" is not a number"),
        ("1,inf\n0,1\n", "line 1, column 2"), ("1,-1\n0,1\n", "negative"),
        ("p,z\n1,0\n0,1\n", "\"z\", which is no place"), ("p,p\n1,0\n0,1\n", "twice"),
        ("from,to\np,z\n", "\"z\""), ("from,to\n1,2\n", "indices from 0 to 1"), ("", "no rows"),
    ])
    func `a graph that does not fit is an error`(text: String, mention: String) {
        let places = [Place(id: "p"), Place(id: "q")]
        #expect {
            try AdjacencyFile.parse(Array(text.utf8), file: "g.csv", places: places)
        } throws: { "\($0)".contains("g.csv") && "\($0)".contains(mention) }
    }

    @Test func `coordinates of other places are an error`() throws {
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/data.csv"
            source.coordinates = folder + "/where.csv"
            try AtomicFile.write(source.path, text: Self.rows)
            func fails(_ text: String, _ mention: String) throws {
                try AtomicFile.write(source.coordinates, text: text)
                #expect { try source.load() } throws: {
                    "\($0)".contains("where.csv") && "\($0)".contains(mention)
                }
            }
            try fails("id,lat,lon\nx,1,2\n", "none of the 2 places")
            try fails("id,lat\na,1\n", "\"longitude\"")
            try fails("id,lat,lon\na,1,200\n", "line 2, column \"lon\"")
            try fails("id,lat,lon\na,1,2\na,1,3\n", "line 3")
            try fails("id,lat,lon\na,1\n", "line 2")
        }
    }

    @Test func `a compression that is not read says what to run`() throws {
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/data.csv.bz2"
            try AtomicFile.write(source.path, bytes: [0x42, 0x5A, 0x68, 0x39])
            #expect { try source.load() } throws: { "\($0)".contains("bunzip2") }
        }
    }
}
