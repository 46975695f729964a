import LimbeckData
import LimbeckSeries
import Testing

/// Rules of events, and the labels they make, by hand.
@Suite struct EventRuleTests {
    /// One place, a step an hour from a Monday's midnight on.
    private func series(_ values: [Float], nodes: Int = 1) -> Series {
        Series(
            name: "road", times: TimeGrid(start: 345_600, step: 3600, count: values.count / nodes),
            places: (0..<nodes).map { Place(id: "p\($0)") }, channels: [Channel(name: "speed")], values: values)
    }

    private func labels(_ rule: String, _ values: [Float], training: Range<Int>? = nil) throws -> [Float?] {
        let series = series(values)
        let labels = try Labels(
            events: [("jam", EventRule(rule))], of: series, training: training ?? 0..<values.count)
        return zip(labels.truth.values, labels.truth.observed).map { $1 ? $0 : nil }
    }

    @Test func `an event is the next step that meets its condition, or one within so many`() throws {
        let values: [Float] = [9, 9, 1, 9, 9]
        #expect(try labels("speed < 5", values) == [0, 0, 1, 0, 0])
        // The last two steps have no three steps ahead of them.
        #expect(try labels("speed < 5 within 3h", values) == [1, 1, 1, nil, nil])
        #expect(try labels("speed < 5 within 2 steps", values) == [0, 1, 1, 0, nil])
    }

    @Test func `a run of steps must lie within the steps ahead as a whole`() throws {
        let values: [Float] = [9, 1, 9, 1, 1, 9, 9]
        #expect(try labels("speed < 5 for 2 steps", values) == [0, 0, 0, 1, 0, 0, nil])
        #expect(try labels("speed < 5 within 3 steps for 2 steps", values) == [0, 0, 1, 1, 0, nil, nil])
    }

    @Test func `what was not measured is unknown unless the rest decides`() throws {
        let values: [Float] = [9, .nan, 1, 9, .nan]
        #expect(try labels("speed < 5", values) == [0, nil, 1, 0, nil])
        #expect(try labels("speed < 5 within 2 steps", values) == [nil, 1, 1, nil, nil])
        // Of two steps in a row one that is too fast decides; beyond the end nothing is known.
        #expect(try labels("speed < 5 for 2 steps", values) == [0, nil, 0, 0, nil])
    }

    @Test func `it held with the last reading where a run ends there`() throws {
        let labels = try Labels(
            events: [("jam", EventRule("speed < 5 within 4 steps for 2 steps"))], of: series([1, 1, 9, 1, 9, 9]),
            training: 0..<6)
        let present = zip(labels.present.values, labels.present.observed).map { $1 ? $0 : nil }
        #expect(present == [nil, nil, 1, 0, 0, 0])
    }

    @Test func `what is usual is measured on training alone, of each place and hour`() throws {
        // Two days; the second is the test.
        let first = (0..<24).map { Float($0) }, second = (0..<24).map { _ in Float(10) }
        let usual = try labels("speed < 0.5 * median(hourOfDay)", first + second, training: 0..<24)
        #expect(usual[24...].map { $0 ?? -1 } == (0..<24).map { $0 > 20 ? 1 : 0 })
        // Quantiles lie between neighbours as NumPy's: of 0, 1, 2, 3 the 0.9 quantile is 2.7.
        #expect(try labels("speed > quantile(0.9)", [0, 1, 2, 3, 2.6, 2.8], training: 0..<4) == [0, 0, 0, 1, 0, 1])
        #expect(try labels("speed >= mean() + deviation()", [1, 3, 3, 1, 3], training: 0..<4) == [0, 1, 1, 0, 1])
    }

    @Test func `conditions join, and binds before or`() throws {
        let values: [Float] = [1, 4, 6, 9]
        #expect(try labels("speed < 2 or speed > 5 and speed < 8", values) == [1, 0, 1, 0])
        #expect(try labels("(speed + 1) * 2 > 10 and -speed > -8", values) == [0, 0, 1, 0])
    }

    @Test func `channels with blanks are quoted, and several are told apart`() throws {
        let rule = try EventRule("'wind speed' > 2 * mean(gust) or gust > quantile(0.99, weekday)")
        #expect(rule.channels == ["wind speed", "gust"])
    }

