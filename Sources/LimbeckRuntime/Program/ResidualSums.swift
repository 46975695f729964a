#if !hasFeature(Embedded)
    /// Sums `x · w + b + y` that the program says as a product and an addition after it: the product's kernel
    /// adds `y` as it writes, and the addition's pass over memory is saved.
    ///
    /// The numbers stay the same: the addition comes last either way.
    struct ResidualSums {
        /// The product's number among the instructions, the buffer added, and where the sum goes.
        struct Sum {
            let product, added, output: Int
        }

        let sums: [Sum]

        /// Fewer rows or other columns do not fill the kernels' blocks, which would then add twice.
        private static let fewestRows = 16
        private static let columns = 16

        init(_ program: Program) {
            sums = program.instructions.indices.dropLast().compactMap { Self.sum($0, program) }
        }

        private static func sum(_ number: Int, _ program: Program) -> Sum? {
            guard case .matmul(let product) = program.instructions[number],
                case .binary(.add, let left, let right, let output) = program.instructions[number + 1],
                product.batch == 1, product.activation == .identity, !product.transposeRight,
                product.rows >= fewestRows, product.columns % columns == 0
            else { return nil }
            let between = product.output
            guard (left.buffer == between) != (right.buffer == between) else { return nil }
            let count = product.rows * product.columns
            let added = left.buffer == between ? right.buffer : left.buffer
            let all = [between, added, output].allSatisfy { program.buffers[$0].count == count }
            guard all, isWhole(left, count), isWhole(right, count) else { return nil }
            let (source, target) = (program.buffers[added], program.buffers[output])
            guard target.isAt(source) || !target.overlaps(source),
                !target.overlaps(program.buffers[product.left]), !program.buffers[between].overlaps(source),
                program.buffers[between].source == .temporary, isForgotten(between, after: number + 1, program)
            else { return nil }
            return Sum(product: number, added: added, output: output)
        }

        /// Nothing reads what is in these floats any more: not by this buffer, nor by another over them.
        private static func isForgotten(_ buffer: Int, after number: Int, _ program: Program) -> Bool {
            let range = program.buffers[buffer]
            let others = program.buffers.indices.filter { program.buffers[$0].overlaps(range) }
            var kept = Set(others)
            for instruction in program.instructions[(number + 1)...] {
                if instruction.reads.contains(where: kept.contains) { return false }
                kept.remove(instruction.write)
            }
            return true
        }

        /// Read once from beginning to end.
        private static func isWhole(_ operand: Operand, _ count: Int) -> Bool {
            operand.inner == 1 && operand.period == count
        }
    }
#endif
