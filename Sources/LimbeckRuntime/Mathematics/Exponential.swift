/// Elementary functions without a C library: branch-free, so that loops over them vectorise.
///
/// Coefficients are minimax fits made for this file; errors are asserted in ulps by the tests.
enum Elementary {
    /// `eˣ`, within 2 ulp; overflows to infinity, underflows gradually to 0.
    ///
    /// `x = n ln 2 + r` with `|r| ≤ ln 2 / 2`, `eʳ = 1 + r + r² P(r)`, and `2ⁿ` in two factors so
    /// that subnormal results keep their bits.
    #if LIMBECK_SMALL
        @inline(never) static func exponential(_ x: Float) -> Float { expanded(x) }
    #else
        @inline(__always) static func exponential(_ x: Float) -> Float { expanded(x) }
    #endif

    @inline(__always) private static func expanded(_ x: Float) -> Float {
        let low: Float = x < -105 ? -105 : x
        let clamped: Float = low > 89 ? 89 : low
        // Adding 1.5 × 2²³ rounds to an integer and leaves it in the low bits.
        let magic: Float = 12_582_912
        let shifted = clamped * 1.442_695_04 + magic
        let n = shifted - magic
        let r = (clamped - n * 0.693_359_375) + n * 2.121_944_4e-4
        var p: Float = 0.001_381_316_11
        p = p * r + 0.008_369_418_79
        p = p * r + 0.041_668_456
        p = p * r + 0.166_665_152
        p = p * r + 0.499_999_94
        let value = (p * (r * r) + r) + 1
        let exponent = Int32(bitPattern: shifted.bitPattern &- magic.bitPattern)
        let half = exponent &>> 1
        return value * powerOfTwo(half) * powerOfTwo(exponent &- half)
    }

    /// `1 / (1 + e⁻ˣ)`, within 3 ulp on both sides.
    @inline(__always) static func sigmoid(_ x: Float) -> Float {
        let e = exponential(-x.magnitude)
        let numerator: Float = x < 0 ? e : 1
        return numerator / (1 + e)
    }

    /// Hyperbolic tangent, within 2 ulp: odd polynomial below 0.625, `1 - 2 / (e²ˣ + 1)` above.
    @inline(__always) static func hyperbolicTangent(_ x: Float) -> Float {
        let t = x.magnitude
        let z = x * x
        var p: Float = 0.002_126_268_58
        p = p * z - 0.008_159_607_65
        p = p * z + 0.021_693_708_4
        p = p * z - 0.053_945_526_5
        p = p * z + 0.133_331_969
        p = p * z - 0.333_333_313
        let near = x + x * z * p
        let far = 1 - 2 / (exponential(t + t) + 1)
        let signed: Float = x < 0 ? -far : far
        return t < 0.625 ? near : signed
    }

    /// `2ⁿ` for `-126 ≤ n ≤ 127`; other `n` give garbage, never a trap.
    @inline(__always) private static func powerOfTwo(_ n: Int32) -> Float {
        Float(bitPattern: UInt32(bitPattern: (n &+ 127) &<< 23))
    }
}
