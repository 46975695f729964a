import LimbeckData
import LimbeckSeries

/// What `task.event`, `events` or `labels` ask of a series, told from what was measured.
struct Question {
    let labels: Labels
    /// Steps ahead that an answer is about.
    let steps: Int
    /// Channels that the rules read; nil for labels of columns.
    let channels: [String]?
    let rules: [(name: String, text: String)]
    /// Labels of other parts that training does not know, and how often each occurs.
    private let unknown: [String: Int]

    /// Takes columns of labels out of the series. Nil where values are to be forecast.
    init?(_ recipe: Recipe, _ series: inout Series) throws {
        let task = recipe.task
        guard task.kind == .classify else { return nil }
        let training = Partition(count: series.times.count, train: task.train, validation: task.validation).train
        guard task.labels.isEmpty else {
            for (index, name) in task.labels.enumerated() {
                try recipe.check(name, among: series.channels.map(\.name), at: "task.labels[\(index)]")
                for (key, list) in [("targets", task.targets), ("futureCovariates", task.futureCovariates)]
                where list.contains(name) {
                    throw recipe.error(
                        at: "task.labels[\(index)]", "\"\(name)\" is among task.\(key) too; leave it out of one")
                }
            }
            var unknown: [String: Int] = [:]
            labels = try Self.placed("task.labels", recipe) {
                try Labels(
                    columns: task.labels, of: series, ahead: task.horizon, training: training, unknown: &unknown)
            }
            self.unknown = unknown
            steps = max(1, task.horizon)
            channels = nil
            rules = []
            let kept = series.channels.indices.filter { !task.labels.contains(series.channels[$0].name) }
            guard !kept.isEmpty else {
                throw recipe.error(at: "task.labels", "names every channel, so models have nothing to read")
            }
            series = series.keeping(channels: kept)
            return
        }
        var events: [(name: String, rule: EventRule)] = []
        for (key, name, text) in task.namedEvents {
            let rule = try Self.placed("task.\(key)", recipe) { try EventRule(text) }
            for channel in rule.channels {
                try recipe.check(channel, among: series.channels.map(\.name), at: "task.\(key)")
            }
            let (steps, run) = (rule.steps(series.times), rule.run(series.times))
            guard run <= steps else {
                throw recipe.error(
                    at: "task.\(key)",
                    "is to hold for \(run) steps within \(steps), which it never can; look further ahead, or ask for fewer"
                )
            }
            events.append((name, rule))
        }
        labels = try Self.placed("task.\(task.namedEvents[0].key)", recipe) {
            try Labels(events: events, of: series, training: training)
        }
        unknown = [:]
        steps = events.map { $0.rule.steps(series.times) }.max() ?? 1
        let read = events.flatMap(\.rule.channels)
        channels = series.channels.map(\.name).filter(read.contains)
        rules = events.map { ($0.name, $0.rule.text) }
    }

    private static func placed<T>(_ key: String, _ recipe: Recipe, _ make: () throws -> T) throws -> T {
        do { return try make() } catch let error as DataError {
            throw recipe.error(
                at: key, error.message.hasSuffix(".") ? String(error.message.dropLast()) : error.message)
        }
    }

    /// What the parts lack; throws where training knows only one answer.
    func notes(_ partition: Partition, _ recipe: Recipe) throws -> [String] {
        var notes = unknown.sorted { $0.key < $1.key }.map {
            "warning: \($0.key) does not occur in training, so \(grouped($0.value)) cells that have it are left out"
        }
        let key = recipe.task.labels.isEmpty ? "task.\(recipe.task.namedEvents[0].key)" : "task.labels"
        for (number, name) in labels.names.enumerated() {
            let share = labels.shares(partition.train)[number]
            guard share > 0, share < 1 else {
                throw recipe.error(
                    at: key,
                    share > 0
                        ? "\"\(name)\" always holds in training, so there is nothing to tell apart"
                        : "\"\(name)\" never holds in training, so nothing can be learned of it")
            }
            for (part, range) in [("validation", partition.validation), ("test", partition.test)]
            where labels.shares(range)[number] == 0 {
                notes.append(
                    "warning: \"\(name)\" never holds in the \(part) part: "
                        + (part == "test" ? "its precision and recall cannot be told" : "its threshold is one half"))
            }
        }
        return notes
    }
}
