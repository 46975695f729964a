import Foundation
import LimbeckRuntime
public import LimbeckSeries

/// A way in which readings go wrong: one file and one line in the catalog each. Models learn to tell planted faults from
/// what is ordinary.
public protocol Fault: Sendable {
    /// Changes readings of `window.node` from `window.first` on and marks who is wrong.
    func plant(_ window: FaultWindow, _ draw: inout FaultDraw)
}

/// A window `[T, N, C]` of scaled readings in which a fault is planted.
public struct FaultWindow {
    let values: UnsafeMutablePointer<Float>
    /// Of each place: 0 ordinary, 1 wrong with the last reading, 2 not to be told.
    let marks: UnsafeMutablePointer<UInt8>?
    public let steps, nodes, channels: Int
    /// Channels that a place is watched by: the first ones.
    public let outputs: Int
    public let node: Int
    /// The step of the window that the fault begins with; below 0 where it began before the window.
    public let first: Int
    /// The step that it ends before; `steps` where it goes on.
    public let end: Int
    /// The places that vary with `node` most, the nearest first.
    public let near: [Int]
    let series: UnsafePointer<Float>
    /// Of the window's first step.
    let start: Int
    let scaler: Scaler

    /// A scaled reading, in deviations of its place and channel.
    public subscript(step: Int, node: Int, channel: Int) -> Float {
        get { values[(step * nodes + node) * channels + channel] }
        nonmutating set { values[(step * nodes + node) * channels + channel] = newValue }
    }

    /// As it was before the window, for steps below 0; the first of all where there was none so long ago.
    public func earlier(_ step: Int, _ node: Int, _ channel: Int) -> Float {
        series[(max(0, start + step) * nodes + node) * channels + channel]
    }

    /// A scaled reading of one place as it is scaled at another.
    func scaled(_ value: Float, from node: Int, to other: Int, _ channel: Int) -> Float {
        scaler.scaled(
            scaler.unscaled(value, at: node * channels + channel), at: other * channels + channel)
    }

    /// The steps of the window that the fault changes.
    public var changed: Range<Int> { max(0, first)..<max(max(0, first), end) }

    /// A place is wrong, and still is with the last reading.
    ///
    /// - Parameter isSeen: false where nobody could tell, so that nothing is learned of it.
    public func mark(_ node: Int, isSeen: Bool = true) {
        guard let marks, end >= steps else { return }
        if marks[node] != 1 { marks[node] = isSeen ? 1 : 2 }
    }
}

/// What a fault draws from: the same numbers for the same window on every machine.
public struct FaultDraw {
    private var generator: CounterGenerator

    init(seed: UInt64, stream: UInt64) { generator = CounterGenerator(seed: seed, stream: stream) }

    public mutating func below(_ bound: Int) -> Int { generator.next(below: bound) }

    public mutating func uniform(_ low: Double = 0, _ high: Double = 1) -> Double {
        low + (high - low) * Double(generator.next() >> 11) * 0x1p-53
    }

    /// Of mean 0 and deviation 1 (Box & Muller 1958).
    public mutating func normal() -> Double {
        (-2 * log(1 - uniform())).squareRoot() * cos(2 * .pi * uniform())
    }

    public mutating func sign() -> Double { generator.next() >> 63 == 0 ? 1 : -1 }

    /// As often short as long, on a logarithmic scale.
    public mutating func length(_ low: Double, _ high: Double) -> Double {
        low * exp(uniform() * log(max(1, high / low)))
    }
}

/// A kind of fault by the name a recipe gives it.
public struct FaultEntry: CatalogEntry {
    public var name: String
    public var summary: String
    public var fault: any Fault

    public init(_ name: String, _ summary: String, _ fault: any Fault) {
        self.name = name
        self.summary = summary
        self.fault = fault
    }

    public static let kind = "fault"
    public static func error(_ message: String) -> any Error { ModelError(.unknownModel, message) }
}

public typealias FaultCatalog = Catalog<FaultEntry>

extension Catalog<FaultEntry> {
    public static var standard: FaultCatalog {
        FaultCatalog([
            FaultEntry("stuck", "The last reading is repeated.", Stuck()),
            FaultEntry("drift", "A bias grows.", Drift()),
            FaultEntry("swapped", "Two places are exchanged.", Swapped()),
            FaultEntry("shift", "Readings rise or fall and stay there, maybe at places nearby too.", Shift()),
            FaultEntry("noise", "Readings are noisier than they are.", Noise()),
        ])
    }
}
