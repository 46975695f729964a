import LimbeckRuntime

extension Windowing.Missing {
    /// What a student does about a missing reading.
    var words: String {
        switch self {
        case .forwardFill: "the last one of its place in the history, else the usual value"
        case .center: "the usual value of its place"
        case .constant: "its place's mean or median in training"
        case .seasonal: "its place's mean at that hour of the week in training"
        case .spatial: "the mean of the nearest places' readings then, else its place's mean in training"
        }
    }
}
