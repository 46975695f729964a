/// Where every value of a scheduled computation lives during a step.
///
/// Values that live at different times share memory: buffers are placed largest first at the
/// lowest offset free for their whole lifetime (greedy by size; Pisarchyk & Lee 2020). What only one
/// slab group reads and writes lives in its workers' memory, one slab at a time.
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
        /// Elements from the start of a worker's own memory.
        case local(Int)
    }

    private(set) var places: [Place]
    private(set) var arenaCount = 0
    /// Elements of each worker's own memory.
    private(set) var slabCount = 0
    private(set) var groups: [SlabGroup]
    private var arenaSlots: [Placement.Slot] = []
    /// Constants one after another.
    private(set) var constants: [Float] = []

    static let alignment = 16

    init(_ schedule: Schedule, gradientPlaces: [Int: Int]) {
        let computation = schedule.computation, nodes = computation.nodes
        groups = schedule.groups
        places = [Place](repeating: .arena(0), count: nodes.count)
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
                }
            }
        }
        var lifetimes = Lifetimes(computation)
        lifetimes.extend { owner($0) }
        takeOver(computation, &lifetimes)
        placeLocally(computation, lifetimes)

        let slots = computation.nodes.indices.filter { if case .arena = places[$0] { true } else { false } }
            .map { index in
                let size = Self.aligned(nodes[index].type.shape.count)
                return Placement.Slot(
                    index: index, size: size,
                    alive: begin(index)...max(begin(index), end(lifetimes.last[index], nodes.count)))
            }
        arenaSlots = slots
        let placement = Placement(slots)
        for (index, offset) in placement.offsets { places[index] = .arena(offset) }
        arenaCount = placement.count
    }

    static func aligned(_ count: Int) -> Int { (max(1, count) + alignment - 1) / alignment * alignment }

    /// The node whose memory this is.
    func owner(_ index: Int) -> Int {
        if case .view(let other, _) = places[index] { return owner(other) }
        return index
    }

    /// An accumulating operation takes over the memory of what it adds to, if that ends here.
    private mutating func takeOver(_ computation: Computation, _ lifetimes: inout Lifetimes) {
        let nodes = computation.nodes
        for (index, node) in nodes.enumerated() {
            guard let accumulator = node.operation.accumulator else { continue }
            let base = node.operands[accumulator], holder = owner(base)
            let others = node.operands.indices.filter { $0 != accumulator }.map { owner(node.operands[$0]) }
            guard lifetimes.last[holder] == index, case .arena = places[holder], !others.contains(holder),
                nodes[holder].type.shape.count == node.type.shape.count
            else { continue }
            if case .gradient = places[index] {
                places[holder] = places[index]
            } else {
                places[index] = .view(of: base, offset: 0)
                lifetimes.last[holder] = lifetimes.last[index]
            }
        }
    }

    /// What is alive where most of the arena is in use, the largest first.
    func fullest(_ computation: Computation) -> [Explanation.Value] {
        let moments = arenaSlots.map(\.alive.lowerBound)
        func use(_ moment: Int) -> Int { arenaSlots.reduce(0) { $0 + ($1.alive.contains(moment) ? $1.size : 0) } }
        guard let fullest = moments.max(by: { use($0) < use($1) }) else { return [] }
        return arenaSlots.filter { $0.alive.contains(fullest) }.sorted { ($1.size, $0.index) < ($0.size, $1.index) }
            .map {
                let node = computation.nodes[$0.index]
                return .init(
                    operation: node.operation.name, path: node.path, shape: node.type.shape, alive: $0.alive)
            }
    }

    // MARK: Slabs

    /// Elements that are worth keeping in a core's cache at a time.
    private static let slabBudget = 65_536

    /// Rows of a product that is worth packing its weights for.
    private static let leastRows = 192

    private mutating func placeLocally(_ computation: Computation, _ lifetimes: Lifetimes) {
        let nodes = computation.nodes
        for (number, group) in groups.enumerated() {
            // By owner: every member in its memory must write by rows, and every reader be a member.
            var isOpen = Set<Int>()
            for index in group.nodes {
                let owner = owner(index)
                guard group.nodes.contains(owner), case .arena = places[owner],
                    lifetimes.last[owner] < group.nodes.upperBound
                else { continue }
                if !sums(nodes, index) { isOpen.insert(owner) }
            }
            for index in group.nodes where sums(nodes, index) { isOpen.remove(owner(index)) }
            let rows = slabRows(nodes, group, rowSize: workingSet(nodes, group))
            groups[number].slabRows = rows
            let placement = Placement(
                isOpen.sorted().map {
                    Placement.Slot(
                        index: $0, size: Self.aligned(nodes[$0].type.shape.count / group.rows * rows),
                        alive: $0...max($0, lifetimes.last[$0]))
                })
            for (index, offset) in placement.offsets { places[index] = .local(offset) }
            slabCount = max(slabCount, placement.count)
        }
    }

    /// Numbers of one row that are in use at once: from where a value is first written or read in the
    /// group to where it is last.
    private func workingSet(_ nodes: [Computation.Node], _ group: SlabGroup) -> Int {
        var uses: [Int: ClosedRange<Int>] = [:]
        for index in group.nodes {
            let node = nodes[index], operandTypes = node.operands.map { nodes[$0].type }
            guard let slabbing = node.operation.slabbing(operandTypes, node.type),
                node.operation.viewOffset(operandTypes) == nil
            else { continue }
            let byRows = zip(node.operands, slabbing.reads).filter { $0.1 == .rows }.map(\.0)
            for value in byRows + (slabbing.isSum ? [] : [index]) {
                let owner = owner(value)
                uses[owner] = (uses[owner]?.lowerBound ?? index)...index
            }
        }
        var change = [Int](repeating: 0, count: group.nodes.count + 1)
        for (owner, use) in uses {
            let size = nodes[owner].type.shape.count / group.rows
            change[use.lowerBound - group.nodes.lowerBound] += size
            change[use.upperBound + 1 - group.nodes.lowerBound] -= size
        }
        var live = 0, most = 1
        for step in change {
            live += step
            most = max(most, live)
        }
        return most
    }

    private func sums(_ nodes: [Computation.Node], _ index: Int) -> Bool {
        let node = nodes[index]
        return node.operation.slabbing(node.operands.map { nodes[$0].type }, node.type)?.isSum ?? false
    }

    /// As many rows as the cache holds, but enough that a product is worth its packing.
    private func slabRows(_ nodes: [Computation.Node], _ group: SlabGroup, rowSize: Int) -> Int {
        var rows = max(1, Self.slabBudget / rowSize)
        for index in group.nodes {
            guard let product = nodes[index].operation as? MatMul else { continue }
            let extents = product.extents(nodes[index].operands.map { nodes[$0].type })
            guard extents.batch.rank == 0 else { continue }
            let each = max(1, (product.transposeA ? extents.k : extents.m) / group.rows)
            let least = min(256, max(Self.leastRows, extents.k * extents.n / 512))
            rows = max(rows, product.transposeA ? 1 : (least + each - 1) / each)
        }
        return min(rows, group.rows)
    }

    // MARK: Lifetimes

    /// Where the group begins that a node belongs to, or the node itself.
    private func begin(_ index: Int) -> Int { group(of: index)?.nodes.lowerBound ?? index }

    private func end(_ index: Int, _ count: Int) -> Int {
        index >= count ? count : group(of: index).map { $0.nodes.upperBound - 1 } ?? index
    }

    private func group(of index: Int) -> SlabGroup? {
        var (low, high) = (0, groups.count)
        while low < high {
            let middle = (low + high) / 2
            if groups[middle].nodes.upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < groups.count && groups[low].nodes.contains(index) ? groups[low] : nil
    }
}

