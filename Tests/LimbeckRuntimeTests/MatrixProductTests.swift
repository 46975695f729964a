import Testing

@testable import LimbeckRuntime

@Suite struct MatrixProductTests {
    @Test func `two by two by hand, with bias and activation`() throws {
        let y = try Machine.run([1, 2, 3, 4], outputs: 4) { machine in
            let weight = machine.constant([1, -1, 2, 0])
            let bias = machine.constant([0.5, -1])
            return .matmul(
                MatrixProduct(
                    left: machine.input, right: weight, output: machine.output, bias: bias,
                    rows: 2, columns: 2, depth: 2, activation: .relu))
        }
        #expect(y == [5.5, 0, 11.5, 0])
    }

    /// Sizes around every block edge, both layouts of both operands, with and without bias.
    @Test func `all sizes and layouts agree with the definition`() throws {
        var random = SplitMix(3)
        for m in [1, 2, 3, 4, 5, 7, 8, 21, 50] {
            for n in [1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 31, 32, 33, 36, 37, 44] {
                for depth in [1, 2, 7, 8, 17] {
                    for layout in 0..<8 {
                        let left = layout & 1 == 1
                        let right = layout & 2 == 2
                        let biased = layout & 4 == 4
                        let a = random.floats(m * depth)
                        let b = random.floats(depth * n)
                        let bias = random.floats(n)
                        var machine = Machine(inputs: m * depth, outputs: m * n)
                        let weight = machine.constant(b)
                        let shift = machine.constant(bias)
                        let product = MatrixProduct(
                            left: machine.input, right: weight, output: machine.output,
                            bias: biased ? shift : nil, rows: m, columns: n, depth: depth,
                            transposeLeft: left, transposeRight: right)
                        machine.then(.matmul(product))
                        let student = try Student(machine.content)
                        var expected = [Float](repeating: 0, count: m * n)
                        for i in 0..<m {
                            for j in 0..<n {
                                var sum = biased ? Double(bias[j]) : 0
                                for k in 0..<depth {
                                    let l = left ? a[k * m + i] : a[i * depth + k]
                                    let r = right ? b[j * depth + k] : b[k * n + j]
                                    sum += Double(l) * Double(r)
                                }
                                expected[i * n + j] = Float(sum)
                            }
                        }
                        for set in KernelSet.all {
                            let y = try student.copy(on: set).predict(history: a, at: 0).values
                            #expect(distance(y, expected) < 5e-6, "\(set.name) \(m) \(n) \(depth) \(layout)")
                        }
                        var portable = [Float](repeating: 0, count: m * n)
                        PortableKernels.product(product, a, b, biased ? bias : nil, &portable)
                        #expect(distance(portable, expected) < 5e-6, "\(m) \(n) \(depth) \(layout)")
                    }
                }
            }
        }
    }

    @Test func `a batch stride of zero reuses the matrix`() throws {
        let y = try Machine.run([1, 2, 3, 4, 5, 6, 7, 8], outputs: 8) { machine in
            let weight = machine.constant([0, 1, 1, 0])
            return .matmul(
                MatrixProduct(
                    left: weight, right: machine.input, output: machine.output, batch: 2, rows: 2,
                    columns: 2, depth: 2, leftStride: 0, rightStride: 4))
        }
        #expect(y == [3, 4, 1, 2, 7, 8, 5, 6])
    }
}
