public import LimbeckCompute
import LimbeckNN

/// What a run minimises: Σ weightᵢ · lossᵢ, each term by name. Plain training is an objective
/// without teacher terms.
public struct Objective: Sendable {
    public var terms: [Term]

    public init(_ terms: [Term]) { self.terms = terms }

    /// Hard labels alone.
    public static func plain(_ loss: any DistillationLoss = HardTarget()) -> Objective {
        Objective([Term("hard", loss)])
    }

    /// Checks everything that can be checked before data is read.
    public func validate(teachers: Int, task: TaskKind = .forecast) throws {
        guard !terms.isEmpty else {
            throw DistillError(.badObjective, "The objective has no terms; give at least one, such as hard.")
        }
        var names: Set<String> = []
        for term in terms {
            guard names.insert(term.name).inserted else {
                throw DistillError(
                    .badObjective, "Two terms are named \"\(term.name)\"; names must differ.", term: term.name)
            }
            if case .only(let kind, let instead) = term.loss.fit, kind != task {
                throw DistillError(.badObjective, "Term \"\(term.name)\": \(instead).", term: term.name)
            }
            let needs = term.loss.needs
            if needs.teachers > teachers {
                throw DistillError(
                    .badObjective,
                    "Term \"\(term.name)\" needs \(needs.teachers) teacher\(needs.teachers == 1 ? "" : "s"), there \(teachers == 1 ? "is" : "are") \(teachers); add a teacher or take the term out.",
                    term: term.name
                )
            }
            try term.naming { try term.loss.validate(teachers: teachers) }
            try term.weight.validate("weight", of: term, minimum: 0)
            try term.temperature.validate("temperature", of: term, minimum: 1e-3)
        }
        guard terms.contains(where: { $0.weight.largest > 0 }) else {
            throw DistillError(.badObjective, "Every term has weight 0; nothing would be learned.")
        }
    }
}

/// A named, weighted loss.
public struct Term: Sendable {
    public var name: String
    public var loss: any DistillationLoss
    public var weight: Schedule
    /// Softens class probabilities; losses without one ignore it.
    public var temperature: Schedule

    public init(
        _ name: String, _ loss: any DistillationLoss, weight: Schedule = 1, temperature: Schedule = 1
    ) {
        self.name = name
        self.loss = loss
        self.weight = weight
        self.temperature = temperature
    }

    /// A loss that refuses its settings does not know which term it belongs to.
    func naming<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as DistillError where error.code == .badObjective {
            throw DistillError(error.code, "Term \"\(name)\": \(error.message)", term: name)
        }
    }
}

/// A number over the epochs of a run.
public enum Schedule: Hashable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    public enum Shape: String, Hashable, Sendable, Codable, CaseIterable {
        /// Evenly.
        case linear
        /// Slowly at both ends: half a cosine.
        case cosine
        /// All at once, after `over` epochs.
        case step
    }

    case constant(Double)
    /// From one value to another over the first `over` epochs; a step changes at the end of them.
    case ramp(from: Double, to: Double, over: Double, shape: Shape)

    public init(floatLiteral value: Double) { self = .constant(value) }
    public init(integerLiteral value: Int) { self = .constant(Double(value)) }

    public func value(epoch: Double) -> Double {
        switch self {
        case .constant(let value): return value
        case .ramp(let from, let to, let over, let shape):
            let progress = over > 0 ? min(1, max(0, epoch / over)) : 1
            guard progress < 1 else { return to }
            switch shape {
            case .linear: return from + (to - from) * progress
            case .cosine: return to + (from - to) * halfCosine(progress)
            case .step: return from
            }
        }
    }

    public var largest: Double {
        switch self {
        case .constant(let value): value
        case .ramp(let from, let to, _, _): max(from, to)
        }
    }

    func validate(_ name: String, of term: Term, minimum: Double) throws {
        let values =
            switch self {
            case .constant(let value): [value]
            case .ramp(let from, let to, let over, _): [from, to, over < 0 ? -.infinity : minimum]
            }
        guard values.allSatisfy({ $0.isFinite && $0 >= minimum }) else {
            throw DistillError(
                .badObjective, "The \(name) of term \"\(term.name)\" must be finite and at least \(minimum).",
                term: term.name)
        }
    }
}

/// A model as it was traced into an objective's computation.
public struct TracedModel {
    /// Of each part of an ensemble, `[B, H, N, C]` for forecasts, logits `[B, K]` for classes.
    public var members: [Tensor]
    var scope: Scope

    public init(members: [Tensor], scope: Scope) {
        self.members = members
        self.scope = scope
    }

    /// The mean of the members.
    public var output: Tensor {
        guard let first = members.first else { preconditionFailure("TracedModel: no members") }
        return members.count == 1
            ? first : members.dropFirst().reduce(first, +).scaled(1 / Float(members.count))
    }

    /// The intermediate result that was tapped as `name`.
    public func tap(_ name: String) throws -> Tensor {
        let path = scope.child(name).path
        if let tensor = scope.trace.taps[path] { return tensor }
        let known = scope.trace.taps.keys.filter { $0.hasPrefix(scope.path + "/") }
            .map { String($0.dropFirst(scope.path.count + 1)) }.sorted()
        throw DistillError(
            .unknownTap,
            "The \(scope.path) has no tap \"\(name)\"; known are \(known.joined(separator: ", ")).")
    }
}

/// What users of distillation cause.
public struct DistillError: Error, CustomStringConvertible, Sendable {
    public enum Code: String, Sendable {
        case badObjective, unknownTap, unknownLoss, badConfiguration, notFinite, damagedFile,
            mismatch, tooShort
    }
    public var code: Code
    public var message: String
    /// The name of the objective's term that is refused, where it is one.
    public var term: String?

    public init(_ code: Code, _ message: String, term: String? = nil) {
        self.code = code
        self.message = message
        self.term = term
    }

    public var description: String { message }
}
