import LimbeckData

extension PreparedData {
    /// Puts the channels that `task.targets` names first, and returns how many there are.
    static func arrange(
        _ loaded: inout LoadedSeries, _ recipe: Recipe, _ question: Question?
    ) throws -> Int {
        let task = recipe.task, names = loaded.series.channels.map(\.name)
        for (index, name) in task.futureCovariates.enumerated() {
            try recipe.check(name, among: names, at: "task.futureCovariates[\(index)]")
        }
        try loaded.lead(task.futureCovariates, by: task.lead)
        let ahead = loaded.future
        guard ahead.isEmpty || task.history >= task.lead else {
            throw recipe.error(
                at: "task.history",
                "covariates known ahead are read in the window, a horizon before their time, so it must be at least as long "
                    + "as the horizon, \(task.lead)")
        }
        var wanted = task.targets.isEmpty ? question?.channels ?? loaded.targets : task.targets
        if wanted.isEmpty, !ahead.isEmpty { wanted = names.filter { !ahead.contains($0) } }
        guard !wanted.isEmpty else {
            guard ahead.isEmpty else {
                throw recipe.error(at: "task.futureCovariates", "names every channel, so none is left to forecast")
            }
            return names.count
        }
        if let both = wanted.first(where: ahead.contains) {
            throw recipe.error(
                at: "task.targets", "\"\(both)\" is to be forecast and known ahead, which cannot both be")
        }
        let found = try wanted.enumerated().map { index, name in
            try recipe.check(name, among: names, at: "task.targets[\(index)]")
            return names.firstIndex(of: name) ?? 0
        }
        guard Set(found).count == found.count else {
            throw recipe.error(at: "task.targets", "a channel is named twice; name each once")
        }
        let others = names.indices.filter { !found.contains($0) }
        loaded.series = loaded.series.keeping(
            channels: found + others.filter { !ahead.contains(names[$0]) } + others.filter { ahead.contains(names[$0]) }
        )
        return found.count
    }

    static func covariates(_ loaded: LoadedSeries, outputs: Int) -> [Covariate] {
        let names = loaded.series.channels.map(\.name)
        let joined = loaded.sources.map { source in
            Covariate(
                name: source.name,
                channels: Set(names.indices.filter { $0 >= outputs && source.channels.contains(names[$0]) }))
        }.filter { !$0.channels.isEmpty }
        let known = joined.reduce(into: Set<Int>()) { $0.formUnion($1.channels) }
        let own = names.indices.filter { $0 >= outputs && !known.contains($0) }
        let facts = loaded.series.facts?.names ?? []
        return own.map { Covariate(name: names[$0], channels: [$0]) } + joined
            + loaded.factSources.map { source in
                Covariate(name: source.name, facts: Set(facts.indices.filter { source.facts.contains(facts[$0]) }))
            }
    }
}
