import LimbeckONNX
import LimbeckRuntime

extension ProgramGraph {
    /// ONNX has channels first: transposed there, and back after the activation. Neighbouring
    /// transposes cancel.
    mutating func write(_ c: Convolution) throws {
        if graph.dialect.hasChannelsLast { return try writeChannelsLast(c) }
        var image = graph.transpose(try read(c.input, as: [c.batch, c.height, c.width, c.channels]), [0, 3, 1, 2])
        let y = try Span(c.height, c.outputHeight, c.kernelHeight, c.strideY, c.dilationY, before: c.top, self)
        let x = try Span(c.width, c.outputWidth, c.kernelWidth, c.strideX, c.dilationX, before: c.left, self)
        image = graph.slice(image, axis: 2, start: 0, length: y.used)
        image = graph.slice(image, axis: 3, start: 0, length: x.used)
        let stored = [c.kernelHeight, c.kernelWidth, c.channels / c.groups, c.outputs]
        let kernel = graph.transpose(try read(c.weight, as: stored), [3, 2, 0, 1])
        var inputs = [image, kernel]
        if let bias = c.bias { inputs.append(try read(bias, as: [c.outputs])) }
        func pair(_ a: Int, _ b: Int) -> ONNXAttribute { .integers([Int64(a), Int64(b)]) }
        let result = graph.add(
            "Conv", inputs, [c.batch, c.outputs, c.outputHeight, c.outputWidth],
            attributes: [
                "kernel_shape": pair(c.kernelHeight, c.kernelWidth), "strides": pair(c.strideY, c.strideX),
                "dilations": pair(c.dilationY, c.dilationX), "group": .integer(Int64(c.groups)),
                "pads": .integers([c.top, c.left, y.after, x.after].map { Int64($0) }),
            ])
        hold(graph.transpose(unary(c.activation, result), [0, 2, 3, 1]), in: c.output)
    }

    /// The kernel is stored `[outputs, height, width, channels of a group]`, or `[1, height, width,
    /// outputs]` where each channel is a group of its own.
    private mutating func writeChannelsLast(_ c: Convolution) throws {
        var image = try read(c.input, as: [c.batch, c.height, c.width, c.channels])
        let y = try Span(c.height, c.outputHeight, c.kernelHeight, c.strideY, c.dilationY, before: c.top, self)
        let x = try Span(c.width, c.outputWidth, c.kernelWidth, c.strideX, c.dilationX, before: c.left, self)
        image = graph.slice(image, axis: 1, start: 0, length: y.used)
        image = graph.slice(image, axis: 2, start: 0, length: x.used)
        if c.top + c.left + y.after + x.after > 0 {
            let padded = [c.batch, c.top + y.used + y.after, c.left + x.used + x.after, c.channels]
            image = graph.add("Pad", [image, graph.vector([0, c.top, c.left, 0, 0, y.after, x.after, 0])], padded)
        }
        let isDepthwise = c.groups > 1 && c.groups == c.channels
        let stored = [c.kernelHeight, c.kernelWidth, c.channels / c.groups, c.outputs]
        let kernel =
            isDepthwise
            ? try read(c.weight, as: [1, c.kernelHeight, c.kernelWidth, c.outputs])
            : graph.transpose(try read(c.weight, as: stored), [3, 0, 1, 2])
        let bias =
            try c.bias.map { try read($0, as: [c.outputs]) }
            ?? graph.floats([Float](repeating: 0, count: c.outputs), [c.outputs])
        func pair(_ a: Int, _ b: Int) -> ONNXAttribute { .integers([Int64(a), Int64(b)]) }
        let result = graph.add(
            isDepthwise ? "DepthwiseConv" : "Conv", [image, kernel, bias],
            [c.batch, c.outputHeight, c.outputWidth, c.outputs],
            attributes: [
                "strides": pair(c.strideY, c.strideX), "dilations": pair(c.dilationY, c.dilationX),
                "group": .integer(Int64(c.groups)),
            ])
        hold(unary(c.activation, result), in: c.output)
    }

    /// What a convolution reads along one axis.
    private struct Span {
        /// Rows that are read, and zeros after them.
        var used, after: Int

        init(
            _ extent: Int, _ outputs: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, before: Int,
            _ graph: ProgramGraph
        ) throws {
            let reach = (outputs - 1) * stride + (kernel - 1) * dilation + 1 - before
            guard reach >= 1 else { throw graph.unsupported("it reads nothing but padding") }
            // Rows after the last that is read do no harm while they are fewer than a stride.
            used = extent - reach < stride ? extent : reach
            after = max(reach - extent, 0)
        }
    }
}
