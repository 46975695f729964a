// swift-tools-version: 6.2
import PackageDescription

// What is measured, kept apart so that nobody who uses Limbeck builds it.
let package = Package(
    name: "limbeck-benchmarks",
    dependencies: [
        .package(name: "limbeck", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        .executableTarget(
            name: "training-bench",
            dependencies: [
                .product(name: "LimbeckCompute", package: "limbeck"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "parity-bench",
            dependencies: [
                .product(name: "LimbeckCompute", package: "limbeck"),
                .product(name: "LimbeckExport", package: "limbeck"),
                .product(name: "LimbeckRuntime", package: "limbeck"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "fuzz-bench",
            dependencies: [
                .product(name: "LimbeckRuntime", package: "limbeck"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
        // Nothing but the runtime, so that its process is what a user's would be.
        .executableTarget(
            name: "runtime-bench",
            dependencies: [.product(name: "LimbeckRuntime", package: "limbeck")],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
