import LimbeckCompute
import LimbeckEvaluation
import LimbeckImport

/// The arrays of a safetensors file, as `limbeck import` prints them.
struct WeightsSummary: Encodable {
    struct Array: Encodable {
        var name, type: String
        var shape: [Int]
    }

    var arrays: [Array]
    var numbers: Int
    var metadata: [String: String]

    init(_ file: SafetensorsFile) {
        arrays = file.arrays.map { Array(name: $0.name, type: $0.element, shape: $0.shape) }
        numbers = file.arrays.reduce(0) { $0 + $1.count }
        metadata = file.metadata
    }

    var text: String {
        let notes = metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let table = TextTable(
            heading: ["array", "type", "shape"], rows: arrays.map { [$0.name, $0.type, "\($0.shape)"] })
        return ([table.text()] + notes + ["\(numbers) numbers in \(arrays.count) arrays"]).joined(separator: "\n")
    }
}

/// A teacher's parameters beside a file's arrays, and what is still to be said in the recipe.
struct WeightFitSummary: Encodable {
    struct Parameter: Encodable {
        var path: String
        var shape: [Int]
        /// The array that gives its values, and how its axes lie; nil where there is none.
        var from, axes: String?
        var problem: String?
        var proposals: [String]
    }

    var parameters: [Parameter]
    /// Without the file, from the training data.
    var measured: [String]
    var unused: [String]

    init(_ fit: WeightFit) {
        measured = fit.measured
        parameters =
            fit.matches.map {
                Parameter(
                    path: $0.path, shape: $0.shape.extents, from: $0.source.from,
                    axes: $0.source.axes.isEmpty ? nil : $0.source.axes, proposals: [])
            }
            + fit.missing.map {
                Parameter(
                    path: $0.path, shape: $0.shape.extents, problem: $0.reason, proposals: $0.proposals.map(\.yaml))
            }
        unused = fit.unused.map { "\($0.name) \($0.shape)" }
    }

    var text: String {
        let rows = parameters.map { one in
            let found = one.from.map { $0 + (one.axes.map { ", \($0)" } ?? "") }
            return [one.path, "\(one.shape)", found ?? "missing: \(one.problem ?? "")"]
        }
        var lines = [TextTable(heading: ["parameter", "shape", "in the file"], rows: rows).text()]
        if !measured.isEmpty { lines.append("measured on the training part: \(measured.joined(separator: ", "))") }
        if !unused.isEmpty { lines.append("unused: \(unused.joined(separator: ", "))") }
        let open = parameters.filter { $0.problem != nil }
        if open.isEmpty, unused.isEmpty {
            lines.append("everything fits")
        } else {
            lines.append("\(open.count) of \(parameters.count) parameters are missing, \(unused.count) arrays unused")
        }
        if open.contains(where: { !$0.proposals.isEmpty }) {
            lines += [
                "", "What fits by shape, for the recipe (choose where there are several):", "teacher:", "  names:",
            ]
            for one in open where !one.proposals.isEmpty {
                lines.append("    \(one.path): \(one.proposals[0])")
                lines += one.proposals.dropFirst().map { "    # or \($0)" }
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension WeightMap.Source {
    fileprivate var yaml: String { axes.isEmpty ? from : "{ from: \(from), axes: \"\(axes)\" }" }
}
