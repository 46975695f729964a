#if !hasFeature(Embedded)
    internal import CLimbeckRuntime

    /// Instructions whose kernels are in C, with every pointer and size where the kernel reads it: a forecast
    /// starts them without looking anything up.
    struct PreparedCalls {
        /// First floats, by number.
        typealias Buffers = UnsafeMutablePointer<UnsafeMutablePointer<Float>>

        /// By instruction.
        private let steps: UnsafeMutablePointer<lkr_step>

        init(_ program: Program, _ buffers: Buffers, _ weights: UnsafeMutablePointer<WeightStore.Place>) {
            steps = .allocate(capacity: max(program.instructions.count, 1))
            for (number, instruction) in program.instructions.enumerated() {
                (steps + number).initialize(to: Self.step(instruction, program, buffers, weights))
            }
            for sum in ResidualSums(program).sums {
                steps[sum.product].product.added = UnsafePointer(buffers[sum.added])
                steps[sum.product].product.c = buffers[sum.output]
                steps[sum.product + 1] = lkr_step()
                steps[sum.product + 1].call = Int32(lkr_nothing_left)
            }
        }

        func deallocate() { steps.deallocate() }

        /// False where instruction `number` is not a call, and nothing was done.
        @inline(__always)
        func run(_ number: Int, _ kernels: KernelSet) -> Bool { kernels.run(steps + number) }

        private static func step(
            _ instruction: Instruction, _ program: Program, _ buffers: Buffers,
            _ weights: UnsafeMutablePointer<WeightStore.Place>
        ) -> lkr_step {
            func constant(_ number: Int?) -> UnsafePointer<Float>? { number.map { UnsafePointer(buffers[$0]) } }
            var step = lkr_step()
            switch instruction {
            case .matmul(let p) where p.batch == 1 && !p.transposeRight && KernelSet.includes(p.activation):
                step.call = Int32(lkr_call_product)
                step.product = KernelSet.call(p, buffers[p.left], buffers[p.right], constant(p.bias), buffers[p.output])
            case .convolve(let c) where KernelSet.includes(c.activation):
                step.call = Int32(lkr_call_convolve)
                step.convolution = KernelSet.call(
                    c, buffers[c.input], buffers[c.weight], constant(c.bias), buffers[c.output])
            case .recur(let r):
                step.call = Int32(lkr_call_recur)
                step.recurrence = KernelSet.call(
                    r, buffers[r.gates], buffers[r.weight], constant(r.bias), buffers[r.scratch], buffers[r.output])
            case .quantized(let q) where KernelSet.includes(q.activation):
                step.call = Int32(lkr_call_quantized)
                step.quantized = KernelSet.call(
                    q, buffers[q.input], weights[program.buffers[q.weight].tensor], constant(q.bias),
                    buffers[q.scratch], buffers[q.output])
            default: step.call = Int32(lkr_no_call)
            }
            return step
        }
    }
#endif
