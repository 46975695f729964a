import LimbeckONNX
import LimbeckRuntime

/// The indices of the calendar slots from the origin, in whole numbers.
///
/// All slots share one column of instants, one per step that any of them reads; each field is
/// computed for all of it, and a slot is a slice.
struct CalendarGraph {
    private let windowing: Windowing
    /// Steps from the origin, ascending.
    private let steps: [Int]
    private let origin: GraphValue
    private let dialect: GraphDialect
    private var known: [String: GraphValue] = [:]

    init(_ windowing: Windowing, origin: GraphValue, dialect: GraphDialect) {
        self.windowing = windowing
        self.origin = origin
        self.dialect = dialect
        steps = Set(windowing.slots.flatMap { $0.first..<$0.first + $0.count }).sorted()
    }

    /// `[count, 1]` for every slot.
    mutating func slots(_ graph: inout GraphBuilder) -> [GraphValue] {
        windowing.slots.map { slot in
            let all = field(slot.field, &graph)
            let start = steps.firstIndex(of: slot.first) ?? 0
            return graph.slice(all, axis: 0, start: start, length: slot.count)
        }
    }

    private mutating func field(_ field: CalendarSlot.Field, _ graph: inout GraphBuilder) -> GraphValue {
        switch field {
        case .hourOfDay: return divided(secondOfDay(&graph), 3600, &graph)
        case .stepOfDay: return divided(secondOfDay(&graph), windowing.step, &graph)
        case .weekday: return divided(secondOfWeek(&graph), 86_400, &graph)
        case .hourOfWeek: return divided(secondOfWeek(&graph), 3600, &graph)
        case .stepOfWeek: return divided(secondOfWeek(&graph), windowing.step, &graph)
        case .month, .dayOfMonth, .dayOfYear: return civil(field, &graph)
        case .weekOfYear:
            let days = combined(
                "Add", product(civil(.month, &graph), 31, &graph), civil(.dayOfMonth, &graph), &graph)
            return divided(product(days, 52, &graph), 372, &graph)
        }
    }

    // MARK: Local time

    /// The local wall clock in seconds since 1970: the instant, the first offset, and the change of
    /// every later offset that has begun.
    private mutating func local(_ graph: inout GraphBuilder) -> GraphValue {
        if let made = known["local"] { return made }
        let offsets = windowing.time.offsets
        let first = Int64(offsets.first?.seconds ?? 0)
        let distances = steps.map { Int64($0) &* windowing.step }
        let column = [steps.count, 1]
        var value = graph.add("Add", [origin, graph.integers(distances.map { $0 &+ first }, column)], column)
        let changes = zip(offsets.dropFirst(), offsets)
            .map { (instant: $0.instant, change: Int64($0.seconds - $1.seconds)) }
            .filter { $0.change != 0 }
        if !changes.isEmpty {
            let instants = graph.add("Add", [origin, graph.integers(distances, column)], column)
            let begun = graph.add(
                "GreaterOrEqual", [instants, graph.integers(changes.map(\.instant), [changes.count])],
                [steps.count, changes.count])
            let counted = graph.add("Cast", [begun], begun.shape, attributes: ["to": .integer(7)])
            let sum = graph.add(
                "MatMul", [counted, graph.integers(changes.map(\.change), [changes.count, 1])], column)
            value = graph.add("Add", [value, sum], column)
        }
        known["local"] = value
        return value
    }

    private mutating func secondOfDay(_ graph: inout GraphBuilder) -> GraphValue {
        dialect.hasLongIntegers ? remainder(local(&graph), 86_400, &graph) : clock(&graph).second
    }

    /// Whole days since 1970.
    private mutating func day(_ graph: inout GraphBuilder) -> GraphValue {
        if !dialect.hasLongIntegers { return clock(&graph).day }
        let midnight = combined("Sub", local(&graph), secondOfDay(&graph), &graph)
        return divided(midnight, 86_400, &graph)
    }

    /// Seconds since Monday 00:00; 1970 began on a Thursday.
    private mutating func secondOfWeek(_ graph: inout GraphBuilder) -> GraphValue {
        if dialect.hasLongIntegers {
            return remainder(sum(local(&graph), 3 * 86_400, &graph), 7 * 86_400, &graph)
        }
        let weekday = remainder(sum(day(&graph), 3, &graph), 7, &graph)
        return combined("Add", product(weekday, 86_400, &graph), secondOfDay(&graph), &graph)
    }

