/// The order of execution: groups of operations that share their rows run slab by slab together.
///
/// A group begins at the first operation that can be cut into rows and takes in, from those that
/// follow, each that reads no more than the same rows of what the group computes. What these need
/// besides runs before the group, everything else after it.
struct Schedule {
    /// In the order of execution; the nodes of a group follow each other.
    let computation: Computation
    private(set) var groups: [SlabGroup] = []

    /// Everything apart, in the order traced.
    init(unscheduled computation: Computation) { self.computation = computation }

    init(_ traced: Computation, workers: Int) {
        var scheduler = Scheduler(traced, workers: workers)
        scheduler.run()
        var renamed = [Int](repeating: -1, count: traced.nodes.count)
        for (to, from) in scheduler.order.enumerated() { renamed[from] = to }
        let nodes = scheduler.order.map { from in
            var node = traced.nodes[from]
            node.operands = node.operands.map { renamed[$0] }
            return node
        }
        computation = traced.rebuilt(nodes, renamed)
        groups = scheduler.groups
    }
}

private struct Scheduler {
    let computation: Computation
    let isView: [Bool]
    let slabbings: [Slabbing?]
    let minimumRows: Int
    var order: [Int] = []
    var groups: [SlabGroup] = []

    /// A value whose single row is larger is not worth keeping in a cache.
    private static let largestRow = 65_536
    /// Operations that are looked at after the last that joined.
    private static let reach = 150

    private enum Task {
        case nodes([Int])
        case group([Int], rows: Int)
    }

    init(_ computation: Computation, workers: Int) {
        self.computation = computation
        let nodes = computation.nodes
        isView = nodes.map { $0.operation.viewOffset($0.operands.map { nodes[$0].type }) != nil }
        slabbings = zip(nodes, isView).map { node, isView in
            isView ? nil : node.operation.slabbing(node.operands.map { nodes[$0].type }, node.type)
        }
        minimumRows = 2 * workers
    }

    mutating func run() {
        var tasks: [Task] = [.nodes(Array(computation.nodes.indices))]
        while let task = tasks.popLast() {
            switch task {
            case .group(let members, let rows):
                groups.append(SlabGroup(nodes: order.count..<order.count + members.count, rows: rows))
                order += members
            case .nodes(let list):
                guard let start = list.firstIndex(where: { mayStart($0) }) else {
                    order += list
                    continue
                }
                order += list[..<start]
                let group = collect(list[start...])
                if group.members.count(where: { !isView[$0] }) > 1 {
                    tasks.append(.nodes(group.after))
                    tasks.append(.group(group.members, rows: group.rows))
                    tasks.append(.nodes(group.before))
                } else {
                    order.append(list[start])
                    tasks.append(.nodes(Array(list[(start + 1)...])))
                }
            }
        }
    }

    private func mayStart(_ index: Int) -> Bool {
        guard let slabbing = slabbings[index] else { return false }
        return slabbing.rows >= minimumRows && !slabbing.reads.contains(.sum)
            && largest(index, slabbing) / slabbing.rows <= Self.largestRow
    }

    /// Numbers in the largest value the operation reads or writes by rows.
    private func largest(_ index: Int, _ slabbing: Slabbing) -> Int {
        let node = computation.nodes[index]
        let read = zip(node.operands, slabbing.reads).map { operand, reading in
            reading == .rows ? computation.nodes[operand].type.shape.count : 1
        }
        return max(read.max() ?? 1, slabbing.isSum ? 1 : node.type.shape.count)
    }

    private struct Group {
        var members: [Int] = []
        var before: [Int] = []
        var after: [Int] = []
        var rows: Int
        var largest: Int
    }

    private func collect(_ list: ArraySlice<Int>) -> Group {
        guard let start = list.first, let own = slabbings[start] else { return Group(rows: 1, largest: 1) }
        var group = Group(members: [start], rows: own.rows, largest: largest(start, own))
        var isMember: Set<Int> = [start], isAfter: Set<Int> = []
        /// Needs nothing of the group; runs before it if a member needs it, else after.
        var undecided: Set<Int> = []
        var isNeeded: Set<Int> = []
        func need(_ index: Int) {
            guard undecided.remove(index) != nil else { return }
            isNeeded.insert(index)
            computation.nodes[index].operands.forEach(need)
        }
        /// What the group reads by rows, besides its own.
        var shared = rowsRead(start, own)
        var lastJoined = 0
        for (position, index) in list.dropFirst().enumerated() {
            let operands = computation.nodes[index].operands
            if position - lastJoined > Self.reach || operands.contains(where: { isAfter.contains($0) }) {
                isAfter.insert(index)
            } else if isView[index], isMember.contains(operands[0]) {
                group.members.append(index)
                isMember.insert(index)
            } else if let rows = rows(joining: group, index, isMember, shared), let slabbing = slabbings[index] {
                group.members.append(index)
                isMember.insert(index)
                operands.forEach(need)
                group.rows = rows
                group.largest = max(group.largest, largest(index, slabbing))
                shared.formUnion(rowsRead(index, slabbing))
                lastJoined = position
            } else if operands.contains(where: { isMember.contains($0) }) {
                isAfter.insert(index)
            } else {
                undecided.insert(index)
            }
        }
        for index in list.dropFirst() where !isMember.contains(index) {
            if isNeeded.contains(index) { group.before.append(index) } else { group.after.append(index) }
        }
        return group
    }

    private func rowsRead(_ index: Int, _ slabbing: Slabbing) -> Set<Int> {
        Set(
            zip(computation.nodes[index].operands, slabbing.reads).filter { $0.1 == .rows }
                .map { owner($0.0) })
    }

    private func owner(_ index: Int) -> Int {
        isView[index] ? owner(computation.nodes[index].operands[0]) : index
    }

    /// The rows of the group with this operation in it; nil where it does not fit.
    private func rows(joining group: Group, _ index: Int, _ isMember: Set<Int>, _ shared: Set<Int>) -> Int? {
        guard let slabbing = slabbings[index] else { return nil }
        var isConnected = false
        for (operand, reading) in zip(computation.nodes[index].operands, slabbing.reads) {
            let owner = owner(operand)
            if isMember.contains(operand) {
                let isSum = slabbings[owner]?.isSum ?? false
                switch reading {
                case .whole: return nil
                case .sum: guard isSum else { return nil }
                case .rows: guard !isSum, isAll(operand) else { return nil }
                }
                isConnected = true
            } else if reading == .sum {
                return nil
            } else if reading == .rows, shared.contains(owner) {
                isConnected = true
            }
        }
        let rows = greatestCommonDivisor(group.rows, slabbing.rows)
        let largest = max(group.largest, largest(index, slabbing))
        return isConnected && rows >= minimumRows && largest / rows <= Self.largestRow ? rows : nil
    }

    /// All of its owner's elements, in place.
    private func isAll(_ index: Int) -> Bool {
        computation.nodes[index].type.shape.count == computation.nodes[owner(index)].type.shape.count
    }
}

func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
