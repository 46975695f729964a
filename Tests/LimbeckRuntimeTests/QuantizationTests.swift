import Testing

@testable import LimbeckRuntime

@Suite struct QuantizationTests {
    @Test func `every half precision number is read exactly and written back`() {
        for bits in UInt16.min...UInt16.max {
            let expected = Float(Float16(bitPattern: bits))
            let value = HalfPrecision.float(bits)
            if expected.isNaN {
                #expect(value.isNaN)
            } else {
                #expect(value.bitPattern == expected.bitPattern, "\(bits)")
                #expect(HalfPrecision.bits(value) == bits)
            }
        }
    }

    @Test func `floats become the nearest half precision number`() {
        var random = SplitMix(4)
        for _ in 0..<200_000 {
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
            if value.isNaN { continue }
            #expect(HalfPrecision.bits(value) == Float16(value).bitPattern, "\(value)")
        }
    }

    @Test func `int8 weights are multiples of a 127th of their channel's largest`() {
        let tensor = WeightTensor.int8(nearest: [1.27, -0.5, 0.004, 0, -0.626, 0.25], channels: 2)
        #expect(distance(tensor.values, [1.27, -0.5, 0, 0, -0.63, 0.2519685]) < 1e-6)
        guard case .int8(let stored, let scales) = tensor else { return }
        #expect(stored == [127, -127, 0, 0, -63, 64])
        #expect(distance(scales, [0.01, 0.5 / 127]) < 1e-9)
        #expect(WeightTensor.int8(nearest: [0, 0], channels: 1).values == [0, 0])
    }

    @Test(arguments: [1, 3, 12, 40], [1, 5, 8, 16, 33, 64])
    func `every kernel set agrees with the definition`(_ rows: Int, _ columns: Int) throws {
        for depth in [1, 7, 12, 300, 1200] {
            var random = SplitMix(UInt64(rows * 1000 + columns + depth))
            let x = random.floats(rows * depth)
            let tensor = WeightTensor.int8(nearest: random.floats(depth * columns), channels: columns)
            let bias = random.floats(columns)
            guard case .int8(let stored, let scales) = tensor else { return }
            var machine = Machine(inputs: x.count, outputs: rows * columns)
            // Some inputs lie beyond what is represented.
            let product = QuantizedProduct(
                input: machine.input, weight: machine.stored(tensor), output: machine.output,
                bias: machine.constant(bias), scratch: machine.temporary(rows * depth), rows: rows,
                columns: columns, depth: depth, inputScale: 0.9 / 127)
            machine.then(.quantized(product))
            var expected: [Float] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0
                    for k in 0..<depth {
                        let whole = (Double(x[row * depth + k]) * Double(1 / product.inputScale)).rounded(
                            .toNearestOrEven)
                        sum += Int(min(max(whole, -127), 127)) * Int(stored[k * columns + column])
                    }
                    expected.append(
                        Float(Double(sum) * Double(product.inputScale) * Double(scales[column]) + Double(bias[column])))
                }
            }
            let student = try Student(machine.content)
            // A step of the input is the price of a tie that a product rounds the other way.
            let bound = 1e-6 * Float(depth).squareRoot() * 4 + 1e-6
            for set in KernelSet.all {
                let y = try student.copy(on: set).predict(history: x, at: 0).values
                #expect(distance(y, expected) < bound, "\(set.name) \(rows) \(columns) \(depth)")
            }
            var portable = [Float](repeating: 0, count: expected.count)
            var scratch = [Float](repeating: 0, count: x.count)
            QuantizedKernel.product(product, x, stored, scales: scales, bias, scratch: &scratch, &portable)
            #expect(distance(portable, expected) < bound, "portable \(rows) \(columns) \(depth)")
        }
    }

    @Test func `inputs that are no numbers count as zero, and large ones as the largest`() throws {
        var scratch = [Float](repeating: 9, count: 9)
        let x: [Float] = [.nan, .infinity, -.infinity, 1e30, -1e30, 0.5, 1.5, 2.5, -0.5]
        QuantizedKernel.quantize(x, &scratch, 9, 1)
        #expect(scratch == [0, 127, -127, 127, -127, 0, 2, 2, 0])
    }

    @Test func `a file keeps every element type, copied or in place`() throws {
        let content = Students.quantized
        let bytes = try StudentFile.encode(content)
        let again = try StudentFile.decode(bytes)
        #expect(again.tensors == content.tensors)
        #expect(try StudentFile.encode(again) == bytes)
        let x: [Float] = [0.3, -0.2, 0.9, 1, -1, 0.1]
        let expected = try Student(content).predict(history: x, at: 86_400).values
        #expect(try Student(bytes: bytes).predict(history: x, at: 86_400).values == expected)
        try bytes.withUnsafeBytes { raw in
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: raw.count, alignment: 64)
            defer { memory.deallocate() }
            memory.copyMemory(from: raw)
            let student = try Student(borrowing: UnsafeRawBufferPointer(memory))
            #expect(try student.predict(history: x, at: 86_400).values == expected)
        }
        // What the weights stand for gives nearly the same without rounding the inputs.
        #expect(expected.contains { abs($0) > 0.05 })
    }

    @Test func `int8 weights are read by products and tables alone`() throws {
        var machine = Machine(inputs: 2, outputs: 2)
        let weight = machine.stored(.int8([1, 2], scales: [1, 1]))
        machine.then(
            .binary(
                .add, left: Operand(machine.input, period: 2), right: Operand(weight, period: 2),
                output: machine.output))
        #expect(throws: StudentError.self) { try Student(machine.content) }
        do { _ = try Student(machine.content) } catch {
            #expect(error.message.contains("reads int8 weights as floats"))
        }
    }
}