    @Test(arguments: [
        ("", "expected a number, a channel or what is usual, found the end (character 1)"),
        ("speed", "expected <, <=, >, >= or ==, found the end (character 6)"),
        ("speed < 5 within 6", "a length has a unit; write it as 30min, 2h, 1d or 6 steps (character 18)"),
        ("speed < 5 within 6 parsecs", "this is no length; write it as 30min, 2h, 1d or 6 steps (character 18)"),
        ("speed < 5 for 0 steps", "steps are whole, from 1 to 100,000 (character 15)"),
        ("1 < 2", "the comparison reads no channel, so it is always or never true (character 1)"),
        ("median() < 2", "of which channel? Write median(channel, …) (character 1)"),
        ("a + b < median()", "of which of a, b? Write median(channel, …) (character 9)"),
        (
            "speed < mode()",
            "\"mode\" is nothing that can be usual; there are mean, median, deviation, quantile (character 9)"
        ),
        ("speed < quantile()", "quantile of what share? Write quantile(0.9) (character 9)"),
        ("speed < quantile(7)", "a quantile lies between 0 and 1 (character 18)"),
        ("speed < 5 then", "expected and, or, within, for or the end, found \"then\" (character 11)"),
        ("speed < 5 for 1h for 1h", "for is said twice (character 18)"),
        ("speed < (5", "expected ), found the end (character 11)"),
        ("'speed < 5", "this name is not closed, or empty (character 1)"),
    ])
    func `a rule that cannot be read is refused with its place`(_ text: String, _ message: String) throws {
        do {
            _ = try EventRule(text)
            Issue.record("read: \(text)")
        } catch let error as DataError {
            #expect(error.message.split(separator: "\n").first.map(String.init) == message)
            #expect(error.message.hasSuffix("^"))
        }
    }

    @Test func `no text makes the parser trap`() {
        let words = [
            "speed", "<", "<=", "==", ">", "0.6", "*", "(", ")", "median", "quantile", "hourOfWeek", "within", "for",
            "30min",
            "2", "steps", "and", "or", "'", "\"", ",", "-", "+", "/", " ", "1e9", ".", "…", "within5", "e", "\u{0}",
        ]
        var random = CounterGenerator(seed: 11)
        for _ in 0..<20_000 {
            let text = (0..<random.next(below: 14)).map { _ in words[random.next(below: words.count)] }
                .joined(separator: random.next(below: 2) == 0 ? " " : "")
            _ = try? EventRule(text)
        }
        _ = try? EventRule(String(repeating: "(", count: 5000))
        #expect(throws: DataError.self) { try EventRule(String(repeating: "(", count: 1000) + "x") }
        #expect(throws: DataError.self) { try EventRule("-" + String(repeating: "-", count: 1500) + "x < 1") }
    }

    // MARK: Columns

    private func classes(_ values: [Float], ahead: Int = 1, training: Range<Int>? = nil) throws -> (
        Labels, [String: Int]
    ) {
        var unknown: [String: Int] = [:]
        let labels = try Labels(
            columns: ["speed"], of: series(values), ahead: ahead, training: training ?? 0..<values.count,
            unknown: &unknown)
        return (labels, unknown)
    }

    @Test func `a column of 0 and 1 is a label, one of whole numbers classes`() throws {
        let (label, _) = try classes([0, 1, .nan, 1])
        #expect(!label.areExclusive && label.names == ["speed"])
        #expect(label.truth.observed == [true, true, false, true])
        let (classes, unknown) = try classes([2, 5, 3, 2, 7], ahead: 0, training: 0..<4)
        #expect(classes.areExclusive && classes.names == ["speed 2", "speed 3", "speed 5"])
        // Of the step before the origin; the seven does not occur in training.
        #expect(classes.truth.values.dropFirst(3).prefix(3) == [1, 0, 0])
        #expect(classes.truth.values.dropFirst(6).prefix(3) == [0, 0, 1])
        #expect(unknown == [:])
        let (next, later) = try self.classes([2, 5, 3, 2, 7], training: 0..<4)
        #expect(later == ["speed 7": 1] && next.truth.observed.suffix(3) == [false, false, false])
    }

    @Test(
        arguments: [
            ([0.5, 1], "holds 0.5, which is no class"), ([3, 3], "is 3 throughout training"),
            (Array(repeating: Float.nan, count: 3), "was never measured in training"),
            ((0..<1200).map { Float($0) }, "has more than 1000 classes in training"),
        ] as [([Float], String)])
    func `a column that is no label is refused by name`(_ values: [Float], _ message: String) {
        do {
            _ = try classes(values)
            Issue.record("taken: \(message)")
        } catch {
            #expect("\(error)".contains("\"speed\" \(message)"), "\(error)")
        }
    }
}
