import LimbeckFiles
import LimbeckSeries

/// Where data comes from and how to read it: the `data` part of a recipe.
///
/// Either `dataset` or `path` is given; everything else may stay as it is for a file with a
/// header, a time column and one column per place, or with time, place and value columns.
public struct DataSource: Codable, Hashable, Sendable {
    /// An embedded data set by name, for example "auckland".
    public var dataset = ""
    /// A file: CSV, Parquet, NPY or NPZ, as it is or compressed with gzip, xz or zstd; or several, a file a place or a
    /// month: a folder, a pattern such as `stations/*.csv`, or a tar archive.
    public var path = ""
    /// A name of the catalog of readers, or `auto`.
    public var format = auto

    /// Further sources, of covariates or of more targets, each with keys of its own.
    public var sources: [DataSource] = []
    /// What a source holds.
    public var `as` = Role.targets
    /// How a further source's places and times become those of the first.
    public var join = JoinRule()

    /// Messages by time, and place where they name one, instead of numbers.
    public var text = TextChoice()

    /// The first line of a CSV.
    public var header = Header.auto

    /// The time column, or several that make a time (`Date,Hour`, `year,month,day,hour`), separated by commas;
    /// empty: found by its usual names, or as the first column of times.
    public var time = ""
    /// What a bare number in the time column means.
    public var timeFormat = TimeFormat.auto
    /// The place column of a long file, or several that name a place together (`row_id,column_id`); empty: found by
    /// its usual names.
    public var place = ""
    /// What each of several files is, where they hold the same columns.
    public var files = Files.auto
    /// Rows to keep, such as `parameter = pm25`; all must hold.
    public var filter: [String] = []
    /// Long: the value columns, separated by commas; empty: all that are numbers.
    /// Wide: the name of what the columns hold. NPZ: the array's name.
    public var value = ""

    /// A CSV of id, latitude, longitude; empty: none, or columns of a long file.
    public var coordinates = ""
    /// A CSV with an N×N matrix or edges `from,to,weight`; empty: none.
    public var adjacency = ""
    /// What the numbers of `adjacency` are.
    public var adjacencyKind = AdjacencyKind.auto

    /// The first step's time, for files without times (NPY, NPZ, CSV of bare values).
    public var start = ""
    /// Time between steps, such as "1h" or "5min"; empty: the most common one in the file.
    public var step = ""
    /// Whether steps follow the clock, or are the rows themselves.
    public var calendar = Calendar.auto
    /// IANA name such as "Pacific/Auckland": names a local clock, or leads from UTC to one.
    public var zone = ""
    /// The clock that stamps without an offset are kept on, where the zone is known.
    public var clock = Clock.auto
    /// The unit of the values, for example "count/h"; counts are then checked for negatives.
    public var unit = ""

    /// Columns of values to read of a wide file, by name or by a pattern such as `temp*`; empty: all.
    public var columns: [String] = []
    /// What the columns of a wide file are.
    public var columnsAre = Columns.auto
    /// Channels to keep, in this order, maybe with a unit and the name or number that the file has for them: `speed`,
    /// `speed [km/h]`, `speed [km/h] = channel2`; as many new names as there are channels rename them; empty: all.
    public var channels: [String] = []

    public var delimiter = Delimiter.auto
    /// The mark before decimals; the other one then groups thousands. `auto`: told from the file.
    public var decimal = Decimal.auto
    /// Spellings of "not measured" besides the usual ones (empty, NaN, NA, null, -, ?); one that
    /// is a number, such as "0" or "-9999", stands for that number.
    public var missing: [String] = []

    /// How much of a file is read at the most, unfolded: a guard against files that unfold without end.
    public var limit = "4GB"

    public init() {}

    public static let auto = "auto"

