// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift target of ours; `uses` is every module it may import.
func library(_ name: String, uses: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: strict)
}

func tests(
    _ name: String, uses: [Target.Dependency], resources: [Resource] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: uses, exclude: exclude, resources: resources,
        swiftSettings: strict)
}

/// oneDNN serves where the trait is on and the system has it; the portable kernels elsewhere.
let oneDNN: Target.Dependency = .target(
    name: "ConeDNN", condition: .when(platforms: [.linux], traits: ["OneDNN"]))

/// xz and zstd beside gzip, where the traits are on and the system has them.
let decompressors: [Target.Dependency] = [
    .target(name: "CLZMA", condition: .when(platforms: [.linux], traits: ["XZ"])),
    .target(name: "CZstd", condition: .when(platforms: [.linux], traits: ["Zstd"])),
]

let package = Package(
    name: "limbeck",
    products: [
        .library(name: "Limbeck", targets: ["Limbeck"]),
        .library(name: "LimbeckRuntime", targets: ["LimbeckRuntime"]),
        .library(name: "LimbeckExport", targets: ["LimbeckExport", "LimbeckONNX"]),
        .library(name: "LimbeckCompute", targets: ["LimbeckCompute", "LimbeckNN", "LimbeckModels", "LimbeckSeries"]),
        .executable(name: "limbeck", targets: ["limbeck-cli"]),
    ],
    traits: [
        .trait(name: "OneDNN", description: "Kernels from oneDNN 2.x (libdnnl-dev)."),
        .trait(name: "XZ", description: "Reads .xz through liblzma (liblzma-dev)."),
        .trait(name: "Zstd", description: "Reads .zst through libzstd (libzstd-dev)."),
        .default(enabledTraits: ["OneDNN", "XZ", "Zstd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Native code and system libraries.
        .systemLibrary(name: "ConeDNN", providers: [.apt(["libdnnl-dev"])]),
        .systemLibrary(name: "CLAPACK", providers: [.apt(["liblapack-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CLZMA", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CLimbeckKernels"),
        .target(name: "CLimbeckDatasets", exclude: ["auckland_2024_2025.csv.gz"]),

        // Values.
        .target(name: "CLimbeckRuntime"),
        library("LimbeckRuntime", uses: ["CLimbeckRuntime"]),
        library("LimbeckFiles"),
        library("LimbeckSeries", uses: ["LimbeckRuntime"]),
        library(
            "LimbeckData",
            uses: ["LimbeckSeries", "LimbeckRuntime", "LimbeckFiles", "CLimbeckDatasets", "CZlib"] + decompressors),
        library("LimbeckAnalysis", uses: ["LimbeckSeries"]),
        library(
            "LimbeckEvaluation", uses: ["LimbeckSeries", "LimbeckRuntime", "LimbeckFiles"],
            resources: [.embedInCode("Reports/Page")]),

        // Tensors.
        library(
            "LimbeckCompute",
            uses: ["CLimbeckKernels", "CLAPACK", oneDNN]),
        library("LimbeckNN", uses: ["LimbeckCompute"]),

        // Other tools' files.
        library("LimbeckONNX"),

        // Where the two meet.
        library(
            "LimbeckModels", uses: ["LimbeckNN", "LimbeckCompute", "LimbeckSeries", "LimbeckRuntime"]),
        library(
            "LimbeckDistill",
            uses: [
                "LimbeckModels", "LimbeckNN", "LimbeckCompute", "LimbeckData", "LimbeckEvaluation",
                "LimbeckSeries", "LimbeckRuntime", "LimbeckFiles",
            ]),
        library(
            "LimbeckExport",
            uses: [
                "LimbeckModels", "LimbeckCompute", "LimbeckData", "LimbeckSeries", "LimbeckRuntime",
                "LimbeckFiles", "LimbeckONNX",
            ]),
        library(
            "LimbeckImport",
            uses: [
                "LimbeckONNX", "LimbeckModels", "LimbeckNN", "LimbeckCompute", "LimbeckSeries", "LimbeckRuntime",
                "LimbeckFiles",
            ]),
        library("LimbeckTesting", uses: ["LimbeckNN", "LimbeckCompute", "LimbeckSeries"]),

        // The whole path.
        library(
            "Limbeck",
            uses: [
                "LimbeckRuntime", "LimbeckSeries", "LimbeckData", "LimbeckAnalysis",
                "LimbeckEvaluation", "LimbeckCompute", "LimbeckNN", "LimbeckModels",
                "LimbeckDistill", "LimbeckExport", "LimbeckImport", "LimbeckONNX", "LimbeckFiles", "Yams",
            ]),
        .executableTarget(
            name: "limbeck-cli",
            dependencies: [
                "Limbeck", "LimbeckRuntime", "LimbeckSeries", "LimbeckData", "LimbeckAnalysis",
                "LimbeckEvaluation", "LimbeckCompute", "LimbeckModels", "LimbeckDistill", "LimbeckExport",
                "LimbeckImport", "LimbeckONNX", "LimbeckFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "device-reference",
            dependencies: [
                "LimbeckRuntime", "LimbeckSeries", "LimbeckData",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/reference", swiftSettings: strict),

        // Tests.
        tests("LimbeckRuntimeTests", uses: ["LimbeckRuntime", "CLimbeckRuntime"]),
        tests("LimbeckFilesTests", uses: ["LimbeckFiles"]),
        tests("LimbeckSeriesTests", uses: ["LimbeckSeries", "LimbeckRuntime"]),
        tests(
            "LimbeckDataTests",
            uses: [
                "LimbeckData", "LimbeckAnalysis", "LimbeckSeries", "LimbeckRuntime", "LimbeckFiles", "CZlib",
            ],
            resources: [.copy("Fixtures")]),
        tests(
            "LimbeckEvaluationTests", uses: ["LimbeckEvaluation", "LimbeckSeries", "LimbeckFiles"],
            resources: [.copy("Fixtures")]),
        .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
        .target(
            name: "LimbeckGolden", dependencies: ["LimbeckCompute", "LimbeckTesting"],
            path: "Tests/Golden", exclude: ["make_golden.py", "make_onnx.py", "make_parquet.py", "make_weights.py"],
            resources: [.copy("layers.json"), .copy("optimizers.json"), .copy("models.json")],
            swiftSettings: strict),
        tests(
            "LimbeckComputeTests",
            uses: ["LimbeckCompute", "LimbeckNN", "LimbeckTesting", "LimbeckGolden"]),
        tests(
            "LimbeckModelsTests",
            uses: [
                "LimbeckModels", "LimbeckNN", "LimbeckCompute", "LimbeckData", "LimbeckSeries", "LimbeckRuntime",
                "LimbeckTesting", "LimbeckGolden",
            ]),
        tests(
            "LimbeckDistillTests",
            uses: [
                "LimbeckDistill", "LimbeckModels", "LimbeckNN", "LimbeckCompute", "LimbeckData",
                "LimbeckEvaluation", "LimbeckSeries", "LimbeckRuntime", "LimbeckFiles",
                "LimbeckTesting", "LimbeckGolden", "CAllocationCount",
            ]),
        tests(
            "LimbeckExportTests",
            uses: [
                "LimbeckExport", "LimbeckONNX", "LimbeckEvaluation", "LimbeckModels", "LimbeckNN",
                "LimbeckCompute", "LimbeckSeries", "LimbeckRuntime", "LimbeckFiles",
            ], exclude: ["Firmware"]),
        tests(
            "LimbeckImportTests",
            uses: [
                "LimbeckImport", "LimbeckONNX", "LimbeckModels", "LimbeckNN", "LimbeckCompute", "LimbeckSeries",
                "LimbeckRuntime", "LimbeckDistill", "LimbeckFiles", "LimbeckTesting",
            ],
            resources: [.copy("Fixtures")]),
        // Its command line tests run the executable that is built beside it.
        tests(
            "LimbeckTests",
            uses: [
                "Limbeck", "LimbeckCompute", "LimbeckData", "LimbeckEvaluation", "LimbeckImport", "LimbeckModels",
                "LimbeckNN", "LimbeckONNX", "LimbeckSeries", "LimbeckFiles",
            ],
            exclude: ["Transcripts"]),
    ]
)
