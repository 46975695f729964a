import LimbeckSeries
import Testing

@testable import LimbeckData

@Suite struct NumberMarksTests {
    private func column(_ cells: [String], _ change: (inout DataSource) -> Void = { _ in }) throws -> LoadedSeries {
        let rows = cells.enumerated().map { "2024-01-\($0.offset < 9 ? "0" : "")\($0.offset + 1);\($0.element)" }
        return try load("time;a\n" + rows.joined(separator: "\n") + "\n", change)
    }

    @Test func `points between thousands are that where decimals are commas`() throws {
        let loaded = try column(["974", "1.011", "30,5", "12.618,25"])
        #expect(cells(loaded.series) == [974, 1011, 30.5, 12_618.25])
        let finding = try #require(loaded.quality.findings(.decimalMarks).first)
        #expect(finding.message.contains("\"1.011\" in line 3"))
    }

    @Test func `commas between thousands are that where decimals are points`() throws {
        #expect(try cells(column(["974", "1,011", "30.5"]).series) == [974, 1011, 30.5])
        let quoted = "time,a\n2024-01-01,\"12,618\"\n2024-01-02,\"1,234,567\"\n2024-01-03,5\n"
        #expect(try cells(load(quoted).series) == [12_618, 1_234_567, 5])
    }

    @Test func `marks that contradict each other are refused with a line each`() {
        #expect { try column(["3,5", "4.25"]) } throws: {
            "\($0)".contains("line 2") && "\($0)".contains("line 3") && "\($0)".contains("decimal comma")
        }
        #expect { try column(["1.011", "2,022"]) } throws: { "\($0)".contains("data.decimal") }
    }

    @Test(arguments: [";", ","])
    func `always three digits behind the mark beside whole numbers is a finding`(delimiter: String) throws {
        let loaded = try load(
            "time;a\n2024-01-01;974\n2024-01-02;1.011\n2024-01-03;1.020\n".replacing(";", with: delimiter))
        #expect(cells(loaded.series) == [974, 1.011, 1.02])
        let finding = try #require(loaded.quality.findings(.decimalMarks).first)
        #expect(finding.count == 2)
        #expect(finding.message.contains("data.decimal: comma"))
        // Between semicolons they may be thousands without a smaller number, too.
        let text = "time;a\n2024-01-01;1.974\n2024-01-02;1.011\n".replacing(";", with: delimiter)
        #expect(try load(text).quality.findings(.decimalMarks).isEmpty == (delimiter == ","))
    }

    @Test(arguments: [
        ["0.974", "1"], ["1.5", "1.011", "2"], ["1", "2"], ["1e3", "2"], ["12.3456", "7"],
    ])
    func `ordinary decimals need no word`(cells: [String]) throws {
        #expect(try column(cells).quality.findings(.decimalMarks).isEmpty)
    }

    @Test func `data.decimal states the mark`() throws {
        #expect(try cells(column(["974", "1.011"]) { $0.decimal = .comma }.series) == [974, 1011])
        #expect(try cells(column(["974", "1,011"]) { $0.decimal = .point }.series) == [974, 1011])
        #expect { try column(["3.5", "4.25"]) { $0.decimal = .comma } } throws: {
            "\($0)".contains("line 2") && "\($0)".contains("data.decimal: point")
        }
    }

    @Test func `positions with points stand beside values with commas`() throws {
        let loaded = try load(
            "time;place;lat;lon;v\n2024-01-01;a;48.2082;16.3738;1,5\n2024-01-02;a;48.2082;16.3738;2,25\n")
        #expect(cells(loaded.series) == [1.5, 2.25])
        #expect(loaded.series.places[0].coordinate == Coordinate(latitude: 48.2082, longitude: 16.3738))
    }
}

@Suite struct PrecisionTests {
    @Test func `a meter whose steps are rounded away is reported`() throws {
        let rows = (0..<50).map { "2024-01-01T12:\($0 < 10 ? "0" : "")\($0),\(123_456_789 + $0),\($0)" }
        let loaded = try load("time,meter,load\n" + rows.joined(separator: "\n") + "\n")
        let finding = try #require(loaded.quality.findings(.lostDigits).first)
        #expect(finding.count == 1)
        #expect(finding.examples[0].contains("meter (up to 123,456,838, kept in steps of 8"))
    }

    @Test func `large values whose steps are kept need no word`() throws {
        let pressure = (1...9).map { "2024-01-0\($0),\(101_325 + 40 * $0),\(16_777_216 + 1000 * $0)" }
        let loaded = try load("time,pressure,meter\n" + pressure.joined(separator: "\n") + "\n")
        #expect(loaded.quality.findings(.lostDigits).isEmpty)
    }

    @Test func `places of a long file are told apart`() throws {
        let rows = (1...9).flatMap { ["2024-01-0\($0),a,\($0)", "2024-01-0\($0),b,\(1_000_000_000 + $0)"] }
        let loaded = try load("time,place,v\n" + rows.joined(separator: "\n") + "\n")
        #expect(loaded.quality.findings(.lostDigits).first?.examples.first?.hasPrefix("b ") == true)
    }
}
