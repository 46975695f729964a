public import LimbeckONNX

/// What an ONNX file holds, before it is fitted to any data: what `limbeck import` prints.
public struct ImportSummary: Codable, Hashable, Sendable {
    public struct Axis: Codable, Hashable, Sendable {
        public var name: String
        public var shape: String
        public var element: String
    }

    public var producer: String
    public var opset: Int64
    public var inputs: [Axis]
    public var outputs: [Axis]
    /// How often each operation occurs.
    public var operations: [String: Int]
    /// Arrays of floats that training may change, and their numbers in all.
    public var parameterArrays: Int
    public var parameters: Int
    /// Nodes that cannot be taken in, as `operation "node"`.
    public var unsupported: [String]

    public init(_ file: ONNXModel) {
        let graph = file.graph
        func axis(_ info: ONNXValueInfo) -> Axis {
            Axis(name: info.name, shape: info.shapeText, element: "\(info.element)")
        }
        producer = file.producer
        opset = file.opsets[""] ?? 0
        inputs = graph.dataInputs.map(axis)
        outputs = graph.outputs.map(axis)
        operations = graph.nodes.reduce(into: [:]) { counts, node in
            counts[node.domain.isEmpty ? node.operation : "\(node.domain).\(node.operation)", default: 0] += 1
        }
        let trainable = graph.initializers.map { Numbers($0, isInitializer: true) }.filter { $0.parameter != nil }
        parameterArrays = trainable.count
        parameters = trainable.reduce(0) { $0 + $1.count }
        unsupported = SupportedOperations.unsupported(in: graph).map(\.label)
        duplicates = Dictionary(grouping: graph.initializers, by: \.name).filter { $0.value.count > 1 }.keys.sorted()
    }

    private var duplicates: [String]

    private enum CodingKeys: String, CodingKey {
        case producer, opset, inputs, outputs, operations, parameterArrays, parameters, unsupported
        case duplicates = "repeatedNames"
    }

    /// Throws one error that lists everything that cannot be taken in.
    public func check() throws {
        guard unsupported.isEmpty else {
            throw ImportError(
                .unsupported,
                "These operations are not supported: \(unsupported.joined(separator: ", ")). Export the model without them."
            )
        }
        guard duplicates.isEmpty else {
            throw ImportError(
                .malformed,
                "Several initializers are named \(duplicates.joined(separator: ", ")); export the model again.")
        }
        guard inputs.count == 1 else {
            throw ImportError(
                .unsupported,
                "The file has \(inputs.count) inputs (\(inputs.map(\.name).joined(separator: ", "))); a teacher reads one, the history. "
                    + "Export the model with the others as constants.")
        }
    }
}

extension ONNXValueInfo {
    /// `[batch, 12, 20, 1]`.
    var shapeText: String {
        "["
            + axes.map { axis in
                switch axis {
                case .fixed(let extent): "\(extent)"
                case .named(let name): name.isEmpty ? "?" : name
                }
            }.joined(separator: ", ") + "]"
    }

    var hasNamedAxis: Bool {
        axes.contains { $0.isNamed }
    }

    /// The layout fits the declared axes, with windows on a named one where there is any, else on one
    /// that the file was exported with for one window.
    func accepts(_ layout: AxisLayout, _ window: AxisLayout.Window) -> Bool {
        guard let one = layout.extents(batch: 1, window), let two = layout.extents(batch: 2, window),
            one.count == axes.count
        else { return false }
        return axes.indices.allSatisfy { index in
            guard case .fixed(let own) = axes[index] else { return true }
            return own == one[index] && (one[index] == two[index] || !hasNamedAxis)
        }
    }
}

extension ONNXGraph {
    var hasFixedBatch: Bool { dataInputs.first.map { !$0.hasNamedAxis } ?? false }
}

extension ONNXValueInfo.Axis {
    fileprivate var isNamed: Bool {
        guard case .named = self else { return false }
        return true
    }
}
