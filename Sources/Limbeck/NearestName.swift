/// The name of `names` that `word` was probably meant to be, or nil.
package func nearestName(to word: String, among names: [String]) -> String? {
    Suggestion.nearest(to: word, among: names)
}
