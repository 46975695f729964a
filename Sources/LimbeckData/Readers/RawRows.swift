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
    var values: [Float] = []

    init(file: String, width: Int, blockCount: Int = 1) {
        self.file = file
        self.width = width
        self.blockCount = blockCount
    }

    var count: Int { stamps.count }
    /// "line 17" or "row 17".
    func place(_ row: Int) -> String { "\(countsRows ? "row" : "line") \(lines[row])" }
    func block(_ row: Int) -> Int { blocks.isEmpty ? 0 : blocks[row] }
}
