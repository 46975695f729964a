import Foundation
import LimbeckFiles
import LimbeckSeries
import Testing

@testable import LimbeckData

/// Reads `text` as a file of its own.
func load(_ text: String, _ change: (inout DataSource) -> Void = { _ in }) throws -> LoadedSeries {
    try withFolder { folder in
        var source = DataSource()
        source.path = folder + "/data.csv"
        try AtomicFile.write(source.path, text: text)
        change(&source)
        return try source.load()
    }
}

/// NaN as nil, so that arrays compare.
func cells(_ series: Series) -> [Float?] { series.values.map { $0.isNaN ? nil : $0 } }

@Suite struct ReaderTests {
    @Test func `a wide file is one column per place`() throws {
        let loaded = try load("time,a,\"b, c\"\n2024-01-01T00:00,1,2\n2024-01-01T01:00,,4\n")
        #expect(loaded.series.places.map(\.id) == ["a", "b, c"])
        #expect(cells(loaded.series) == [1, 2, nil, 4])
        #expect(loaded.series.observed == [true, true, false, true])
        #expect(loaded.series.times.step == 3600)
        #expect(loaded.series.times.clock == .local)
        #expect(loaded.series.name == "data.csv")
        #expect(loaded.quality.missingByPlace == [1, 0])
    }

    @Test func `semicolons bring decimal commas`() throws {
        let loaded = try load("Datum;x\n2024-01-01;1,5\n2024-01-02;2\n2024-01-03;-0,25\n")
        #expect(cells(loaded.series) == [1.5, 2, -0.25])
        #expect(loaded.series.times.step == 86_400)
    }

    @Test func `a long file is a row per time and place`() throws {
        let loaded = try load(
            """
            timestamp,sensor_id,lat,lon,speed,flow
            2024-01-01 00:05,n2,1.5,2.5,10,100
            2024-01-01 00:00,n1,-1,-2,11,110
            2024-01-01 00:00,n2,1.5,2.5,12,NA
            2024-01-01 00:10,n1,-1,-2,13,130
            """)
        let series = loaded.series
        #expect(series.places.map(\.id) == ["n2", "n1"])
        #expect(series.channels.map(\.name) == ["speed", "flow"])
        #expect(series.times.count == 3)
        #expect(cells(series) == [12, nil, 11, 110, 10, 100, nil, nil, nil, nil, 13, 130])
        #expect(series.places[1].coordinate == Coordinate(latitude: -1, longitude: -2))
        // n2's first row comes after its second; n1's rows are in order.
        #expect(loaded.quality.findings(.unsortedStamps).map(\.count) == [1])
    }

    @Test func `columns can be named`() throws {
        let text = "when,who,junk,v,w\n2024-01-01,a,x,1,5\n2024-01-02,a,y,2,6\n"
        let loaded = try load(text) {
            $0.format = "csvLong"
            $0.time = "when"
            $0.place = "who"
            $0.value = "w, v"
        }
        #expect(loaded.series.channels.map(\.name) == ["w", "v"])
        #expect(cells(loaded.series) == [5, 1, 6, 2])
    }

    @Test func `stamps with an offset are kept in UTC and lead to local time`() throws {
        let loaded = try load(
            "t,ts,x\n1,2024-04-06T13:00Z,1\n2,2024-04-07T03:00+13:00,2\n3,2024-04-06T15:00Z,3\n"
        ) {
            $0.time = "ts"
            $0.zone = "Pacific/Auckland"
        }
        #expect(loaded.series.times.clock == .utc)
        // 02:00 happens twice: before and after the change at 14:00 UTC.
        #expect((0..<3).map { loaded.series.times.local($0).hour } == [2, 2, 3])
        #expect(loaded.quality.findings(.daylightSaving).isEmpty)
    }

    @Test func `bare values take start and step`() throws {
        let loaded = try load("773869,767541\n64.5,67\n0,68\n62,0\n") {
            $0.start = "2012-03-01T00:00"
            $0.step = "5min"
            $0.missing = ["0"]
        }
        #expect(cells(loaded.series) == [64.5, 67, nil, 68, 62, nil])
        #expect(loaded.series.times.step == 300)
        #expect(TimeText.stamp(loaded.series.times, 2) == "2012-03-01T00:10")
    }

