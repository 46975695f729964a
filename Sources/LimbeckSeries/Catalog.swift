/// Things of one kind by name, in the order in which they are told: `.standard + [mine]`.
///
/// Recipes, command line, documents and conformance tests iterate catalogs; nothing lists by hand what one holds.
public struct Catalog<Entry: CatalogEntry>: Sendable {
    public var entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    public var names: [String] { entries.map(\.name) }

    /// Throws `Entry.error` with the known names for one that is not among them.
    public func entry(named name: String) throws -> Entry {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        throw Entry.error("There is no \(Entry.kind) \"\(name)\"; known are \(names.joined(separator: ", ")).")
    }

    /// With more entries behind; one of a name that is there takes its place.
    public static func + (catalog: Catalog, more: [Entry]) -> Catalog {
        var entries = catalog.entries
        for entry in more {
            if let same = entries.firstIndex(where: { $0.name == entry.name }) {
                entries[same] = entry
            } else {
                entries.append(entry)
            }
        }
        return Catalog(entries)
    }
}

/// What a catalog holds.
public protocol CatalogEntry: Sendable {
    /// As recipes and commands write it.
    var name: String { get }
    /// One sentence.
    var summary: String { get }
    /// What one is called in errors: "model".
    static var kind: String { get }
    /// As its module has them, of a name that no entry has.
    static func error(_ message: String) -> any Error
}
