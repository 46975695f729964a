import ArgumentParser
import Limbeck
import LimbeckData
import LimbeckEvaluation
import LimbeckSeries

/// Options of every command that reads data without a recipe.
struct DataOptions: ParsableArguments {
    @Option(help: "CSV, Parquet, NPY or NPZ with the readings, gzipped or not; or the name of an embedded data set.")
    var input: String

    @OptionGroup var reading: ReadingOptions

    /// Read as the student was trained: on its clock, where the data's zone is known.
    func load(for forecaster: StudentForecaster) throws -> LoadedSeries {
        var loaded = try reading.load(input, for: forecaster)
        // What is wrong with the series is said of its file.
        loaded.series.name = input
        return loaded
    }

    /// The readings as a student takes them: its places in its order, as far back as it looks.
    func readings(for student: StudentForecaster) throws -> Series {
        let loaded = try load(for: student)
        let series = try student.arranged(loaded.series)
        for finding in loaded.quality.findings where finding.severity == .repair {
            Console.note("repaired: \(finding.message)")
        }
        guard series.times.count >= student.history else {
            throw Failure(
                code: 1,
                message:
                    "\(input): has \(series.times.count) steps, the student reads \(student.history); give data that "
                    + "reaches further back.")
        }
        return series
    }
}

/// How a data file is to be read: what a recipe says under `data`.
struct ReadingOptions: ParsableArguments {
    @Option(help: "CSV of id, latitude, longitude, for data.")
    var coordinates: String?

    @Option(help: "IANA time zone of data, for example Pacific/Auckland.")
    var zone: String?

    @Option(help: "Spelling of \"not measured\" besides the usual ones; 0 for a number. Repeatable.")
    var missing: [String] = []

    @Option(
        name: .customLong("set"),
        help: """
            A key of a recipe's data: --set data.value=count, data.time, data.timeFormat, data.place, data.filter, \
            data.format, data.header, data.decimal, data.start, data.step, data.calendar, data.unit, data.delimiter. Repeatable.
            """)
    var assignments: [String] = []

    func validate() throws {
        for assignment in assignments where !assignment.hasPrefix("data.") || !assignment.contains("=") {
            throw ValidationError(
                "--set is \(assignment); give a key of a recipe's data, for example --set data.value=count.")
        }
    }

    /// - Parameters:
    ///   - input: a file, or an embedded data set's name.
    ///   - student: will read it, on its clock, zone and steps.
    func load(_ input: String, for student: StudentForecaster? = nil) throws -> LoadedSeries {
        var source = DataSource()
        if DatasetCatalog.standard.entries.contains(where: { $0.name == input }) {
            source.dataset = input
        } else {
            source.path = input
        }
        source.coordinates = coordinates ?? ""
        source.zone = zone ?? ""
        source.missing = missing
        let windowing = student?.windowing
        if let student, let windowing {
            let time = windowing.time
            switch windowing.spacing {
            case .regular:
                source.calendar = student.card.contains(StudentForecaster.observedRows) ? .observed : .regular
            case .months(let count, _): source.step = "\(count)mo"
            case .week: source.calendar = .observed
            }
            source.clock = time.clock == .utc ? .utc : .local
            // Bare stamps of the student's zone are led to its clock.
            if time.clock == .utc, source.zone.isEmpty, source.dataset.isEmpty { source.zone = time.zone }
        }
        if !assignments.isEmpty {
            let recipe = try RecipeNode(encoding: ["data": source]).yaml
            source = try Recipe(yaml: recipe, file: input, overrides: assignments).dataSource()
        }
        var loaded = try source.load(ahead: student?.shape.future ?? 0 > 0 ? student?.horizon ?? 0 : 0)
        // What the student reads ahead of its time and no source of its own tells, the file does.
        if let student, student.shape.future > 0 {
            let known = Set(student.names.channels.suffix(student.shape.future))
            let there = loaded.series.channels.map(\.name).filter(known.contains)
            try loaded.lead(there, by: student.horizon)
        }
        // A few days do not tell when a week is open, or how far rows mostly lie apart; the student knows.
        if let windowing, source.calendar == .observed, !loaded.series.times.rows.isEmpty {
            (loaded.series.times.spacing, loaded.series.times.step) = (windowing.spacing, windowing.step)
            loaded.quality.findings.removeAll { $0.kind == .calendar }
        }
        return loaded
    }
}
