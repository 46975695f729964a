extension Elementary {
    /// Error function, within 3 ulp: `x (1 + P(x²))` below 0.92, `1 - e^(-t Q(t))` above.
    @inline(__always) static func errorFunction(_ x: Float) -> Float {
        let z = x * x
        var p: Float = 8.317_596_08e-5
        p = p * z - 0.000_813_021_557
        p = p * z + 0.005_199_925_51
        p = p * z - 0.026_858_95
        p = p * z + 0.112_836_875
        p = p * z - 0.376_126_319
        p = p * z + 0.128_379_166
        let near = x + x * p

        let t: Float = x.magnitude > 4 ? 4 : x.magnitude
        var q: Float = 1.043_379_6e-5
        q = q * t - 0.000_314_863_748
        q = q * t + 0.003_610_360_2
        q = q * t - 0.023_694_595_3
        q = q * t + 0.106_159_076
        q = q * t + 0.635_197_997
        q = q * t + 1.128_637_08
        let far = 1 - exponential(-t * q)
        let signed: Float = x < 0 ? -far : far
        return x.magnitude < 0.92 ? near : signed
    }

    /// `x Φ(x) = ½ x (1 + erf(x / √2))`.
    @inline(__always) static func gelu(_ x: Float) -> Float {
        0.5 * x * (1 + errorFunction(x * 0.707_106_781))
    }
}
