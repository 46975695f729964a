import CLimbeckKernels

/// Threads that walk a step together; the caller is the first of them.
public final class WorkerPool: @unchecked Sendable {
    public let workers: Int
    private let pool: OpaquePointer?

    public init(workers: Int) {
        self.workers = max(1, workers)
        pool = lk_pool_create(Int32(self.workers))
    }

    deinit { if let pool { lk_pool_destroy(pool) } }

    /// Runs `body(worker)` on every worker. One caller at a time.
    func run(_ context: UnsafeMutableRawPointer, _ task: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void) {
        if let pool { lk_pool_run(pool, task, context) }
    }

    func barrier() { if let pool { lk_pool_barrier(pool) } }
}
