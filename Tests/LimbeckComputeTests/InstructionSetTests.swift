import Foundation
import Testing

@testable import LimbeckCompute

@Suite struct InstructionSetTests {
    @Test func `the set is the one that the environment names, or the best`() {
        let wanted = ProcessInfo.processInfo.environment["LIMBECK_KERNELS"]
        #expect(InstructionSet.name == wanted ?? InstructionSet.best)
        #expect(InstructionSet.all.contains(InstructionSet.best))
    }

    @Test func `a set that is none, or that the processor lacks, is refused with what there is`() {
        #expect(InstructionSet.refusal(of: InstructionSet.best) == nil)
        #expect(InstructionSet.refusal(of: "portable") == nil)
        #expect(InstructionSet.refusal(of: "avx9")?.contains("portable, avx2, avx512") == true)
        for set in InstructionSet.all.drop(while: { $0 != InstructionSet.best }).dropFirst() {
            #expect(InstructionSet.refusal(of: set)?.contains("it has \(InstructionSet.best)") == true)
        }
    }
}
