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
    private static let largestRow = 131_072
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

    /// What is known while a group is collected from a list.
    private struct Group {
        var rows: Int
        var largest: Int
        var members: Set<Int> = []
        /// Needs all of what the group computes.
        var after: Set<Int> = []
        /// Needs nothing of the group so far; runs before it if a member needs it, else after.
        var undecided: Set<Int> = []
        var before: Set<Int> = []
        /// What the group reads by rows, besides its own.
        var shared: Set<Int> = []
    }

    private func collect(_ list: ArraySlice<Int>) -> (members: [Int], before: [Int], after: [Int], rows: Int) {
        guard let start = list.first, let own = slabbings[start] else { return ([], [], Array(list), 1) }
        var group = Group(rows: own.rows, largest: largest(start, own))
        join(start, rows: own.rows, &group)
        var lastJoined = 0
        for (position, index) in list.dropFirst().enumerated() {
            let operands = computation.nodes[index].operands
            if position - lastJoined > Self.reach || operands.contains(where: group.after.contains) {
                group.after.insert(index)
                continue
            }
            let isConnected = isConnected(index, group)
            if isConnected { bringIn(index, &group) }
            if isView[index], group.members.contains(operands[0]) {
                group.members.insert(index)
            } else if isConnected, let rows = rows(joining: group, index) {
                join(index, rows: rows, &group)
                lastJoined = position
            } else if operands.contains(where: { group.members.contains($0) || group.after.contains($0) }) {
                group.after.insert(index)
            } else {
                group.undecided.insert(index)
            }
        }
        let others = list.filter { !group.members.contains($0) }
        return (
            list.filter(group.members.contains), others.filter(group.before.contains),
            others.filter { !group.before.contains($0) }, group.rows
        )
    }

    private func join(_ index: Int, rows: Int, _ group: inout Group) {
        guard let slabbing = slabbings[index] else { return }
        group.members.insert(index)
        group.rows = rows
        group.largest = max(group.largest, largest(index, slabbing))
        group.shared.formUnion(rowsRead(index, slabbing))
        for operand in computation.nodes[index].operands { putBefore(operand, &group) }
    }

    private func putBefore(_ index: Int, _ group: inout Group) {
        guard group.undecided.remove(index) != nil else { return }
        group.before.insert(index)
        for operand in computation.nodes[index].operands { putBefore(operand, &group) }
    }

    /// What an operation reads by rows may join with it, though nothing else ties it to the group.
    private func bringIn(_ index: Int, _ group: inout Group) {
        guard let slabbing = slabbings[index] else { return }
        for (operand, reading) in zip(computation.nodes[index].operands, slabbing.reads)
        where reading == .rows && isAll(operand) && group.undecided.contains(operand) {
            let owner = owner(operand)
            guard group.undecided.contains(owner) else { continue }
            bringIn(owner, &group)
            guard let rows = rows(joining: group, owner), rows == group.rows else { continue }
            group.undecided.remove(owner)
            join(owner, rows: rows, &group)
            // What reads it is no longer free of the group.
            for reader in group.undecided.sorted() {
                let operands = computation.nodes[reader].operands
                guard operands.contains(where: { group.members.contains($0) || group.after.contains($0) }) else {
                    continue
                }
                group.undecided.remove(reader)
                if isView[reader], group.members.contains(operands[0]) {
                    group.members.insert(reader)
                } else {
                    group.after.insert(reader)
                }
            }
        }
    }

    private func rowsRead(_ index: Int, _ slabbing: Slabbing) -> Set<Int> {
        Set(zip(computation.nodes[index].operands, slabbing.reads).filter { $0.1 == .rows }.map { owner($0.0) })
    }

    private func owner(_ index: Int) -> Int {
        isView[index] ? owner(computation.nodes[index].operands[0]) : index
    }

    /// Reads what the group computes or reads.
    private func isConnected(_ index: Int, _ group: Group) -> Bool {
        guard let slabbing = slabbings[index] else { return false }
        return zip(computation.nodes[index].operands, slabbing.reads).contains { operand, reading in
            group.members.contains(operand) || reading == .rows && group.shared.contains(owner(operand))
        }
    }

    /// The rows of the group with this operation in it; nil where it does not fit.
    private func rows(joining group: Group, _ index: Int) -> Int? {
        guard let slabbing = slabbings[index] else { return nil }
        for (operand, reading) in zip(computation.nodes[index].operands, slabbing.reads) {
            if group.after.contains(operand) { return nil }
            if group.members.contains(operand) {
                let isSum = slabbings[owner(operand)]?.isSum ?? false
                switch reading {
                case .whole: return nil
                case .sum: guard isSum else { return nil }
                case .rows: guard !isSum, isAll(operand) else { return nil }
                }
            } else if reading == .sum {
                return nil
            }
        }
        let rows = greatestCommonDivisor(group.rows, slabbing.rows)
        let largest = max(group.largest, largest(index, slabbing))
        return rows >= minimumRows && largest / rows <= Self.largestRow ? rows : nil
    }

    /// All of its owner's elements, in place.
    private func isAll(_ index: Int) -> Bool {
        computation.nodes[index].type.shape.count == computation.nodes[owner(index)].type.shape.count
    }
}

func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
