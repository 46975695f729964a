import Limbeck
import Testing

/// What `import Limbeck` brings into a file must not hide the language's own names.
@Suite struct NamesTests {
    @Test func `Swift's Task stays reachable beside Limbeck`() async {
        let value = await Task { 41 + 1 }.value
        #expect(value == 42)
    }
}
