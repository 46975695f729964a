import LimbeckRuntime
public import LimbeckSeries

/// What errors are told by beside the step ahead: the finest part of the calendar that steps go through.
public enum Course: String, Codable, Hashable, Sendable {
    case hour, weekday, month

    /// Hours for steps shorter than a day, days of the week for those shorter than a week, else months.
    public init(_ times: TimeGrid) {
        self = times.step < 86_400 ? .hour : times.step < 604_800 ? .weekday : .month
    }

    public var labels: [String] {
        switch self {
        case .hour: (0..<24).map(String.init)
        case .weekday: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        case .month: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        }
    }

    /// As in "Error by hour of the day".
    public var title: String {
        switch self {
        case .hour: "hour of the day"
        case .weekday: "day of the week"
        case .month: "month of the year"
        }
    }

    func index(_ times: TimeGrid, _ step: Int) -> Int {
        let fields = times.local(step)
        return switch self {
        case .hour: fields.hour
        case .weekday: fields.weekday
        case .month: fields.month - 1
        }
    }
}
