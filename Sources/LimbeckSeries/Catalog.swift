/// Things of one kind by name, in the order in which they are told: `.standard + [mine]`.
///
/// Recipes, command line, documents and conformance tests iterate catalogs; nothing lists by hand what one holds.
public struct Catalog<Entry: CatalogEntry>: Sendable {
    public var entries: [Entry]

    public init(_ entries: [Entry]) { self.entries = entries }

    public var names: [String] { entries.map(\.name) }

    /// Throws `Entry.unknown`, which lists the known ones.
    public func entry(named name: String) throws -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else { throw Entry.unknown(name, known: names) }
        return entry
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
    /// The error of a name that no entry has.
    static func unknown(_ name: String, known: [String]) -> any Error
}
