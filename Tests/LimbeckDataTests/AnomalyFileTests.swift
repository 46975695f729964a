import LimbeckSeries
import Testing

@testable import LimbeckData

/// Labelled intervals and the steps they cover.
@Suite struct AnomalyFileTests {
    private func series(_ clock: TimeGrid.Clock = .local) -> Series {
        Series(
            name: "flow", times: TimeGrid(start: 1_704_067_200, step: 3600, count: 48, clock: clock),
            places: [Place(id: "a"), Place(id: "b")], channels: [Channel(name: "flow")],
            values: [Float](repeating: 1, count: 96))
    }

    private func read(_ text: String, _ series: Series? = nil) throws -> (anomalies: [Anomaly], outside: Int) {
        try AnomalyFile.parse(Array(text.utf8), file: "labels.csv", of: series ?? self.series())
    }

    @Test func `steps that begin within are covered, and of less than a step the one around it`() throws {
        let found = try read(
            """
            place,start,end,kind
            b,2024-01-01T03:00,2024-01-01T05:00,stuck
            a,2024-01-01 03:30,2024-01-01 05:30,jam
            a,2024-01-01T10:10,2024-01-01T10:20,jam
            a,2023-01-01,2023-01-02,jam
            a,2024-01-02T23:00,2024-02-01,drift

            """)
        #expect(
            found.anomalies == [
                Anomaly(node: 1, steps: 3..<5, kind: "stuck"), Anomaly(node: 0, steps: 4..<6, kind: "jam"),
                Anomaly(node: 0, steps: 10..<11, kind: "jam"), Anomaly(node: 0, steps: 47..<48, kind: "drift"),
            ])
        #expect(found.outside == 1)
    }

    @Test func `without places all are meant, and times of UTC are read as such`() throws {
        let found = try read("begin,until\n2024-01-01T02:00Z,2024-01-01T03:00Z\n", series(.utc))
        #expect(found.anomalies == [Anomaly(node: 0, steps: 2..<3), Anomaly(node: 1, steps: 2..<3)])
    }

    @Test func `what cannot be meant is one error, by name`() {
        func message(_ text: String) -> String {
            do { _ = try read(text) } catch { return "\(error)" }
            return ""
        }
        #expect(message("place,start\na,2024-01-01\n").contains("there is no column \"end\""))
        #expect(message("place,start,end\nc,2024-01-01,2024-01-02\n").contains("line 2: there is no place \"c\""))
        #expect(message("place,start,end\na,2024-01-02,2024-01-01\n").contains("line 2: ends at \"2024-01-01\""))
        #expect(message("place,start,end\na,soon,2024-01-01\n").contains("column \"start\": \"soon\" is no time"))
        #expect(message("place,start,end\na,2024-01-01T00:00Z,2024-01-02\n").contains("has an offset from UTC"))
        #expect(message("").contains("holds no rows"))
    }
}
