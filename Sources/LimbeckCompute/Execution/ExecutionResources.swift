import CLimbeckKernels

/// Memory that kernels point into for as long as their executable lives. All of it is taken
/// while the executable is built; a step takes none.
final class ExecutionResources {
    let workers: Int
    /// One fused-chain scratch per worker.
    private(set) var scratch: [UnsafeMutablePointer<Float>] = []
    /// Memory for what exists during one slab, per worker.
    private(set) var slabs: [UnsafeMutablePointer<Float>] = []
    /// Mixed into dropout; changes every step.
    let seed: UnsafeMutablePointer<UInt32>
    private var owned: [UnsafeMutableRawPointer] = []

    init(workers: Int, slabCount: Int) {
        self.workers = workers
        seed = .allocate(capacity: 1)
        seed.initialize(to: 0)
        owned.append(UnsafeMutableRawPointer(seed))
        for _ in 0..<workers {
            scratch.append(take(LK_MAX_REGISTERS * LK_TILE, of: Float.self))
            slabs.append(take(slabCount, of: Float.self))
        }
    }

    deinit { for memory in owned { memory.deallocate() } }

    private func take<T: BitwiseCopyable>(_ count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<T>.stride, alignment: 64)
        raw.initializeMemory(as: UInt8.self, repeating: 0, count: max(1, count) * MemoryLayout<T>.stride)
        owned.append(raw)
        return raw.assumingMemoryBound(to: type)
    }

    func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
        let memory = take(values.count, of: T.self)
        for (index, value) in values.enumerated() { memory[index] = value }
        return UnsafePointer(memory)
    }

    func integers(_ values: [Int]) -> UnsafePointer<Int64> { copy(values.map(Int64.init)) }
    func floats(_ count: Int) -> UnsafeMutablePointer<Float> { take(count, of: Float.self) }
    func forEachWorker(_ count: Int) -> [UnsafeMutablePointer<Float>] { (0..<workers).map { _ in floats(count) } }
    func doubles(_ count: Int) -> UnsafeMutablePointer<Double> { take(count, of: Double.self) }

    /// Slots of values a kernel finds its memory by.
    func pointers(_ count: Int) -> UnsafeMutablePointer<UnsafeMutablePointer<Float>> {
        take(count, of: UnsafeMutablePointer<Float>.self)
    }

    func fused(leaves: [lk_leaf], instructions: [lk_instruction], resultSlot: Int) -> UnsafePointer<lk_fused> {
        copy([
            lk_fused(
                leaf_count: Int32(leaves.count), instruction_count: Int32(instructions.count),
                result_slot: Int32(resultSlot), leaves: copy(leaves), instructions: copy(instructions), seed: seed)
        ])
    }
}
