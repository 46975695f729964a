import Foundation
import LimbeckFiles
import LimbeckSeries

/// A run's scores: the one writer and reader of `scores.json`.
///
/// The file is a JSON array with one score a line, keys in a fixed order, sorted by role, model,
/// split, seed, channel, metric and horizon, so that two runs can be compared with `diff`.
public struct Scores: Hashable, Sendable {
    public var all: [Score]

    public init(_ all: [Score] = []) { self.all = all }

    /// Throws `unreadable` or `malformed`, with path and place.
    public init(contentsOf path: String) throws {
        let bytes = try FileBytes.read(path)
        do {
            all = try JSONDecoder().decode([Score].self, from: Data(bytes))
        } catch {
            throw EvaluationError(
                .malformed,
                "\(path) is not a list of scores (\(Self.place(of: error))); write it again with"
                    + " `limbeck evaluate`, or see Documentation/Scores.md for its form",
                cause: error)
        }
    }

    /// Throws `notFinite` for a score that is no number, `unwritable` when the file cannot be.
    public func write(to path: String) throws { try AtomicFile.write(path, text: json) }

    /// The file's text.
    public var json: String {
        get throws {
            let lines = try sorted.map { score in
                guard score.value.isFinite else {
                    throw EvaluationError(
                        .notFinite,
                        "\(score.model): \(score.metric) is \(score.value);"
                            + " a score must be a number")
                }
                let horizon =
                    switch score.horizon {
                    case .step(let step): String(step)
                    case .average: "\"average\""
                    }
                return "  {\"model\": \(JSONText.quoted(score.model)), "
                    + "\"role\": \"\(score.role.rawValue)\", "
                    + "\"metric\": \(JSONText.quoted(score.metric)), "
                    + (score.channel.isEmpty ? "" : "\"channel\": \(JSONText.quoted(score.channel)), ")
                    + "\"horizon\": \(horizon), "
                    + "\"value\": \(JSONText.number(score.value)), "
                    + "\"unit\": \(JSONText.quoted(score.unit)), "
                    + "\"split\": \"\(score.split.rawValue)\", \"seed\": \(score.seed)}"
            }
            return lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n"
        }
    }

    /// By role, model, split, seed, channel (all of them first, then as scored), metric and horizon.
    public var sorted: [Score] {
        let metrics = Self.order(
            MetricCatalog.standard.entries.map(\.name) + ScoreColumn.all.map(\.metric) + Cost.allCases.map(\.rawValue))
        let channels = Self.order([""] + channels)
        func group(_ score: Score) -> (Int, String, String, String, Int) {
            (score.role.rank, score.role.rawValue, score.model, score.split.rawValue, score.seed)
        }
        func rank(_ score: Score) -> (Int, Int, String, ScoreHorizon) {
            (channels[score.channel] ?? .max, metrics[score.metric] ?? .max, score.metric, score.horizon)
        }
        return all.sorted {
            let (left, right) = (group($0), group($1))
            return left == right ? rank($0) < rank($1) : left < right
        }
    }

    /// The channels that have scores of their own, as they were scored; empty where there is one channel.
    public var channels: [String] {
        var seen: [String] = []
        for score in all where !score.channel.isEmpty && !seen.contains(score.channel) { seen.append(score.channel) }
        return seen
    }

    /// The metric that charts, verdicts and tables tell first: the error of values, or the log loss of probabilities.
    public var headline: String { all.contains { $0.metric == "mae" } ? "mae" : "logLoss" }

    /// Baselines that were scored, in the order of tables.
    public var baselines: [Role] {
        Set(all.map(\.role)).filter(\.isBaseline).sorted { ($0.rank, $0.rawValue) < ($1.rank, $1.rawValue) }
    }

    /// The scores that match everything given.
    ///
    /// - Parameter channel: one of ``channels``; nil for scores of all channels together.
    public func filtered(
        role: Role? = nil, model: String? = nil, metric: String? = nil, channel: String? = nil,
        horizon: ScoreHorizon? = nil, split: ScoreSplit? = nil, seed: Int? = nil
    ) -> [Score] {
        all.filter {
            (role == nil || $0.role == role) && (model == nil || $0.model == model)
                && (metric == nil || $0.metric == metric) && $0.channel == channel ?? ""
                && (horizon == nil || $0.horizon == horizon)
                && (split == nil || $0.split == split) && (seed == nil || $0.seed == seed)
        }
    }

    /// The mean over seeds, or nil when nothing matches.
    public func value(
        role: Role, metric: String, channel: String? = nil, horizon: ScoreHorizon = .average,
        split: ScoreSplit = .test
    ) -> Double? {
        let found = filtered(role: role, metric: metric, channel: channel, horizon: horizon, split: split)
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value } / Double(found.count)
    }

    private static func order(_ names: [String]) -> [String: Int] {
        Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map { key in
                key.intValue.map { "entry \($0 + 1)" } ?? "key “\(key.stringValue)”"
            }.joined(separator: ", ")
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(path(context)): key “\(key.stringValue)” is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            let place = path(context)
            return (place.isEmpty ? "" : place + ": ") + context.debugDescription
        @unknown default: return "\(error)"
        }
    }
}