    public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
        /// What is to be forecast.
        case targets
        /// What is known up to now.
        case pastCovariates
        /// What is known ahead of the forecast: a timetable, planned events (an iCalendar file), a weather forecast.
        case futureCovariates
        /// What is known of each place for good: a CSV with a row per place, of numbers and words.
        case staticCovariates
    }

    public enum Header: String, Codable, Hashable, Sendable, CaseIterable {
        /// Names, unless every cell is a number or time that fits its column, which is refused.
        case auto
        /// Names, whatever they look like.
        case first
        /// None: the first line holds values, and columns are numbered from 0.
        case none
    }

    public enum Files: String, Codable, Hashable, Sendable, CaseIterable {
        /// Parts of one table, by place and time; where each holds one column under one name, a place. Refused where
        /// that would be a guess.
        case auto
        /// Parts of one table.
        case parts
        /// A place, called after the file; its columns are channels.
        case places
        /// A channel, called after the file; its columns are places.
        case channels
    }

    public enum Columns: String, Codable, Hashable, Sendable, CaseIterable {
        /// Places, or where their units differ the channels of one place.
        case auto
        case places, channels
    }

    public enum Decimal: String, Codable, Hashable, Sendable, CaseIterable {
        case auto, point, comma
    }

    public enum Calendar: String, Codable, Hashable, Sendable, CaseIterable {
        /// The rows, where they keep to the open times of a week (trading days, office hours); months, quarters or years
        /// where stamps do; else every step of the clock.
        case auto
        /// Every step from the first to the last; one without a row is missing.
        case regular
        /// The rows are the steps, whatever lies between them.
        case observed
    }

    public enum Clock: String, Codable, Hashable, Sendable, CaseIterable {
        /// The local one, unless rows of both hours that clocks show twice in autumn are told apart by their order:
        /// then UTC, so that both are kept.
        case auto
        /// The local one; of an hour shown twice the first is kept.
        case local
        /// UTC; an hour shown twice is the first where the order does not tell.
        case utc
    }

    public enum AdjacencyKind: String, Codable, Hashable, Sendable, CaseIterable {
        /// Told by the column's name; a matrix that looks like distances is refused.
        case auto
        /// The larger, the nearer.
        case weights
        /// The larger, the farther: weights are `exp(−d²/σ²)`.
        case distances
    }

    public enum Delimiter: String, Codable, Hashable, Sendable, CaseIterable {
        case auto, comma, semicolon, tab

        var byte: UInt8? {
            switch self {
            case .auto: nil
            case .comma: Byte.comma
            case .semicolon: Byte.semicolon
            case .tab: Byte.tab
            }
        }
    }

    /// Checks what can be checked without opening a file. Throws `badConfiguration`,
    /// `unknownName`.
    public func validate(_ catalogs: DataCatalogs = DataCatalogs()) throws {
        try validateSources(catalogs)
        if format != Self.auto { _ = try catalogs.readers.entry(named: format) }
        if dataset.isEmpty, path.isEmpty, !sources.isEmpty { return }
        guard dataset.isEmpty != path.isEmpty else {
            throw DataError(
                .badConfiguration,
                dataset.isEmpty
                    ? "data: name a dataset (such as auckland) or the path of a file."
                    : "data: both dataset \(quoted(dataset)) and path \(quoted(path)) are given; "
                        + "keep one.")
        }
        if !dataset.isEmpty { _ = try catalogs.datasets.entry(named: dataset) }
        if !zone.isEmpty { _ = try Zone(zone) }
        _ = try startStamp()
        if case .months? = try statedStep(), calendar == .observed {
            throw DataError(
                .badConfiguration,
                "data.step: \(quoted(step)) makes steps of months and data.calendar: observed of rows; keep one.")
        }
        _ = try limitBytes()
        _ = try channels.map(ChannelChoice.init)
    }

    private func validateSources(_ catalogs: DataCatalogs) throws {
        try text.check()
        try checkRole()
        _ = try join.metres()
        _ = try join.tolerance()
        for source in sources {
            guard source.sources.isEmpty else {
                throw DataError(
                    .badConfiguration, "data.sources: a source has sources of its own; list them side by side.")
            }
            try source.validate(catalogs)
        }
        let isNamed = !dataset.isEmpty || !path.isEmpty
        guard sources.isEmpty || isNamed || sources.contains(where: { $0.as == .targets }) else {
            throw DataError(
                .badConfiguration,
                "data.sources: all are covariates; one must hold what is to be forecast (as: targets, or data.path).")
        }
    }

    /// Text and facts of places stand beside readings, never for them.
    private func checkRole() throws {
        guard text.hashed == 0 || `as` == .pastCovariates || `as` == .futureCovariates else {
            throw DataError(
                .badConfiguration,
                "data.text: words are not forecast; say as: pastCovariates of a source in data.sources, or "
                    + "futureCovariates where they are known ahead.")
        }
        guard text.hashed > 0 || text.column.isEmpty else {
            throw DataError(
                .badConfiguration,
                "data.text.column: says where text is, but not by how many numbers to tell it; add hashed: 16.")
        }
        guard text.hashed == 0 || !path.isEmpty else {
            throw DataError(.badConfiguration, "data.text: is of a CSV of times and texts; give its path.")
        }
        guard `as` != .staticCovariates || !path.isEmpty else {
            throw DataError(.badConfiguration, "data: static covariates are a CSV with a row per place; give its path.")
        }
    }

    func startStamp() throws -> Timestamp? {
        guard !start.isEmpty else { return nil }
        guard let stamp = Timestamp(start) else {
            throw DataError(
                .badConfiguration,
                "data.start: \(quoted(start)) is no time; write it as 2024-03-01T00:00.")
        }
        return stamp
    }

    func limitBytes() throws -> Int {
        guard let bytes = ReadingLimit.bytes(limit) else {
            throw DataError(
                .badConfiguration, "data.limit: \(quoted(limit)) is no size; write it as 500MB or 16GB.")
        }
        return bytes
    }

    func statedStep() throws -> StatedStep? {
        guard !step.isEmpty else { return nil }
        if let months = TimeText.months(step) { return .months(months) }
        guard let seconds = TimeText.duration(step) else {
            throw DataError(
                .badConfiguration,
                "data.step: \(quoted(step)) is no duration; write it as 5min, 1h, 1d, 1mo, 1q or 1y.")
        }
        return .seconds(seconds)
    }
}

/// A step as `data.step` states it.
enum StatedStep: Hashable {
    case seconds(Int64)
    case months(Int)
}
