import LimbeckCompute
import LimbeckONNX

/// Which axis of a file's input or output is what, a letter each: B windows, S windows and places as
/// one, T steps, N places, C channels, F everything of T, N and C that has no letter of its own.
///
/// A letter that is missing stands for an axis of extent 1. `H` is read as `T`, `O` as `C`.
public struct AxisLayout: Hashable, Sendable, CustomStringConvertible {
    let letters: [Character]

    public var description: String { String(letters) }

    /// Nil for anything that is no layout.
    public init?(_ text: String) {
        let letters = text.uppercased().map { $0 == "H" ? "T" : $0 == "O" ? "C" : $0 }
        guard Set(letters).count == letters.count, letters.allSatisfy({ "BSTNCF".contains($0) }),
            letters.contains("B") != letters.contains("S"), !(letters.contains("S") && letters.contains("N"))
        else { return nil }
        self.letters = letters
    }

    /// Extents of a window: steps, places, channels.
    struct Window {
        var steps, nodes, channels: Int
    }

    /// Every order of the letters for so many axes.
    static func all(rank: Int) -> [AxisLayout] {
        guard (1...5).contains(rank) else { return [] }
        var texts = [""]
        for _ in 0..<rank {
            texts = texts.flatMap { text in "BSTNCF".filter { !text.contains($0) }.map { text + String($0) } }
        }
        return texts.compactMap { AxisLayout($0) }
    }

    /// Axes of `[B, T, N, C]` that each letter stands for.
    private var groups: [[Int]] {
        let rest = [("T", 1), ("N", 2), ("C", 3)].filter { letter, _ in
            !letters.contains(Character(letter)) && !(letter == "N" && letters.contains("S"))
        }.map(\.1)
        return letters.map { letter in
            switch letter {
            case "B": [0]
            case "S": [0, 2]
            case "T": [1]
            case "N": [2]
            case "C": [3]
            default: rest
            }
        }
    }

    /// Extents in this layout; nil where a window has more than the letters name.
    func extents(batch: Int, _ window: Window) -> [Int]? {
        let own = [batch, window.steps, window.nodes, window.channels], groups = groups
        let missing = (0..<4).filter { axis in !groups.contains { $0.contains(axis) } }
        guard missing.allSatisfy({ own[$0] == 1 }), !groups.contains([]) else { return nil }
        return groups.map { $0.reduce(1) { $0 * own[$1] } }
    }

    /// Two layouts with the same order put every number at the same place.
    func order(_ window: Window) -> [Int] {
        let own = [2, window.steps, window.nodes, window.channels]
        return groups.flatMap { $0 }.filter { own[$0] != 1 }
    }

    private var permutation: [Int] {
        let named = groups.flatMap { $0 }
        return named + (0..<4).filter { !named.contains($0) }
    }

    /// `[B, T, N, C]` → this layout.
    func arranged(_ x: Tensor) -> Tensor {
        let extents = x.shape.extents
        let shape = groups.map { $0.reduce(1) { $0 * extents[$1] } }
        return x.transposed(permutation).reshaped(Shape(shape))
    }

    /// This layout → `[B, T, N, C]`.
    func restored(_ x: Tensor, batch: Int, _ window: Window) -> Tensor {
        let own = [batch, window.steps, window.nodes, window.channels], order = permutation
        var inverse = order
        for (to, from) in order.enumerated() { inverse[from] = to }
        return x.reshaped(Shape(order.map { own[$0] })).transposed(inverse)
    }
}

extension AxisLayout {
    /// The layout written, or the only one that fits; throws naming the choices.
    static func resolve(
        _ text: String, key: String, what: String, window: Window, rank: Int, fits: (AxisLayout) -> Bool, found: String
    ) throws -> AxisLayout {
        let wanted = "[B, \(window.steps) steps, \(window.nodes) places, \(window.channels) channels]"
        if !text.isEmpty {
            guard let layout = AxisLayout(text) else {
                throw ImportError(
                    .mismatch,
                    "\(key): \"\(text)\" is no layout; write one letter for each axis of the file's \(what): B windows, "
                        + "S windows and places as one, T steps, N places, C channels, F the rest flattened.")
            }
            guard let extents = layout.extents(batch: 1, window), extents.count == rank, fits(layout) else {
                throw ImportError(
                    .mismatch, "\(key): the file's \(what) is \(found), which is not \(wanted) laid out as \(layout).")
            }
            return layout
        }
        var choices: [AxisLayout] = []
        for layout in all(rank: rank) {
            guard layout.extents(batch: 1, window) != nil, fits(layout),
                !choices.contains(where: { $0.order(window) == layout.order(window) })
            else { continue }
            choices.append(layout)
        }
        guard let only = choices.first else {
            throw ImportError(
                .mismatch,
                "The file's \(what) is \(found); the task has \(wanted), which fits in no order. Export the model for this task."
            )
        }
        guard choices.count == 1 else {
            throw ImportError(
                .ambiguous,
                "The file's \(what) is \(found), which fits \(choices.map(\.description).joined(separator: ", ")); set \(key) to one of them."
            )
        }
        return only
    }
}
