import ArgumentParser
import Foundation
import LimbeckData
import LimbeckRuntime
import LimbeckSeries

/// The host's side of the device examples: makes their students, and says what each must forecast.
@main struct DeviceReference: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device-reference",
        abstract: "Makes the students that devices run, and compares what they forecast with this machine.",
        subcommands: [Make.self, Cut.self, Expect.self, Compare.self, CSV.self])
}

/// Fits and writes the students with the windows they are tried on.
struct Make: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write students and windows into a folder.")

    @Argument(help: "The folder.") var folder: String

    func run() throws {
        let fitted = try PedestrianStudent.fit()
        print(fitted.summary)
        let everything = EveryInstruction.student
        for (name, student, windows) in [
            ("pedestrians", fitted.content, fitted.windows),
            ("pedestrians-int8", try fitted.quantized, fitted.windows),
            ("everything", everything, EveryInstruction.windows),
        ] {
            let bytes = try StudentFile.encode(student)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).limbeck"))
            try Data(Windows.bytes(windows)).write(to: URL(fileURLWithPath: "\(folder)/\(name).windows"))
            print("\(name).limbeck: \(bytes.count) bytes, \(windows.count) windows")
        }
    }
}

/// Writes windows of the embedded data for a student that a recipe made of it.
struct Cut: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write windows of the embedded data for a student.")

    @Argument(help: "A .limbeck file.") var student: String
    @Argument(help: "The file to write.") var windows: String
    @Option(help: "How many.") var count = 4

    func run() throws {
        let shape = try Transcript.load(student).shape
        let series = try DatasetCatalog.standard.entry(named: "auckland").load().series
        guard shape.nodes == series.nodeCount, shape.channels == series.channelCount else {
            throw ReferenceError("\(student): reads other places or channels than the embedded data has.")
        }
        let distance = (series.times.count - shape.history) / (count + 1)
        let cut = (1...count).map { number in
            let origin = shape.history + number * distance
            return Window(
                origin: series.times.instant(origin),
                readings: Array(series.values[(origin - shape.history) * series.stepSize..<origin * series.stepSize]))
        }
        try Data(Windows.bytes(cut)).write(to: URL(fileURLWithPath: windows))
    }
}

/// Prints the transcript that a device prints.
struct Expect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forecast every window and print it.")

    @Argument(help: "A .limbeck file.") var student: String
    @Argument(help: "Its windows.") var windows: String

    func run() throws {
        for line in try Transcript.host(student: student, windows: windows) { print(line.text) }
    }
}

/// Fails when a device's transcript is not what this machine forecasts.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare a device's transcript with this machine's forecast of the same windows.")

    @Argument(help: "What the device printed.") var transcript: String
    @Argument(help: "A .limbeck file.") var student: String
    @Argument(help: "Its windows.") var windows: String
    @Option(help: "Largest difference of scaled values, that is in spreads of the node and channel.")
    var tolerance: Float = 1e-5
    @Option(help: "Compare so many windows from the first on; by default all.")
    var first: Int?

    func run() throws {
        let device = try Transcript.read(transcript)
        var host = try Transcript.host(student: student, windows: windows)
        if let first { host = Array(host.prefix(first)) }
        guard device.count == host.count else {
            throw ReferenceError("\(transcript): \(device.count) windows, expected \(host.count).")
        }
        let scaled = try Transcript.scaling(student: student)
        var worst: Float = 0
        for (number, pair) in zip(device, host).enumerated() {
            let (found, expected) = pair
            guard found.values.count == expected.values.count, found.repaired == expected.repaired else {
                throw ReferenceError("\(transcript): window \(number) has other counts than the host's.")
            }
            for index in expected.values.indices {
                let distance = (scaled(found.values[index], index) - scaled(expected.values[index], index)).magnitude
                guard distance <= tolerance else {
                    throw ReferenceError(
                        "\(transcript): window \(number), value \(index) is \(found.values[index]), the host's "
                            + "\(expected.values[index]): \(distance) spreads apart, allowed \(tolerance).")
                }
                worst = max(worst, distance)
            }
        }
        print("\(host.count) windows equal within \(worst) spreads")
    }
}

/// The readings of the first window as the demo page reads them.
struct CSV: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the first window's readings as CSV.")

    @Argument(help: "A .limbeck file.") var student: String
    @Argument(help: "Its windows.") var windows: String

    func run() throws {
        let one = try Transcript.load(student)
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: windows)))
        let window = try Windows.read(bytes, inputs: one.shape.inputCount)[0]
        let width = one.shape.nodes * one.shape.channels
        print("time," + one.names.places.joined(separator: ","))
        for step in 0..<one.shape.history {
            let instant = window.origin + Int64(step - one.shape.history) * one.windowing.step
            let time = Date(timeIntervalSince1970: Double(instant)).ISO8601Format()
            let cells = window.readings[step * width..<(step + 1) * width].map { $0.isNaN ? "" : "\($0)" }
            print(time + "," + cells.joined(separator: ","))
        }
    }
}

/// What went wrong, where, and what to do.
struct ReferenceError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
