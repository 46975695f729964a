import Testing

@testable import LimbeckRuntime

@Suite struct ConvolutionTests {
    @Test func `three readings by a kernel of two, by hand`() throws {
        // y[t] = 10 x[t - 1] + x[t] + 0.5, with a zero before the first.
        let y = try Machine.run([1, 2, 3], outputs: 3) {
            let weight = $0.constant([10, 1])
            let bias = $0.constant([0.5])
            return .convolve(
                Convolution(
                    input: $0.input, weight: weight, output: $0.output, bias: bias, height: 3, width: 1,
                    channels: 1, outputHeight: 3, outputWidth: 1, outputs: 1, kernelHeight: 2,
                    kernelWidth: 1, top: 1))
        }
        #expect(y == [1.5, 12.5, 23.5])
    }

    /// The definition in the instruction's comment, in double precision.
    static func reference(
        _ c: Convolution, _ x: [Float], _ weight: [Float], _ bias: [Float]?
    ) -> [Float] {
        let inputs = c.channels / c.groups
        var y: [Float] = []
        for image in 0..<c.batch {
            for row in 0..<c.outputHeight {
                for column in 0..<c.outputWidth {
                    for output in 0..<c.outputs {
                        var sum = Double(bias?[output] ?? 0)
                        let group = output / (c.outputs / c.groups)
                        for i in 0..<c.kernelHeight {
                            for j in 0..<c.kernelWidth {
                                let at = row * c.strideY + i * c.dilationY - c.top
                                let across = column * c.strideX + j * c.dilationX - c.left
                                guard (0..<c.height).contains(at), (0..<c.width).contains(across) else { continue }
                                for channel in 0..<inputs {
                                    let pixel = (image * c.height + at) * c.width + across
                                    let value = x[pixel * c.channels + group * inputs + channel]
                                    let tap = (i * c.kernelWidth + j) * inputs + channel
                                    sum += Double(value) * Double(weight[tap * c.outputs + output])
                                }
                            }
                        }
                        y.append(Float(c.activation == .relu ? max(sum, 0) : sum))
                    }
                }
            }
        }
        return y
    }

    /// Channels, outputs and groups: dense, grouped and depthwise, below and above a vector.
    static let widths = [
        (1, 1, 1), (3, 5, 1), (4, 16, 1), (7, 33, 1), (6, 9, 3), (16, 32, 2), (3, 3, 3), (5, 5, 5), (24, 24, 24),
        (4, 8, 4),
    ]

    @Test(arguments: widths)
    func `every kernel set agrees with the definition`(_ channels: Int, _ outputs: Int, _ groups: Int) throws {
        var random = SplitMix(UInt64(channels * 100 + outputs))
        for _ in 0..<40 {
            func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            var machine = Machine(inputs: 0, outputs: 0)
            let (height, width) = (draw(1...9), draw(1...9))
            var c = Convolution(
                input: 0, weight: 0, output: 1, batch: draw(1...2), height: height, width: width,
                channels: channels, outputHeight: draw(1...9), outputWidth: draw(1...30), outputs: outputs,
                groups: groups, kernelHeight: draw(1...4), kernelWidth: draw(1...4), strideY: draw(1...3),
                strideX: draw(1...3), dilationY: draw(1...3), dilationX: draw(1...3), top: draw(0...4),
                left: draw(0...4), activation: draw(0...1) == 1 ? .relu : .identity)
            let x = random.floats(c.batch * height * width * channels)
            let weight = random.floats(c.kernelHeight * c.kernelWidth * channels / groups * outputs)
            let bias = random.floats(outputs)
            let count = c.batch * c.outputHeight * c.outputWidth * outputs
            machine = Machine(inputs: x.count, outputs: count)
            c.weight = machine.constant(weight)
            if draw(0...1) == 1 { c.bias = machine.constant(bias) }
            machine.then(.convolve(c))
            let expected = Self.reference(c, x, weight, c.bias == nil ? nil : bias)
            let student = try Student(machine.content)
            for set in KernelSet.all {
                let y = try student.copy(on: set).predict(history: x, at: 0).values
                #expect(distance(y, expected) < 2e-5, "\(set.name): \(c)")
            }
            var portable = [Float](repeating: 0, count: count)
            ConvolutionKernel.convolve(c, x, weight, c.bias == nil ? nil : bias, &portable)
            #expect(distance(portable, expected) < 2e-5, "portable: \(c)")
        }
    }
}
