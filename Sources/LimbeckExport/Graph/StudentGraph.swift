import LimbeckONNX
import LimbeckRuntime

/// A student as a graph of ONNX's nodes, in the part of them that a dialect has:
///
///     readings  [T, N, C]   in original units, NaN for missing
///     origin    the first step that is forecast: [1] seconds, or [2] days and seconds of the day
///     forecast  [H, N, O]   in original units; a classifier's outputs as they are
struct StudentGraph {
    let dialect: GraphDialect
    let readings, origin, forecast: GraphValue
    let nodes: [ONNXNode]
    let initializers: [ONNXTensor]
    /// By name of a value.
    let shapes: [String: [Int]]
    /// By name of a value: the instruction that it comes from.
    let subjects: [String: String]

    /// Throws `refused` for a student that is not valid, `unsupportedOperation` for an instruction
    /// that the dialect cannot express.
    init(_ content: StudentContent, for dialect: GraphDialect) throws {
        do {
            _ = try Student(content, limits: ONNXExport.limits)
        } catch {
            throw ExportError(.refused, "The student cannot be exported: \(error.message)", cause: error)
        }
        guard content.tensors.reduce(0, { $0 + $1.count }) < Self.largestWeights else {
            throw ExportError(
                .refused,
                "The student's weights are over 1 GB, more than one \(dialect.name) file holds; use a smaller model.")
        }
        guard content.windowing.spacing == .regular || content.windowing.slots.isEmpty else {
            throw ExportError(
                .unsupportedOperation,
                """
                The student reads the calendar of steps that do not follow the clock (months, or the open times of a \
                week), which \(dialect.name) cannot be told; run it as a .limbeck file or as C, or distil a student \
                without a calendar, such as linear with a profile of no seasons (task.seasons: []).
                """)
        }
        self.dialect = dialect
        let shape = content.shape
        readings = GraphValue(name: "readings", shape: [shape.history, shape.nodes, shape.channels])
        origin = GraphValue(name: "origin", shape: [dialect.hasLongIntegers ? 1 : 2])
        var graph = GraphBuilder(dialect)
        let window = WindowGraph(content: content)
        graph.subject = "The calendar"
        var calendar = CalendarGraph(content.windowing, origin: origin, dialect: dialect)
        let slots = calendar.slots(&graph)
        graph.subject = "The window"
        let history = window.scaled(readings, slots: slots, &graph)
        var program = ProgramGraph(content, history: history, slots: slots, graph: graph)
        let outputs = try program.run(outputs: shape.outputCount)
        program.graph.subject = "The forecast"
        let result = window.unscaled(outputs, &program.graph)
        forecast = GraphValue(name: "forecast", shape: result.shape)
        (nodes, initializers) = program.graph.finished(
            [(result, forecast.name)], halves: content.tensors.contains { $0.isHalf })
        // Constants, casts of halves among them, have theirs from the builder.
        var shapes = program.graph.shapes
        for value in [readings, origin, forecast] { shapes[value.name] = value.shape }
        for tensor in initializers { shapes[tensor.name] = tensor.dimensions }
        self.shapes = shapes
        var subjects = program.graph.subjects
        subjects[forecast.name] = subjects[result.name]
        self.subjects = subjects
    }

    /// Floats; a file stays below 2³¹ bytes with room for the rest.
    private static let largestWeights = 1 << 28

    /// For a node that the format does not have.
    func unsupported(_ node: ONNXNode, _ reason: String) -> ExportError {
        let value = node.outputs.first { !$0.isEmpty } ?? node.name
        return ExportError(
            .unsupportedOperation,
            """
            \(subjects[value] ?? "The graph") cannot be written as \(dialect.name): its operation \
            \(node.operation) \(reason). Change that part of the program, or run the student as a .limbeck file.
            """)
    }
}

extension WeightTensor {
    fileprivate var isHalf: Bool {
        if case .float16 = self { true } else { false }
    }
}
