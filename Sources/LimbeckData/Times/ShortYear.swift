import LimbeckSeries

/// Years of two digits: 31 to 99 are of the 1900s, 00 to 30 of the 2000s.
enum ShortYear {
    private static let last = 30

    static func full(_ year: Int) -> Int { year + (year <= last ? 2000 : 1900) }

    /// What to say of them, by an example.
    static func finding(_ text: String, _ stamp: Timestamp) -> QualityReport.Finding {
        .init(
            .dateOrder, .repair, count: 1,
            message: "years of two digits are read as \(full(last + 1)) to \(full(last)) (\(text) is "
                + "\(TimeText.stamp(stamp.seconds))); write four where they are others")
    }
}
