import Foundation

@testable import LimbeckData

/// Files written by `Tests/Golden/make_parquet.py`, and what they hold.
enum ParquetFixtures {
    struct Golden: Decodable {
        var tables: [[Column]]
        var files: [String: Int]
        var refused: [String: [String: String]]
    }

    /// A column as PyArrow reads it; null where it has no value.
    struct Column: Decodable {
        var name, kind: String
        var booleans: [Bool?]?
        var integers, moments: [Int64?]?
        var floats: [Float?]?
        var doubles: [Double?]?
        var texts: [String?]?
        var perSecond: Int64?
        var isUTC: Bool?
    }

    static let golden: Golden? = try? JSONDecoder().decode(Golden.self, from: Data(bytes("golden.json")))
    static let files = (golden?.files.keys).map { $0.sorted() } ?? []

    static func path(_ file: String) throws -> String {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures")
        guard let url = folder?.appendingPathComponent(file) else { throw CocoaError(.fileNoSuchFile) }
        return url.path
    }

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(file))))
    }
}

extension ParquetColumn {
    /// Rows with nil where they are null.
    func optional<Value>(_ values: [Value]) -> [Value?] {
        isPresent.isEmpty ? values : zip(values, isPresent).map { $1 ? $0 : nil }
    }

    var texts: [String?]? {
        guard case .texts(let texts, let codes) = values else { return nil }
        return (0..<codes.count).map { isPresent.isEmpty || isPresent[$0] ? texts[Int(codes[$0])] : nil }
    }

    /// What differs from the reference; nil where nothing does.
    func difference(_ expected: ParquetFixtures.Column) -> String? {
        func compare<Value: Equatable>(_ found: [Value?]?, _ wanted: [Value?]?) -> String? {
            guard let found, let wanted, expected.kind == kindName else {
                return "\(name): \(kindName), not \(expected.kind)"
            }
            guard found.count == wanted.count else { return "\(name): \(found.count) rows, not \(wanted.count)" }
            guard let row = found.indices.first(where: { found[$0] != wanted[$0] }) else { return nil }
            return
                "\(name), row \(row): \(found[row].map { "\($0)" } ?? "null"), not \(wanted[row].map { "\($0)" } ?? "null")"
        }
        switch values {
        case .booleans(let flags): return compare(optional(flags), expected.booleans)
        case .integers(let wholes): return compare(optional(wholes), expected.integers)
        case .floats(let floats): return compare(optional(floats), expected.floats)
        case .doubles(let doubles): return compare(optional(doubles), expected.doubles)
        case .texts: return compare(texts, expected.texts)
        case .moments(let counts, let perSecond, let isUTC):
            guard perSecond == expected.perSecond, isUTC == expected.isUTC else {
                return "\(name): \(perSecond) a second, UTC \(isUTC)"
            }
            return compare(optional(counts), expected.moments)
        }
    }

    private var kindName: String {
        switch values {
        case .booleans: "booleans"
        case .integers: "integers"
        case .floats: "floats"
        case .doubles: "doubles"
        case .moments: "moments"
        case .texts: "texts"
        }
    }
}
