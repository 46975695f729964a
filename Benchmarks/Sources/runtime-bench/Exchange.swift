import LimbeckRuntime

/// What the peers build the same model from.
enum Exchange {
    /// Writes the student, its readings, scaler and calendar indices, and every weight as raw float32;
    /// `manifest.txt` has a line for each: name, then its shape.
    static func write(_ one: Case, to folder: String) throws {
        try Files.write(try StudentFile.encode(one.content), folder + "/student.limbeck")
        let shape = one.content.shape
        var lines = ["shape.in \(shape.history) \(shape.nodes) \(shape.channels)"]
        lines.append("shape.out \(shape.horizon) \(shape.nodes) \(shape.outputs)")
        try Files.write(one.readings, folder + "/readings.bin")
        try Files.write(one.content.scaler.center, folder + "/center.bin")
        try Files.write(one.content.scaler.spread, folder + "/spread.bin")
        let windowing = one.content.windowing
        let indices = windowing.slots.map { Int64(windowing.index($0, 0, origin: Case.origin)) }
        try Files.write(indices, folder + "/slots.bin")
        for weight in one.weights {
            try Files.write(weight.values, "\(folder)/\(weight.name).bin")
            lines.append(([weight.name] + weight.shape.map { "\($0)" }).joined(separator: " "))
        }
        try Files.write(Array((lines.joined(separator: "\n") + "\n").utf8), folder + "/manifest.txt")
    }
}
