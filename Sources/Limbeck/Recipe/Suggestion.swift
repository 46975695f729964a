/// Finds what was probably meant.
enum Suggestion {
    /// The candidate nearest to `word`, when it is near enough to be a slip.
    ///
    /// Case and separators do not count (`learning_rate` is `learningRate`); a swap of
    /// neighbours counts once. One slip in three letters is near enough.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let wanted = simplified(word)
        let limit = max(1, min(3, wanted.count / 3))
        return
            candidates
            .map { (candidate: $0, distance: distance(wanted, simplified($0))) }
            .filter { $0.distance <= limit }
            .min { $0.distance < $1.distance }?.candidate
    }

    /// `; did you mean epochs? Known here: epochs, batch`, with either part left out when empty.
    static func sentence(_ word: String, among candidates: [String], known: String) -> String {
        let guess = nearest(to: word, among: candidates).map { "; did you mean \($0)?" }
        let list = candidates.isEmpty ? "" : " \(known): " + candidates.joined(separator: ", ")
        return (guess ?? (list.isEmpty ? "" : ".")) + list
    }

    private static func simplified(_ word: String) -> [Character] {
        word.prefix(64).lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }.map(\.self)
    }

    /// Damerau–Levenshtein distance with adjacent swaps (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(
                    previous[j + 1] + 1, row[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, before[j - 1] + 1)
                }
                row.append(best)
            }
            before = previous
            previous = row
        }
        return previous[right.count]
    }
}