/// The last node that reads each node's memory.
private struct Lifetimes {
    let computation: Computation
    var last: [Int]

    init(_ computation: Computation) {
        self.computation = computation
        last = Array(computation.nodes.indices)
    }

    /// A view's reader counts for what it views.
    mutating func extend(_ owner: (Int) -> Int) {
        for (index, node) in computation.nodes.enumerated() {
            for operand in node.operands {
                let holder = owner(operand)
                last[holder] = max(last[holder], index)
            }
        }
        for root in computation.roots { last[owner(root)] = computation.nodes.count }
    }
}

/// Buffers with lifetimes in one stretch of memory.
struct Placement {
    struct Slot {
        var index: Int
        var size: Int
        var alive: ClosedRange<Int>
    }

    private(set) var offsets: [(index: Int, offset: Int)] = []
    private(set) var count = 0

    init(_ slots: [Slot]) {
        var placed: [(begin: Int, end: Int, alive: ClosedRange<Int>)] = []
        for slot in slots.sorted(by: { ($1.size, $0.index) < ($0.size, $1.index) }) {
            var begin = 0
            let alive = placed.filter { $0.alive.overlaps(slot.alive) }
            for other in alive.sorted(by: { $0.begin < $1.begin }) where begin + slot.size > other.begin {
                begin = max(begin, other.end)
            }
            placed.append((begin, begin + slot.size, slot.alive))
            offsets.append((slot.index, begin))
            count = max(count, begin + slot.size)
        }
    }
}
