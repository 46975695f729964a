/// How an array's axes are named and put in another order, written as in einops:
/// `o i -> i o` transposes, `(g u) i -> g i u` splits and reorders, `o i 1 -> i o` drops an axis of one.
struct AxisPattern: Sendable {
    /// For each axis, the names of what it is made of, outermost first; `1` is no name.
    let before, after: [[String]]

    /// Throws `mismatch` for what is no pattern.
    init(_ text: String) throws {
        let sides = text.split(separator: "->", omittingEmptySubsequences: false)
        guard sides.count == 2, sides.allSatisfy({ !$0.contains(where: { "<>-".contains($0) }) }) else {
            throw Self.bad(text, "one arrow between the axes there and here")
        }
        before = try Self.axes(sides[0], text)
        after = try Self.axes(sides[1], text)
        let names = before.flatMap(\.self)
        guard Set(names).count == names.count, names.sorted() == after.flatMap(\.self).sorted() else {
            throw Self.bad(text, "every name once on each side")
        }
    }

    private static func bad(_ text: String, _ expected: String) -> ImportError {
        ImportError(.mismatch, "\"\(text)\" is no pattern of axes such as \"o i -> i o\"; it needs \(expected).")
    }

    private static func axes(_ side: Substring, _ text: String) throws -> [[String]] {
        let spaced = side.reduce(into: "") { $0 += "()".contains($1) ? " \($1) " : String($1) }
        var axes: [[String]] = []
        var group: [String]?
        for word in spaced.split(separator: " ") {
            switch word {
            case "(":
                guard group == nil else { throw bad(text, "no group inside a group") }
                group = []
            case ")":
                guard let whole = group else { throw bad(text, "an opening bracket before every closing one") }
                axes.append(whole)
                group = nil
            default:
                let isName =
                    word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } && word.first?.isLetter == true
                guard word == "1" || isName else { throw bad(text, "names of letters and digits, not \"\(word)\"") }
                let names = word == "1" ? [] : [String(word)]
                if group == nil { axes.append(names) } else { group?.append(contentsOf: names) }
            }
        }
        guard group == nil else { throw bad(text, "a closing bracket after every opening one") }
        return axes
    }

    /// `values` of shape `from`, reordered; nil where the pattern does not lead from one shape to the other.
    func apply(_ values: [Float], from: [Int], to: [Int]) -> [Float]? {
        guard let extents = extents(from: from, to: to) else { return nil }
        var strides: [String: Int] = [:]
        var stride = 1
        for name in before.flatMap(\.self).reversed() {
            strides[name] = stride
            stride *= extents[name] ?? 1
        }
        guard stride == values.count else { return nil }
        // Offsets there of every place here, one name after the other.
        var offsets = [0]
        for name in after.flatMap(\.self) {
            let (extent, step) = (extents[name] ?? 1, strides[name] ?? 0)
            offsets = offsets.flatMap { offset in (0..<extent).map { offset + $0 * step } }
        }
        return offsets.map { values[$0] }
    }

    func leads(from: [Int], to: [Int]) -> Bool { extents(from: from, to: to) != nil }

    /// The extent of each name, where both shapes agree on one.
    private func extents(from: [Int], to: [Int]) -> [String: Int]? {
        guard from.count == before.count, to.count == after.count, (from + to).allSatisfy({ $0 > 0 }) else {
            return nil
        }
        var known: [String: Int] = [:]
        var open = Array(zip(before, from)) + Array(zip(after, to))
        while !open.isEmpty {
            var rest: [([String], Int)] = []
            for (names, extent) in open {
                let unknown = names.filter { known[$0] == nil }
                guard let product = Self.product(names.compactMap { known[$0] }) else { return nil }
                switch unknown.count {
                case 0: guard product == extent else { return nil }
                case 1:
                    guard product > 0, extent % product == 0 else { return nil }
                    known[unknown[0]] = extent / product
                default: rest.append((names, extent))
                }
            }
            // What neither shape says cannot be guessed.
            guard rest.count < open.count else { return nil }
            open = rest
        }
        return known
    }

    /// Nil where it is more than a number holds.
    private static func product(_ factors: [Int]) -> Int? {
        factors.reduce(Int?.some(1)) { product, factor in
            guard let (result, overflow) = product?.multipliedReportingOverflow(by: factor), !overflow else {
                return nil
            }
            return result
        }
    }
}
