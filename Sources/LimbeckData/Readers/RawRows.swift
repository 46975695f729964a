/// Rows as a file gives them, before they are put on a regular grid.
///
/// A row holds `width` values for block `block`: in a wide file the only block is the whole step
/// (`width = N·C`), in a long file a block is a place (`width = C`).
struct RawRows {
    let file: String
    let width: Int
    var blockCount: Int
    var stamps: [Int64] = []
    var lines: [Int] = []
    /// What `lines` count: a table's rows, or lines of text.
    var countsRows = false
    /// Empty when there is one block.
    var blocks: [Int] = []
    /// Row-major, `width` a row; NaN where missing.
    private(set) var values: [Float] = []
    /// The line of the first row whose time had a fraction of a second.
    var fractionLine: Int?
    /// What single precision took from the values.
    private(set) var precision = PrecisionTally()

    init(file: String, width: Int, blockCount: Int = 1) {
        self.file = file
        self.width = width
        self.blockCount = blockCount
    }

    var count: Int { stamps.count }

    mutating func reserve(_ count: Int) { values.reserveCapacity(count) }

    /// The next value in row-major order, of the column with this number among all places and channels.
    mutating func append(_ value: Double, to column: Int) {
        values.append(precision.note(value, column))
    }

    /// All values of the rows at once, row-major.
    mutating func take(_ values: [Float], _ precision: PrecisionTally) {
        self.values = values
        self.precision = precision
    }

    /// "line 17" or "row 17".
    func place(_ row: Int) -> String { "\(countsRows ? "row" : "line") \(lines[row])" }
    func block(_ row: Int) -> Int { blocks.isEmpty ? 0 : blocks[row] }

    /// "line 17 (2024-03-01T06:00)" of the first few of some rows.
    func examples(_ chosen: [Int]) -> [String] {
        chosen.prefix(QualityReport.Finding.exampleLimit).map { "\(place($0)) (\(TimeText.stamp(stamps[$0])))" }
    }
}
