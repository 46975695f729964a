import Foundation
public import LimbeckCompute
import LimbeckTesting

/// Reference numbers that `make_golden.py` wrote.
public enum Golden {
    public static func load<T: Decodable>(_ name: String, as type: T.Type = T.self) throws -> T {
        guard let url = Bundle.module.url(forResource: name, withExtension: "json") else {
            throw CocoaError(.fileNoSuchFile)
        }
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }
}

/// Row-major, in Limbeck's layout.
public struct GoldenArray: Decodable, Sendable {
    public var shape: [Int]
    public var values: [Float]

    public init(shape: [Int], values: [Float]) {
        self.shape = shape
        self.values = values
    }
}

/// Named arrays and how a model's own compare with them.
public typealias GoldenArrays = [String: GoldenArray]

extension Parameters {
    /// Sets every array; says which paths or shapes are not the model's own, and which of the
    /// model's are not among the arrays.
    public func set(_ arrays: GoldenArrays) -> [String] {
        var findings: [String] = []
        for (path, array) in arrays {
            guard let entry = entry(path), entry.shape.extents == array.shape else {
                findings.append("\(path): \(array.shape) in the reference, \(entry(path)?.shape.extents ?? []) here")
                continue
            }
            self[path] = array.values
        }
        for entry in entries where arrays[entry.path] == nil {
            findings.append("\(entry.path): not in the reference")
        }
        return findings.sorted()
    }

    /// What differs from the reference's values.
    public func findings(_ arrays: GoldenArrays) -> [String] {
        arrays.compactMap { path, array in
            closeness(self[path] ?? [], array.values).map { "\(path): \($0)" }
        }.sorted()
    }
}

extension Executable {
    /// What differs between the last run's gradients and the reference's.
    public func gradientFindings(_ arrays: GoldenArrays) -> [String] {
        arrays.compactMap { path, array in
            closeness(gradient(path) ?? [], array.values).map { "gradient of \(path): \($0)" }
        }.sorted()
    }

    /// What differs between an output and the reference.
    public func findings(_ output: String, _ array: GoldenArray) -> [String] {
        let values = self.output(output).map(Array.init) ?? []
        return closeness(values, array.values).map { ["\(output): \($0)"] } ?? []
    }
}
