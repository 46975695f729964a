import Foundation

/// The discrete Fourier transform of 2ⁿ complex numbers, in place (Cooley & Tukey 1965, radix 2).
struct FourierTransform {
    let size: Int
    /// cos and −sin of 2πk / size, k below size / 2.
    private let cosines, sines: [Double]
    private let reversed: [Int32]

    /// The smallest power of two that holds `count`.
    init(holding count: Int) {
        var size = 1
        while size < count { size *= 2 }
        self.size = size
        let angles = (0..<size / 2).map { -2 * Double.pi * Double($0) / Double(size) }
        cosines = angles.map { cos($0) }
        sines = angles.map { sin($0) }
        var reversed = [Int32](repeating: 0, count: size)
        for index in 1..<max(1, size) {
            reversed[index] = reversed[index / 2] / 2 + (index % 2 == 1 ? Int32(size / 2) : 0)
        }
        self.reversed = reversed
    }

    /// `X_k = Σ x_t exp(−2πi kt / size)`, unscaled.
    func run(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(
            real.count == size && imaginary.count == size, "FourierTransform: \(real.count) of \(size) numbers")
        real.withUnsafeMutableBufferPointer { re in
            imaginary.withUnsafeMutableBufferPointer { im in
                for index in 0..<size {
                    let other = Int(reversed[index])
                    guard other > index else { continue }
                    re.swapAt(index, other)
                    im.swapAt(index, other)
                }
                cosines.withUnsafeBufferPointer { cosines in
                    sines.withUnsafeBufferPointer { sines in
                        var half = 1
                        while half < size {
                            let stride = size / (2 * half)
                            for first in Swift.stride(from: 0, to: size, by: 2 * half) {
                                for k in 0..<half {
                                    let (c, s) = (cosines[k * stride], sines[k * stride])
                                    let (a, b) = (first + k, first + k + half)
                                    let (x, y) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c)
                                    re[b] = re[a] - x
                                    im[b] = im[a] - y
                                    re[a] += x
                                    im[a] += y
                                }
                            }
                            half *= 2
                        }
                    }
                }
            }
        }
    }

    /// `Σ_t x_t x_{t+k}` and the same of `y`, for k from 0 on, of real sequences padded with zeros: both from one
    /// transform there and one back, `x + iy`.
    func correlations(_ x: inout [Double], _ y: inout [Double]) {
        run(&x, &y)
        // X = (F_k + F̄_−k) / 2 and Y = (F_k − F̄_−k) / 2i; their squares are real and even.
        for k in 0...size / 2 {
            let m = (size - k) % size
            let (xr, xi) = ((x[k] + x[m]) / 2, (y[k] - y[m]) / 2)
            let (yr, yi) = ((y[k] + y[m]) / 2, (x[m] - x[k]) / 2)
            let (own, other) = (xr * xr + xi * xi, yr * yr + yi * yi)
            (x[k], y[k]) = (own, other)
            (x[m], y[m]) = (own, other)
        }
        run(&x, &y)
        let scale = 1 / Double(size)
        for k in 0..<size {
            x[k] *= scale
            y[k] *= scale
        }
    }

    /// `Σ_t x_t y_{t+k}` at k, and at size − k `Σ_t x_{t+k} y_t`, of real sequences padded with zeros, in `x`.
    func crossCorrelation(_ x: inout [Double], _ y: inout [Double]) {
        run(&x, &y)
        for k in 0...size / 2 {
            let m = (size - k) % size
            let (xr, xi) = ((x[k] + x[m]) / 2, (y[k] - y[m]) / 2)
            let (yr, yi) = ((y[k] + y[m]) / 2, (x[m] - x[k]) / 2)
            // Conjugate of Y times X, of which the transform, not its inverse, gives the sums in this order.
            let (real, imaginary) = (xr * yr + xi * yi, xi * yr - xr * yi)
            (x[k], y[k]) = (real, imaginary)
            (x[m], y[m]) = (real, -imaginary)
        }
        run(&x, &y)
        let scale = 1 / Double(size)
        for k in 0..<size { x[k] *= scale }
    }
}
