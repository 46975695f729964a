/// Convolutions over images, channels last, one pixel at a time.
enum ConvolutionKernel {
    static func convolve(
        _ c: Convolution, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        _ bias: UnsafePointer<Float>?, _ y: UnsafeMutablePointer<Float>
    ) {
        var target = y
        for image in 0..<c.batch {
            let source = x + image * c.height * c.width * c.channels
            for row in 0..<c.outputHeight {
                for column in 0..<c.outputWidth {
                    for index in 0..<c.outputs { target[index] = bias.map { $0[index] } ?? 0 }
                    for i in 0..<c.kernelHeight {
                        let at = row * c.strideY + i * c.dilationY - c.top
                        if at < 0 || at >= c.height { continue }
                        for j in 0..<c.kernelWidth {
                            let across = column * c.strideX + j * c.dilationX - c.left
                            if across < 0 || across >= c.width { continue }
                            tap(
                                c, source + (at * c.width + across) * c.channels,
                                weight + (i * c.kernelWidth + j) * (c.channels / c.groups) * c.outputs,
                                target)
                        }
                    }
                    target += c.outputs
                }
            }
        }
        ElementwiseKernel.unary(
            c.activation, y, y, c.batch * c.outputHeight * c.outputWidth * c.outputs)
    }

    /// Adds what one tap of the kernel brings to one pixel.
    @inline(__always) private static func tap(
        _ c: Convolution, _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>,
        _ y: UnsafeMutablePointer<Float>
    ) {
        let channels = c.channels / c.groups
        let outputs = c.outputs / c.groups
        if channels == 1 && outputs == 1 {
            for index in 0..<c.outputs { y[index] += x[index] * weight[index] }
            return
        }
        for group in 0..<c.groups {
            let target = y + group * outputs
            for channel in 0..<channels {
                let value = x[group * channels + channel]
                let row = weight + channel * c.outputs + group * outputs
                for index in 0..<outputs { target[index] += value * row[index] }
            }
        }
    }
}
