/// A list of calendar indices that a program looks embeddings up with.
///
/// Entry `i` is `field` of the local wall clock `first + i` steps after the origin, the first
/// step that is forecast. The hour at the origin is `CalendarSlot(.hourOfDay)`; the weekdays of
/// a history of 24 steps are `CalendarSlot(.weekday, first: -24, count: 24)`.
public struct CalendarSlot: Hashable, Sendable {
    /// A field of the wall clock, counted from 0.
    public enum Field: UInt8, Hashable, Sendable, CaseIterable {
        /// 0–23.
        case hourOfDay
        /// Monday is 0.
        case weekday
        /// Monday 00:00 is 0, up to 167.
        case hourOfWeek
        /// January is 0.
        case month
        /// 0–30.
        case dayOfMonth
        /// January 1st is 0, up to 365.
        case dayOfYear
        /// Steps since local midnight; the step must divide a day.
        case stepOfDay
        /// Steps since Monday 00:00; the step must divide a day.
        case stepOfWeek
        /// 0–51: 52 parts of a year of twelve months of 31 days, so that a date has the same in every year.
        case weekOfYear

        /// Number of distinct indices at a step of `step` seconds; nil when undefined for it.
        public func cardinality(step: Int64) -> Int? {
            switch self {
            case .hourOfDay: return 24
            case .weekday: return 7
            case .hourOfWeek: return 168
            case .month: return 12
            case .dayOfMonth: return 31
            case .dayOfYear: return 366
            case .weekOfYear: return 52
            case .stepOfDay, .stepOfWeek:
                guard step > 0, step <= 86_400, 86_400 % Int(step) == 0 else { return nil }
                return 86_400 / Int(step) * (self == .stepOfDay ? 1 : 7)
            }
        }

        /// A step that divides a week, as a divisor.
        private static func seconds(_ step: Int64) -> Int { Int(min(max(step, 1), 604_800)) }

        /// The index at a local wall clock of `seconds` since 1970.
        public func index(local seconds: Int64, step: Int64) -> Int {
            let fields = CalendarFields(seconds)
            switch self {
            case .hourOfDay: return fields.hour
            case .weekday: return fields.weekday
            case .hourOfWeek: return fields.hourOfWeek
            case .month: return fields.month - 1
            case .dayOfMonth: return fields.day - 1
            case .dayOfYear: return fields.dayOfYear
            case .weekOfYear: return ((fields.month - 1) * 31 + fields.day - 1) * 52 / 372
            case .stepOfDay: return fields.secondOfDay / Self.seconds(step)
            case .stepOfWeek:
                return (fields.weekday * 86_400 + fields.secondOfDay) / Self.seconds(step)
            }
        }
    }

    public var field: Field
    /// Steps from the origin to the first entry; negative in the history.
    public var first: Int
    /// Number of consecutive steps.
    public var count: Int

    public init(_ field: Field, first: Int = 0, count: Int = 1) {
        self.field = field
        self.first = first
        self.count = count
    }
}

extension CalendarFields {
    var secondOfDay: Int { hour * 3600 + minute * 60 + second }
}
