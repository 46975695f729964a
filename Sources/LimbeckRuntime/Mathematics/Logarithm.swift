extension Elementary {
    /// Natural logarithm, within 2 ulp; `-∞` at 0, NaN below.
    ///
    /// `x = 2ᵉ (1 + f)` with `√½ ≤ 1 + f < √2`, `ln(1 + f) = f - f²/2 + f³ P(f)`.
    @inline(__always) static func logarithm(_ x: Float) -> Float {
        let subnormal = x < .leastNormalMagnitude
        let normal = subnormal ? x * 8_388_608 : x
        let bits = Int32(bitPattern: normal.bitPattern)
        // 0x3f3504f3 is √½: the exponent of the quotient by it, and what is left.
        let exponent = (bits &- 0x3f35_04f3) &>> 23
        let mantissa = Float(bitPattern: UInt32(bitPattern: bits &- (exponent &<< 23)))
        let e = Float(exponent) - (subnormal ? 23 : 0)
        let f = mantissa - 1
        var p: Float = 0.067_462_839_2
        p = p * f - 0.116_754_04
        p = p * f + 0.118_881_896
        p = p * f - 0.124_056_324
        p = p * f + 0.142_195_538
        p = p * f - 0.166_679_934
        p = p * f + 0.200_021_178
        p = p * f - 0.250_000_089
        p = p * f + 0.333_333_135
        let square = f * f
        let tail = p * (square * f) - e * 2.121_944_4e-4 - 0.5 * square
        let value = (f + tail) + e * 0.693_359_375
        let finite = x < .infinity ? value : x
        let positive = x > 0 ? finite : .nan
        return x == 0 ? -.infinity : positive
    }

    /// `ln(1 + x)` for `x ≥ 0` without losing small `x`.
    @inline(__always) static func logarithmOfOnePlus(_ x: Float) -> Float {
        let u = 1 + x
        let rounded = u - 1
        return rounded == 0 ? x : logarithm(u) * (x / rounded)
    }

    /// `ln(1 + eˣ)` without overflow.
    @inline(__always) static func softplus(_ x: Float) -> Float {
        let positive: Float = x < 0 ? 0 : x
        return positive + logarithmOfOnePlus(exponential(-x.magnitude))
    }
}
