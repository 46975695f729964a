import LimbeckCompute
import LimbeckONNX

/// Walks a graph once, in its order, and records what it computes from `input` at one batch size.
///
/// Shapes are numbers by then, so everything that is computed from them is computed at once.
final class GraphTracer {
    let model: ONNXModel
    let scope: Scope
    let opset: Int64
    private var values: [String: Value] = [:]
    private var folded = 0
    private var visits = 0
    /// By traced value: the value it is another order of, for transposes that cancel.
    var orders: [Int: (source: Tensor, permutation: [Int])] = [:]

    init(_ model: ONNXModel, _ scope: Scope) {
        self.model = model
        self.scope = scope
        opset = model.opsets[""] ?? 1
    }

    /// The graph's first output.
    func run(_ input: Tensor) throws -> Tensor {
        let graph = model.graph
        for tensor in graph.initializers { values[tensor.name] = .numbers(Numbers(tensor, isInitializer: true)) }
        if let name = graph.dataInputs.first?.name { values[name] = .tensor(input) }
        for node in graph.nodes { try run(node) }
        guard let output = graph.outputs.first else { throw ImportError(.malformed, "The graph has no output.") }
        guard let value = values[output.name] else {
            throw ImportError(.malformed, "Nothing in the graph makes its output \"\(output.name)\"; export it again.")
        }
        return try tensor(value, for: "the output \"\(output.name)\"")
    }

    /// A graph inside a node, which sees the values around it; its outputs.
    func run(_ graph: ONNXGraph, inputs: [Value]) throws -> [Value] {
        let around = values
        defer { values = around }
        for tensor in graph.initializers { values[tensor.name] = .numbers(Numbers(tensor)) }
        for (info, value) in zip(graph.dataInputs, inputs) { values[info.name] = value }
        for node in graph.nodes { try run(node) }
        return try graph.outputs.map { output in
            guard let value = values[output.name] else {
                throw ImportError(
                    .malformed, "Nothing in graph \(graph.name) makes \"\(output.name)\"; export it again.")
            }
            return value
        }
    }

    private func run(_ node: ONNXNode) throws {
        visits += 1
        guard visits <= ImportLimits.visits else {
            throw ImportError(.unsupported, "\(node.label): loops take more than \(ImportLimits.visits) steps.")
        }
        let inputs: [Value?] = try node.inputs.map { name in
            if name.isEmpty { return nil }
            guard let value = values[name] else {
                throw ImportError(
                    .malformed,
                    "\(node.label) reads \"\(name)\", which no input, initializer or earlier node gives; export the model again."
                )
            }
            return value
        }
        let site = NodeSite(node: node, inputs: inputs, tracer: self)
        guard let operation = SupportedOperations.all[node.operation], node.domain.isEmpty else {
            throw site.unsupported("the operation")
        }
        let results = try operation(site)
        for (name, value) in zip(node.outputs, results) where !name.isEmpty {
            if case .numbers(let numbers) = value { try count(numbers, node) }
            values[name] = value
        }
        guard scope.trace.operationCount <= ImportLimits.operations else {
            throw ImportError(
                .unsupported,
                "\(node.label): more than \(ImportLimits.operations) operations once recurrent layers are unrolled; use a smaller model."
            )
        }
    }

    private func count(_ numbers: Numbers, _ node: ONNXNode) throws {
        folded += numbers.count
        guard folded <= ImportLimits.folded else {
            throw ImportError(
                .unsupported,
                "\(node.label): the graph's constants have more than \(ImportLimits.folded) numbers; simplify the model."
            )
        }
    }

    /// A value as something that can be computed with.
    func tensor(_ value: Value, for reader: @autoclosure () -> String, isState: Bool = false) throws -> Tensor {
        switch value {
        case .tensor(let tensor): return tensor
        case .numbers(let numbers):
            guard ImportLimits.count(numbers.extents) != nil else {
                throw ImportError(
                    .malformed, "\(reader()): a constant of shape \(numbers.extents) cannot be computed with.")
            }
            let shape = Shape(numbers.extents)
            guard let name = numbers.parameter else { return scope.trace.constant(numbers.floats, shape) }
            let initial = Initializer.values(numbers.floats)
            return isState
                ? scope.state(name, shape, initial) : scope.parameter(name, shape, initial)
        }
    }
}

extension ONNXNode {
    /// `Conv "conv1"`.
    var label: String {
        let kind = domain.isEmpty ? operation : "\(domain).\(operation)"
        let place = name.isEmpty ? outputs.first ?? "" : name
        return "\(kind) \"\(place)\""
    }
}

extension ONNXGraph {
    /// Inputs that are no initializers.
    var dataInputs: [ONNXValueInfo] {
        let constants = Set(initializers.map(\.name))
        return inputs.filter { !constants.contains($0.name) }
    }
}
