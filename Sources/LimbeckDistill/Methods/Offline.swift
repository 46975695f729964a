/// One phase with every term; teachers were trained before, and stand still (Hinton et al. 2015).
public struct Offline: Method, Codable {
    public init() {}

    public func phases(_ objective: Objective) -> [Phase] { [Phase("all", objective: objective)] }
}
