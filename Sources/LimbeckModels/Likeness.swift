/// Which places vary together.
enum Likeness {
    /// Of each row the `count` others of the highest correlation, the highest first; by number where two are the same.
    ///
    /// N² products of rows: rows are to be short where places are many.
    static func nearest(_ rows: [[Float]], count: Int) -> [[Int]] {
        guard count > 0 else { return rows.map { _ in [] } }
        let standard = rows.map { row in
            let mean = row.reduce(0, +) / Float(max(1, row.count))
            let length = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
            return row.map { length > 0 ? ($0 - mean) / length : 0 }
        }
        return rows.indices.map { place in
            let others = rows.indices.filter { $0 != place }.map { other in
                (other, zip(standard[place], standard[other]).reduce(Float(0)) { $0 + $1.0 * $1.1 })
            }
            return others.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(count).map(\.0)
        }
    }
}
