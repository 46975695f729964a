/// A column's values as times, names and numbers, checked row by row; errors name the first row that is none.
extension ParquetColumn {
    struct Times {
        /// Seconds since 1970, one a row, fractions cut off.
        var seconds: [Int64]
        /// Count from 1970 in UTC.
        var isAbsolute: Bool
        /// Were whole numbers.
        var isCount: Bool
        /// The first row, from 1, with a fraction of a second.
        var fractionRow: Int?
    }

    /// Timestamps, dates, text as in CSV, or numbers as `parser` understands them.
    func times(file: String, parser: TimeParser = TimeParser()) throws -> Times {
        try checkComplete("time", file)
        var times: Times
        switch values {
        case .moments(let counts, let perSecond, let isUTC):
            let seconds = counts.map { count in
                let whole = count / perSecond
                return whole * perSecond > count ? whole - 1 : whole
            }
            times = Times(seconds: seconds, isAbsolute: isUTC, isCount: false)
            times.fractionRow = counts.firstIndex { $0 % perSecond != 0 }.map { $0 + 1 }
        case .integers(let counts): times = try numbered(counts.map { TimeNumber($0) }, file, parser)
        case .doubles(let counts) where parser.format != .auto:
            times = try numbered(
                counts.map { "\($0)" }.map { text in
                    var text = text
                    return text.withUTF8 { TimeNumber($0) } ?? TimeNumber(-1)
                }, file, parser)
        case .texts(let texts, let codes):
            times = Times(seconds: [], isAbsolute: false, isCount: true)
            var stamps = [Timestamp?](repeating: nil, count: texts.count)
            var isAbsolute: Bool?
            for (row, code) in codes.enumerated() {
                let text = texts[Int(code)]
                if stamps[Int(code)] == nil {
                    var copy = text
                    guard let stamp = copy.withUTF8({ parser.stamp($0) }) else {
                        throw error(.badTime, file, row + 1, parser.refusal(of: text))
                    }
                    if stamp.hasFraction, times.fractionRow == nil { times.fractionRow = row + 1 }
                    guard isAbsolute == nil || isAbsolute == stamp.isAbsolute else {
                        throw error(
                            .badTime, file, row + 1,
                            "\(quoted(text)) \(stamp.isAbsolute ? "has" : "lacks") an offset from UTC, unlike the times "
                                + "before; write all times one way")
                    }
                    isAbsolute = stamp.isAbsolute
                    times.isCount = times.isCount && Int64(text) != nil
                    stamps[Int(code)] = stamp
                }
                times.seconds.append(stamps[Int(code)]?.seconds ?? 0)
            }
            times.isAbsolute = isAbsolute ?? false
        case .doubles, .floats, .booleans:
            throw DataError(
                .badTime,
                "\(file), column \(quoted(name)): holds \(kindName), no times; write timestamps, text or whole seconds."
            )
        }
        // Far beyond every calendar, arithmetic with times would overflow.
        if let row = times.seconds.firstIndex(where: { $0.magnitude >= 1_000_000_000_000 }) {
            throw error(.badTime, file, row + 1, "the time lies beyond the year 30000; write seconds since 1970")
        }
        return times
    }

    private func numbered(_ counts: [TimeNumber], _ file: String, _ parser: TimeParser) throws -> Times {
        var times = Times(seconds: [], isAbsolute: true, isCount: true)
        times.seconds.reserveCapacity(counts.count)
        for (row, count) in counts.enumerated() {
            guard let stamp = parser.stamp(count) else {
                let text = count.fraction == 0 ? "\(count.isNegative ? -count.whole : count.whole)" : "\(count.value)"
                throw error(.badTime, file, row + 1, parser.refusal(of: text))
            }
            if row > 0, stamp.isAbsolute != times.isAbsolute {
                throw error(.badTime, file, row + 1, "the time is written in another way than those before")
            }
            times.isAbsolute = stamp.isAbsolute
            if stamp.hasFraction, times.fractionRow == nil { times.fractionRow = row + 1 }
            times.seconds.append(stamp.seconds)
        }
        return times
    }

