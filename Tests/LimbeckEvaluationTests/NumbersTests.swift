import Testing

@testable import LimbeckEvaluation

@Suite struct NumbersTests {
    @Test func `large and tiny numbers are no rows of digits`() {
        #expect(4.68e37.fixed(2) == "4.68e37" && (-4.68e40).fixed(0) == "-4.68e40")
        #expect(123_456_789.125.fixed(2) == "123456789.12" && Double.nan.fixed(1) == "–")
        #expect(4.68e40.significant == "4.68e40" && 4.68e-37.significant == "4.68e-37" && 0.0.significant == "0")
        #expect(4.68e37.scaled == "4.68e37" && 2.5e12.scaled == "2.5 T" && 5600.0.scaled == "5.6 k")
        #expect(999_900_000_000.0.significant.count < 14)
    }
}
