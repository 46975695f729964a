import CLimbeckKernels

#if OneDNN
    import ConeDNN
#endif

/// The instruction set that training computes with: the best that this processor has, or the one that the environment
/// variable `LIMBECK_KERNELS` names (`portable`, `avx2` or `avx512`).
public enum InstructionSet {
    /// "avx512", "avx2" or "portable".
    public static var name: String { String(cString: lk_instruction_set()) }
    /// The best that this processor has.
    public static var best: String { String(cString: lk_best_instruction_set()) }
    /// From the least to the most.
    public static let all = ["portable", "avx2", "avx512"]

    /// What is wrong with a value of `LIMBECK_KERNELS`; nil for one that this processor can follow.
    public static func refusal(of wanted: String) -> String? {
        guard let index = all.firstIndex(of: wanted) else {
            return "LIMBECK_KERNELS is \"\(wanted)\"; it should be one of \(all.joined(separator: ", ")), or not be set"
        }
        guard let most = all.firstIndex(of: best), index <= most else {
            return "LIMBECK_KERNELS is \(wanted), which this processor lacks; it has \(best)"
        }
        return nil
    }

    /// Holds the library to the same set; once, before its first product.
    static let library: Void = {
        #if OneDNN
            switch name {
            case "avx512": break
            case "avx2": dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2)
            default: dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41)
            }
        #endif
    }()
}