    @Test func `gaps, duplicates and disorder are repaired and listed`() throws {
        let loaded = try load(
            """
            time,a,b
            2024-01-01T00:00,1,10
            2024-01-01T03:00,4,40
            2024-01-01T02:00,3,30
            2024-01-01T03:00,5,
            2024-01-01T02:00,,31
            2024-01-01T06:00,7,70
            2024-01-01T07:00,8,80
            """)
        #expect(
            cells(loaded.series) == [
                1, 10, nil, nil, 3, 30, 4, 40, nil, nil, nil, nil, 7, 70, 8, 80,
            ])
        let quality = loaded.quality
        #expect(quality.findings(.gap).map(\.count) == [2])
        #expect(quality.findings(.gap)[0].message.contains("3 steps"))
        #expect(
            quality.findings(.gap)[0].examples == [
                "2024-01-01T01:00 (1 step)", "2024-01-01T04:00 (2 steps)",
            ])
        #expect(quality.findings(.duplicateStamps).map(\.count) == [2])
        #expect(quality.findings(.duplicateStamps)[0].message.contains("2 cells"))
        #expect(quality.findings(.duplicateStamps)[0].examples[0] == "line 5 (2024-01-01T03:00)")
        #expect(quality.findings(.unsortedStamps).map(\.count) == [2])
        #expect(quality.findings.filter { $0.severity == .repair }.count == 3)
    }

    @Test func `daylight saving on a local clock is recognised`() throws {
        var text = "time,a\n"
        for hour in [0, 1, 3, 4, 5] { text += "2024-09-29T0\(hour):00,\(hour)\n" }
        let spring = try load(text) { $0.zone = "Pacific/Auckland" }
        #expect(spring.quality.findings(.daylightSaving).map(\.examples) == [["2024-09-29T02:00"]])
        #expect(spring.quality.findings(.gap).isEmpty)
        #expect(cells(spring.series) == [0, 1, nil, 3, 4, 5])

        text = "time,a\n"
        for (row, hour) in [0, 1, 2, 2, 3, 4].enumerated() {
            text += "2024-04-07T0\(hour):00,\(row)\n"
        }
        let autumn = try load(text) {
            $0.zone = "Pacific/Auckland"
            $0.clock = .local
        }
        #expect(autumn.quality.findings(.daylightSaving).map(\.count) == [1])
        #expect(autumn.quality.findings(.duplicateStamps).isEmpty)
        #expect(cells(autumn.series) == [0, 1, 2, 4, 5])
        #expect(autumn.series.times.clock == .local)
        // Without the zone nobody can know.
        #expect(try load(text).quality.findings(.duplicateStamps).map(\.count) == [1])
    }

    @Test func `a few stray stamps are left out and listed, many are an error`() throws {
        var text = "time,a\n"
        for step in 0..<300 {
            text += TimeText.stamp(Int64(step) * 3600) + ",\(step)\n"
            if step == 7 { text += "1970-01-01T07:30,99\n" }
            if step == 9 { text += "1970-01-01T09:59:58,98\n" }
        }
        let loaded = try load(text)
        #expect(loaded.series.times.count == 300)
        #expect(loaded.series.values[7] == 7)
        // Two seconds early is ten o'clock, seen before the row that says so.
        #expect(loaded.series.values[10] == 98)
        #expect(loaded.quality.findings(.offGridStamps).map(\.count) == [1, 1])
        #expect {
            try load("time,a\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-04T09:00,4\n")
        } throws: { error in
            (error as? DataError)?.code == .irregularTimes && "\(error)".contains("line 5")
        }
    }

    @Test func `silent, constant, far-out and negative columns are warned about`() throws {
        var text = "time,silent,flat,wild,below\n"
        for step in 0..<100 {
            let wild = step == 50 ? 100_000 : step % 7
            text +=
                TimeText.stamp(Int64(step) * 3600)
                + ",,5,\(wild),\(step % 5 - (step == 3 ? 9 : 0))\n"
        }
        let quality = try load(text) { $0.unit = "counts per hour" }.quality
        #expect(quality.findings(.silentPlace).map(\.examples) == [["silent"]])
        #expect(quality.findings(.constantPlace).map(\.examples) == [["flat (always 5.0)"]])
        #expect(quality.findings(.outliers).map(\.examples) == [["wild (1)"]])
        #expect(quality.findings(.negativeCounts).map(\.examples) == [["below (1)"]])
        #expect(quality.findings(.missingCells).map(\.count) == [100])
    }

    @Test func `coordinates and adjacency find their places`() throws {
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/data.csv"
            source.coordinates = folder + "/where.csv"
            source.adjacency = folder + "/graph.csv"
            try AtomicFile.write(source.path, text: "time,p,q\n2024-01-01,1,2\n2024-01-02,3,4\n")
            try AtomicFile.write(
                source.coordinates, text: "index,Sensor ID,Lng,Latitude\n0,q,3,4\n1,p,1,2\n")
            try AtomicFile.write(source.adjacency, text: ",q,p\nq,1,0.5\np,0,2\n")
            let series = try source.load().series
            #expect(
                series.places == [
                    Place(id: "p", coordinate: Coordinate(latitude: 2, longitude: 1)),
                    Place(id: "q", coordinate: Coordinate(latitude: 4, longitude: 3)),
                ])
            #expect(series.graph?.dense == [2, 0, 0.5, 1])
        }
    }

    @Test func `a place without coordinates is told with the name the file has instead`() throws {
        try withFolder { folder in
            var source = DataSource()
            source.path = folder + "/data.csv"
            source.coordinates = folder + "/where.csv"
            try AtomicFile.write(source.path, text: "time,Quay,Ring\n2024-01-01,1,2\n2024-01-02,3,4\n")
            try AtomicFile.write(source.coordinates, text: "id,lat,lon\nQuay,1,2\nRign,3,4\n")
            let finding = try #require(source.load().quality.findings(.noCoordinates).first)
            #expect(finding.message.contains("\"Rign\" that the data lacks"))
            #expect(finding.examples == ["Ring"])
        }
    }

    @Test(arguments: [
        "1,0.5\n0,2\n", "p,q\n1,0.5\n0,2\n", ",p,q\np,1,0.5\nq,0,2\n", "p,1,0.5\nq,0,2\n",
        "from,to,weight\np,p,1\np,q,0.5\nq,q,2\n", "source;target;w\n0;0;1\n0;1;0.5\n1;1;2\n",
        "id,q,p\nq,2,0\np,0.5,1\n",
    ])
    func `every spelling of one graph gives that graph`(text: String) throws {
        let places = [Place(id: "p"), Place(id: "q")]
        let graph = try AdjacencyFile.parse(Array(text.utf8), file: "g.csv", places: places)
        #expect(graph.dense == [1, 0.5, 0, 2])
    }

    @Test func `distances become weights by the Gaussian kernel`() throws {
        let places = ["a", "b", "c"].map { Place(id: $0) }
        let text = "from,to,cost\na,b,100\nb,c,500\nc,a,900\n"
        let graph = try AdjacencyFile.parse(Array(text.utf8), file: "g.csv", places: places)
        // σ² = (400² + 0 + 400²) / 3; exp(-10⁴/σ²) = 0.91051, exp(-25·10⁴/σ²) = 0.09598 < 0.1.
        #expect(graph.edges.map(\.source) == [0, 0, 1, 2])
        #expect(abs(graph.dense[1] - 0.910_51) < 1e-5)
        #expect([0, 4, 8].allSatisfy { graph.dense[$0] == 1 })
    }

    @Test func `a source survives being encoded`() throws {
        var source = DataSource()
        source.path = "x.csv"
        source.missing = ["0"]
        let encoder = JSONEncoder()
        let decoded = try JSONDecoder().decode(DataSource.self, from: encoder.encode(source))
        #expect(decoded == source)
    }
}