    /// A row's cell as CSV would spell it.
    func text(_ row: Int) -> String {
        guard isPresent.isEmpty || isPresent[row] else { return "" }
        return switch values {
        case .booleans(let flags): "\(flags[row])"
        case .integers(let wholes): "\(wholes[row])"
        case .floats(let floats): "\(floats[row])"
        case .doubles(let doubles): "\(doubles[row])"
        case .moments(let counts, let perSecond, let isUTC):
            TimeText.stamp(counts[row] / perSecond) + (isUTC ? "Z" : "")
        case .texts(let texts, let codes): texts[Int(codes[row])]
        }
    }

    /// Names in the order in which rows first use them, and each row's number among them.
    func labels(file: String, what: String) throws -> (names: [String], numbers: [Int32]) {
        try checkComplete(what, file)
        var names: [String] = []
        switch values {
        case .texts(let texts, let codes):
            // Categories may stand in another order, and some may never be used.
            var numbers = [Int32](repeating: -1, count: texts.count)
            let rows = try codes.enumerated().map { row, code in
                if numbers[Int(code)] < 0 {
                    guard !texts[Int(code)].isEmpty else {
                        throw error(.missingColumn, file, row + 1, "no \(what); name one in every row")
                    }
                    numbers[Int(code)] = Int32(truncatingIfNeeded: names.count)
                    names.append(texts[Int(code)])
                }
                return numbers[Int(code)]
            }
            return (names, rows)
        case .integers(let wholes):
            var known: [Int64: Int32] = [:]
            var last: (whole: Int64, number: Int32)?
            let numbers = wholes.map { whole in
                if let last, last.whole == whole { return last.number }
                let number = known[whole] ?? Int32(truncatingIfNeeded: names.count)
                if known.updateValue(number, forKey: whole) == nil { names.append(String(whole)) }
                last = (whole, number)
                return number
            }
            return (names, numbers)
        case .moments, .doubles, .floats, .booleans:
            throw DataError(
                .badFormat,
                "\(file), column \(quoted(name)): holds \(kindName), no \(what)s; write text or whole numbers.")
        }
    }

    /// Numbers, NaN where a row is null, not a number, or spells "not measured". Throws `infinite` beyond single
    /// precision.
    func numbers(file: String, parser: CellParser = CellParser()) throws -> [Double] {
        var numbers: [Double]
        switch values {
        case .integers(let wholes): numbers = wholes.map { Double($0) }
        case .floats(let floats): numbers = floats.map { Double($0) }
        case .doubles(let doubles): numbers = doubles
        case .moments, .texts, .booleans:
            throw DataError(
                .badNumber,
                "\(file), column \(quoted(name)): holds \(kindName), no numbers; leave the column out or write numbers."
            )
        }
        for row in numbers.indices where parser.isMissing(numbers[row]) { numbers[row] = .nan }
        for row in isPresent.indices where !isPresent[row] { numbers[row] = .nan }
        if let row = numbers.firstIndex(where: { Float($0).isInfinite }) {
            throw error(.infinite, file, row + 1, "the value is infinite or too large; leave it out or correct it")
        }
        return numbers
    }

    /// Whole numbers, also where a writer made them real ones.
    func wholes(file: String, what: String) throws -> [Int] {
        try checkComplete(what, file)
        func whole(_ row: Int, _ value: Double) throws -> Int {
            guard let whole = Int(exactly: value) else {
                throw error(.badNumber, file, row + 1, "the \(what) \(value) is no whole number")
            }
            return whole
        }
        switch values {
        case .integers(let wholes): return wholes.map { Int($0) }
        case .doubles(let doubles): return try doubles.enumerated().map(whole)
        case .floats(let floats): return try floats.enumerated().map { try whole($0, Double($1)) }
        case .moments, .texts, .booleans:
            throw DataError(
                .badNumber, "\(file), column \(quoted(name)): holds \(kindName), no \(what)s; write whole numbers.")
        }
    }

    private func checkComplete(_ what: String, _ file: String) throws {
        if let row = firstNull { throw error(.missingColumn, file, row, "no \(what); write one in every row") }
    }

    private func error(_ code: DataError.Code, _ file: String, _ row: Int, _ what: String) -> DataError {
        DataError(code, "\(file), row \(row), column \(quoted(name)): \(what).")
    }

    private var kindName: String {
        switch values {
        case .booleans: "flags"
        case .integers: "whole numbers"
        case .floats, .doubles: "real numbers"
        case .moments: "times"
        case .texts: "text"
        }
    }
}
