/// What a file may ask for, so that damaged or hostile bytes cannot exhaust a device.
public struct StudentLimits: Hashable, Sendable {
    /// Bytes that a student may allocate: weights and working memory. Default 256 MiB.
    public var memory: Int = 1 << 28
    /// Arithmetic operations of one prediction, multiply-add counted as 2. Default 2⁴⁰.
    public var operations: Int64 = 1 << 40

    public init() {}

    public init(memory: Int, operations: Int64) {
        self.memory = memory
        self.operations = operations
    }
}
