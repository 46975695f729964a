/// What a tensor holds.
public enum ElementType: Hashable, Sendable { case float32, int32 }

public struct TensorType: Hashable, Sendable {
    public var shape: Shape
    public var element: ElementType

    public init(_ shape: Shape, _ element: ElementType = .float32) {
        self.shape = shape
        self.element = element
    }
}

/// A graph of typed operations with static shapes: the one description of a model that is
/// differentiated, optimised, executed, costed, exported and drawn.
///
/// Nodes are in topological order. A value: immutable once traced, and Sendable.
public struct Computation: Sendable {
    public struct Node: Sendable {
        public var operation: any Operation
        public var operands: [Int]
        public var type: TensorType
        /// The scope that made it, for example `student/block0/dense`.
        public var path: String
    }

    public var nodes: [Node] = []
    /// Named results, in the order they were declared.
    public var outputs: [(name: String, node: Int)] = []
    /// States that take a new value after the step, such as batch-norm statistics.
    public var assignments: [(state: String, node: Int)] = []
    public var parameters: [ParameterDeclaration] = []
    /// Gradients by parameter path, once differentiated.
    public var gradients: [(parameter: String, node: Int)] = []

    public init() {}

    public func output(_ name: String) -> Int? { outputs.first { $0.name == name }?.node }

    /// Every node something outside needs.
    var roots: [Int] {
        outputs.map(\.node) + assignments.map(\.node) + gradients.map(\.node)
    }

    /// FLOPs (multiply-add = 2) and bytes moved by one execution.
    public var cost: Cost {
        nodes.reduce(into: Cost()) { total, node in
            total += node.operation.cost(node.operands.map { nodes[$0].type }, node.type)
        }
    }
}

/// A trainable array or a state, named by its path.
public struct ParameterDeclaration: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case trainable
        /// Changed by assignments only, such as running statistics.
        case state
    }

    public var path: String
    public var shape: Shape
    public var initial: Initializer
    public var kind: Kind
}

/// Arithmetic and traffic of one operation or of a whole computation.
public struct Cost: Hashable, Sendable {
    /// Multiply-add counts as 2, any other arithmetic as 1, a transcendental as 1.
    public var flops = 0
    public var bytes = 0

    public init(flops: Int = 0, bytes: Int = 0) {
        self.flops = flops
        self.bytes = bytes
    }

    public static func += (left: inout Cost, right: Cost) {
        left.flops += right.flops
        left.bytes += right.bytes
    }
}
