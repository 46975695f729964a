import Foundation
import LimbeckCompute

/// What a peer needs to compute the same step, and what it must find: raw little-endian float32 or
/// int32 files and `manifest.json` with their shapes.
struct Exchange {
    var folder: String

    func write(_ one: Case, _ step: Step) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var entries: [[String: Any]] = []
        func put(_ kind: String, _ name: String, _ shape: [Int], _ bytes: Data, integers: Bool = false) throws {
            let file = "\(entries.count).bin"
            try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
            entries.append([
                "kind": kind, "name": name, "shape": shape, "file": file, "type": integers ? "int32" : "float32",
            ])
        }
        for name in step.executable.inputNames {
            let isWhole = one.bounds[name] != nil
            let bytes =
                isWhole
                ? step.executable.indices(name).map { Data(buffer: $0) }
                : step.executable.input(name).map { Data(buffer: $0) }
            try put(
                "input", name, step.executable.shape(ofInput: name)?.extents ?? [], bytes ?? Data(), integers: isWhole)
        }
        for (name, constant) in one.constants.sorted(by: { $0.key < $1.key }) {
            try put(
                "constant", name, constant.shape.extents, constant.values.withUnsafeBufferPointer { Data(buffer: $0) })
        }
        _ = step.run()
        for entry in step.parameters.entries {
            let values = step.initial[entry.path] ?? []
            try put(
                entry.isTrainable ? "parameter" : "state", entry.path, entry.shape.extents,
                values.withUnsafeBufferPointer { Data(buffer: $0) })
            if let gradient = step.executable.gradient(entry.path) {
                try put(
                    "gradient", entry.path, entry.shape.extents, gradient.withUnsafeBufferPointer { Data(buffer: $0) })
            }
        }
        let manifest: [String: Any] = ["case": one.name, "loss": Double(step.loss), "entries": entries]
        try JSONSerialization.data(withJSONObject: manifest, options: [.sortedKeys])
            .write(to: URL(fileURLWithPath: "\(folder)/manifest.json"))
    }
}
