/// Where every value of a computation lives during a step.
///
/// Values that live at different times share memory: buffers are placed largest first at the
/// lowest offset free for their whole lifetime (greedy by size; Pisarchyk & Lee 2020).
struct MemoryPlan {
    enum Place: Hashable {
        /// Elements from the start of the arena.
        case arena(Int)
        case input(String)
        case parameter(String)
        /// Elements from the start of the gradient slab.
        case gradient(Int)
        case constant(Int)
        /// Another node's memory, from this many elements in.
        case view(of: Int, offset: Int)
    }

    private(set) var places: [Place]
    private(set) var arenaCount = 0
    /// Constants one after another.
    private(set) var constants: [Float] = []

    private static let alignment = 16

    init(_ computation: Computation, gradientPlaces: [Int: Int]) {
        let nodes = computation.nodes
        places = [Place](repeating: .arena(0), count: nodes.count)
        var lastUse = Array(nodes.indices)
        var pending: [Int] = []

        for (index, node) in nodes.enumerated() {
            switch node.operation {
            case let input as Input: places[index] = .input(input.name)
            case let parameter as Parameter: places[index] = .parameter(parameter.path)
            case let constant as Constant:
                places[index] = .constant(constants.count)
                constants += constant.values
                while constants.count % Self.alignment != 0 { constants.append(0) }
            default:
                if let offset = node.operation.viewOffset(node.operands.map { nodes[$0].type }) {
                    places[index] = .view(of: node.operands[0], offset: offset)
                } else if let offset = gradientPlaces[index] {
                    places[index] = .gradient(offset)
                } else {
                    pending.append(index)
                }
            }
        }

        // A value lives until its last reader, a view's reader counting for what it views.
        func owner(_ index: Int) -> Int {
            if case .view(let other, _) = places[index] { return owner(other) }
            return index
        }
        for (index, node) in nodes.enumerated() {
            for operand in node.operands {
                let holder = owner(operand)
                lastUse[holder] = max(lastUse[holder], index)
            }
        }
        for root in computation.roots { lastUse[owner(root)] = nodes.count }

        // An accumulating operation takes over the memory of what it adds to, if that ends here.
        for (index, node) in nodes.enumerated() {
            guard let accumulator = node.operation.accumulator else { continue }
            let base = node.operands[accumulator], holder = owner(base)
            let others = node.operands.indices.filter { $0 != accumulator }.map { owner(node.operands[$0]) }
            guard lastUse[holder] == index, case .arena = places[holder], !others.contains(holder),
                nodes[holder].type.shape.count == node.type.shape.count
            else { continue }
            if case .gradient = places[index] {
                places[holder] = places[index]
            } else {
                places[index] = .view(of: base, offset: 0)
                lastUse[holder] = lastUse[index]
            }
        }
        pending.removeAll {
            if case .arena = places[$0] { false } else { true }
        }

        var placed: [(begin: Int, end: Int, first: Int, last: Int)] = []
        let bySize = pending.sorted {
            (nodes[$1].type.shape.count, $0) < (nodes[$0].type.shape.count, $1)
        }
        for index in bySize {
            let count = nodes[index].type.shape.count
            let size = (max(1, count) + Self.alignment - 1) / Self.alignment * Self.alignment
            var begin = 0
            let alive = placed.filter { $0.first <= lastUse[index] && index <= $0.last }
            for other in alive.sorted(by: { $0.begin < $1.begin }) where begin + size > other.begin {
                begin = max(begin, other.end)
            }
            placed.append((begin, begin + size, index, lastUse[index]))
            places[index] = .arena(begin)
            arenaCount = max(arenaCount, begin + size)
        }
    }
}