    /// The local wall clock as days since 1970 and seconds of the day, each within 32 bits: the
    /// instant `[2]`, the first offset, and the change of every later offset that has begun.
    private mutating func clock(_ graph: inout GraphBuilder) -> (day: GraphValue, second: GraphValue) {
        if let day = known["day"], let second = known["second"] { return (day, second) }
        let column = [steps.count, 1]
        let distances = steps.map { Days(Int64($0) &* windowing.step) }
        func moved(_ part: Int, _ by: [Int64]) -> GraphValue {
            let own = graph.slice(origin, axis: 0, start: part, length: 1)
            return graph.add("Add", [own, graph.integers(by, column)], column)
        }
        let instant = (day: moved(0, distances.map(\.day)), second: moved(1, distances.map(\.second)))
        let offsets = windowing.time.offsets
        var second = sum(instant.second, Int64(offsets.first?.seconds ?? 0), &graph)
        let changes = zip(offsets.dropFirst(), offsets)
            .map { (instant: Days($0.instant), change: Int64($0.seconds - $1.seconds)) }
            .filter { $0.change != 0 }
        if !changes.isEmpty {
            let table = [steps.count, changes.count]
            func less(_ value: GraphValue, _ begin: [Int64]) -> GraphValue {
                graph.add("Sub", [value, graph.integers(begin, [begin.count])], table)
            }
            // More than three days make no difference, and keep the product small.
            var days = less(instant.day, changes.map(\.instant.day))
            days = graph.add(
                "Max", [graph.add("Min", [days, graph.integers([3], [])], table), graph.integers([-3], [])], table)
            let seconds = less(instant.second, changes.map(\.instant.second))
            let since = combined("Add", product(days, 86_400, &graph), seconds, &graph)
            let begun = graph.add("GreaterOrEqual", [since, graph.integers([0], [])], table)
            let counted = graph.add("Cast", [begun], table, attributes: ["to": .integer(7)])
            let each = graph.add("Mul", [counted, graph.integers(changes.map(\.change), [changes.count])], table)
            let all = graph.add("ReduceSum", [each, graph.vector([1])], column, attributes: ["keepdims": .integer(1)])
            second = combined("Add", second, all, &graph)
        }
        let ofDay = remainder(second, 86_400, &graph)
        let carried = divided(combined("Sub", second, ofDay, &graph), 86_400, &graph)
        let day = combined("Add", instant.day, carried, &graph)
        (known["day"], known["second"]) = (day, ofDay)
        return (day, ofDay)
    }

    /// Seconds as whole days and the rest, which is not negative; days within 31 bits.
    private struct Days {
        var day, second: Int64

        init(_ seconds: Int64) {
            second = (seconds % 86_400 + 86_400) % 86_400
            day = min(max((seconds - second) / 86_400, -1 << 30), 1 << 30)
        }
    }

    // MARK: Civil dates

    /// Days-to-civil as in Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", within an
    /// era of 400 years that begins on 1 March.
    private mutating func civil(_ field: CalendarSlot.Field, _ graph: inout GraphBuilder) -> GraphValue {
        let days = sum(day(&graph), 719_468, &graph)
        let ofEra = remainder(days, 146_097, &graph)
        // yearOfEra = (d - d / 1460 + d / 36524 - d / 146096) / 365
        var rest = combined("Sub", ofEra, divided(ofEra, 1460, &graph), &graph)
        rest = combined("Add", rest, divided(ofEra, 36_524, &graph), &graph)
        rest = combined("Sub", rest, divided(ofEra, 146_096, &graph), &graph)
        let year = divided(rest, 365, &graph)
        // dayOfMarchYear = d - (365 y + y / 4 - y / 100)
        var begin = combined("Add", product(year, 365, &graph), divided(year, 4, &graph), &graph)
        begin = combined("Sub", begin, divided(year, 100, &graph), &graph)
        let day = combined("Sub", ofEra, begin, &graph)
        if field == .dayOfYear { return dayOfYear(day, year, &graph) }
        // Months from March: (5 day + 2) / 153.
        let month = divided(sum(product(day, 5, &graph), 2, &graph), 153, &graph)
        if field == .month { return remainder(sum(month, 2, &graph), 12, &graph) }
        let monthBegin = divided(sum(product(month, 153, &graph), 2, &graph), 5, &graph)
        return combined("Sub", day, monthBegin, &graph)
    }

    /// From the day since 1 March: January and February end that year, 306 days on; other months
    /// come 59 days, in leap years 60, after 1 January.
    private mutating func dayOfYear(
        _ day: GraphValue, _ year: GraphValue, _ graph: inout GraphBuilder
    ) -> GraphValue {
        let before = (0..<400).map { Int64($0 % 4 == 0 && ($0 % 100 != 0 || $0 == 0) ? 60 : 59) }
        let january = graph.add("Gather", [graph.integers(before, [400]), year], year.shape)
        let sameYear = combined("Add", day, january, &graph)
        let isEarly = graph.add("Less", [day, graph.integers([306], [])], day.shape)
        return graph.add("Where", [isEarly, sameYear, sum(day, -306, &graph)], day.shape)
    }

    // MARK: Arithmetic, each result once

    private mutating func divided(_ x: GraphValue, _ by: Int64, _ graph: inout GraphBuilder) -> GraphValue {
        by == 1 ? x : combined("Div", x, graph.integers([by], []), &graph)
    }

    /// From 0 to `by - 1`, for negative numbers too: ONNX's integer remainder has the divisor's sign.
    private mutating func remainder(_ x: GraphValue, _ by: Int64, _ graph: inout GraphBuilder) -> GraphValue {
        combined("Mod", x, graph.integers([by], []), &graph)
    }

    private mutating func product(_ x: GraphValue, _ by: Int64, _ graph: inout GraphBuilder) -> GraphValue {
        combined("Mul", x, graph.integers([by], []), &graph)
    }

    private mutating func sum(_ x: GraphValue, _ with: Int64, _ graph: inout GraphBuilder) -> GraphValue {
        with == 0 ? x : combined("Add", x, graph.integers([with], []), &graph)
    }

    private mutating func combined(
        _ operation: String, _ x: GraphValue, _ y: GraphValue, _ graph: inout GraphBuilder
    ) -> GraphValue {
        let key = "\(operation) \(x.name) \(y.name)"
        if let made = known[key] { return made }
        let made = graph.add(operation, [x, y], x.shape)
        known[key] = made
        return made
    }
}
