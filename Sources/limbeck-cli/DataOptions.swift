import ArgumentParser
import LimbeckData
import LimbeckSeries

/// Options of every command that reads data without a recipe.
struct DataOptions: ParsableArguments {
    @Option(help: "CSV, NPY or NPZ with the readings, gzipped or not; or the name of an embedded data set.")
    var input: String

    @Option(help: "CSV of id, latitude, longitude.")
    var coordinates: String?

    @Option(help: "IANA time zone, for example Pacific/Auckland.")
    var zone: String?

    @Option(help: "Spelling of \"not measured\" besides the usual ones; 0 for a number. Repeatable.")
    var missing: [String] = []

    func load() throws -> LoadedSeries {
        var source = DataSource()
        if DatasetCatalog.standard.entries.contains(where: { $0.name == input }) {
            source.dataset = input
        } else {
            source.path = input
        }
        source.coordinates = coordinates ?? ""
        source.zone = zone ?? ""
        source.missing = missing
        var loaded = try source.load()
        // What is wrong with the series is said of its file.
        loaded.series.name = input
        return loaded
    }
}
