import Foundation
import LimbeckFiles
import LimbeckSeries

/// The files that `data.path` stands for where it is a folder, a pattern such as `stations/*.csv`, or an archive.
struct FileSet {
    struct File {
        /// With its path, that of the archive before it.
        var name: String
        /// Decompressed.
        var content: () throws -> [UInt8]
    }

    /// Those of data, sorted by name.
    let files: [File]
    /// Those beside them that are neither data nor papers about it.
    let passedOver: [String]

    /// What a path stands for.
    enum Opened {
        /// One file, or an archive of NumPy arrays: its bytes, decompressed.
        case one([UInt8])
        case several(FileSet)
    }

    /// Throws `emptyFile` where a folder, pattern or archive holds no data.
    static func open(_ path: String, format: DataSource.Format, limit: Int) throws -> Opened {
        if isFolder(path) {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            let base = path.hasSuffix("/") ? path : path + "/"
            let data = names.filter(FileName.isData)
            guard !data.isEmpty else {
                let isNested = names.contains { isFolder(base + $0) && !$0.hasPrefix(".") }
                throw DataError(
                    .emptyFile,
                    "\(path): is a folder without files of data (\(FileName.ends.joined(separator: ", "))); name a file in "
                        + "it, or a pattern such as \(base)\(isNested ? "*/" : "")*.csv.")
            }
            return .several(
                FileSet(
                    files: data.map { onDisk(base + $0, limit) },
                    passedOver: names.filter { FileName.isPassedOver($0) && !isFolder(base + $0) }))
        }
        if !FileManager.default.fileExists(atPath: path), path.contains(where: { "*?[".contains($0) }) {
            let found = matches(path)
            guard !found.isEmpty else {
                throw DataError(.emptyFile, "\(path): no file is called so; check the pattern.")
            }
            return .several(FileSet(files: found.map { onDisk($0, limit) }, passedOver: []))
        }
        let bytes = try FileBytes.readDecompressed(path, limit: limit)
        guard format == .auto, let members = try zipped(bytes, path, limit) ?? tarred(bytes, path) else {
            return .one(bytes)
        }
        let data = members.filter { FileName.isData($0.name) }
        let files = (data.isEmpty ? members : data).sorted { $0.name < $1.name }.map { member in
            let name = "\(path)/\(member.name)"
            return File(name: name) { try FileBytes.decompressed(member.content(), limit: limit, file: name) }
        }
        return .several(
            FileSet(
                files: files, passedOver: data.isEmpty ? [] : members.map(\.name).filter(FileName.isPassedOver).sorted()
            ))
    }

    private static func onDisk(_ path: String, _ limit: Int) -> File {
        File(name: path) { try FileBytes.readDecompressed(path, limit: limit) }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private static func matches(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        let found = (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }
        return found.filter { !isFolder($0) }.sorted()
    }

    // MARK: Archives

    /// The files of a zip archive; nil for other bytes, and where none is of data but NumPy's arrays.
    private static func zipped(_ bytes: [UInt8], _ path: String, _ limit: Int) throws -> [File]? {
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
        let archive = try ZipArchive(bytes, file: path)
        let members = archive.members.filter { !$0.name.hasSuffix("/") && !$0.name.hasSuffix(".npy") }
        guard members.contains(where: { FileName.isData($0.name) }) else { return nil }
        guard members.reduce(0, { $0 + $1.size }) <= limit else {
            throw DataError(
                .badFormat, "\(path): unfolds to more than data.limit (\(limit) bytes); raise it if that is meant.")
        }
        return members.map { member in File(name: member.name) { try archive.content(member) } }
    }

    private static func tarred(_ bytes: [UInt8], _ path: String) throws -> [File]? {
        guard TarArchive.isTar(bytes) else { return nil }
        let members = try TarArchive(bytes, file: path).members.filter { !$0.range.isEmpty }
        guard !members.isEmpty else {
            throw DataError(.emptyFile, "\(path): is a tar archive without a file in it; check the path.")
        }
        return members.map { member in File(name: member.name) { Array(bytes[member.range]) } }
    }
}

/// What the name of a file says.
enum FileName {
    /// How names of files of data end.
    static let ends = ["csv", "tsv", "txt", "dat", "data", "parquet", "npy", "npz"]
    private static let packed = ["gz", "xz", "zst"]
    /// What lies beside data and is none.
    private static let papers: Set = [
        "readme", "license", "licence", "notice", "changelog", "changes", "copying", "sources",
    ]

    static func isData(_ name: String) -> Bool {
        guard isOwn(name) else { return false }
        var parts = parts(name)
        if let last = parts.last, packed.contains(last) { parts.removeLast() }
        return parts.count > 1 && ends.contains(parts[parts.count - 1])
    }

    /// Not of data, and not about it.
    static func isPassedOver(_ name: String) -> Bool { isOwn(name) && !isData(name) }

    /// Not hidden, not what other systems leave beside each file, and no paper about the data.
    private static func isOwn(_ name: String) -> Bool {
        !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__MACOSX" }
            && !papers.contains(parts(name).first ?? "")
    }

    private static func parts(_ name: String) -> [String] {
        (name.lowercased().split(separator: "/").last ?? "").split(separator: ".").map(String.init)
    }

    /// "north" of "stations/north.csv.gz".
    static func stem(_ path: String) -> String {
        fileName(path).split(separator: ".").first.map(String.init) ?? path
    }

    /// The stems of paths where they differ, else with the folders in which they do: "a/north", "b/north".
    static func distinct(_ paths: [String]) -> [String] {
        let parts = paths.map { path in
            path.split(separator: "/").dropLast().map(String.init) + [stem(path)]
        }
        for depth in 1...(parts.map(\.count).max() ?? 1) {
            let names = parts.map { $0.suffix(depth).joined(separator: "/") }
            if Set(names).count == names.count { return names }
        }
        return paths.map { fileName($0) }
    }

    /// A name as it is called without the times in it that are those of its rows: "north" of "north_2024-01", nothing of
    /// "2024-01"; the same where it has none.
    ///
    /// - Parameter span: of its rows, seconds on a local clock.
    static func withoutPeriod(_ name: String, _ span: ClosedRange<Int64>) -> String {
        let first = CalendarFields(span.lowerBound), last = CalendarFields(span.upperBound)
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        func isYear(_ number: Int) -> Bool { (first.year...last.year).contains(number) }
        func isMonth(_ year: Int, _ month: Int) -> Bool {
            (1...12).contains(month)
                && (first.year * 12 + first.month...last.year * 12 + last.month).contains(year * 12 + month)
        }
        var kept: [Substring] = [], year: Int?
        for token in name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            // "2024a" is the first part of 2024.
            let digits = token.prefix { $0.isNumber }
            let number = token.count - digits.count <= 1 ? Int(digits) : nil
            let isTime: Bool
            switch (number, number == nil ? token.count : digits.count) {
            case (let number?, 4):
                isTime = isYear(number)
                if isTime { year = number }
            case (let number?, 6): isTime = isMonth(number / 100, number % 100)
            case (let number?, 8): isTime = isMonth(number / 10_000, number / 100 % 100)
            // Months, quarters, weeks and days behind a year.
            case (let number?, ...2): isTime = year != nil && number <= 53
            case (nil, 2) where "qQwW".contains(token.first ?? "-"): isTime = year != nil
            case (nil, _):
                let word = token.lowercased(), month = months.firstIndex(of: String(word.prefix(3)))
                let isName = month.map { fullMonths[$0].hasPrefix(word) } ?? false
                isTime = isName && (first.year...last.year).contains { isMonth($0, (month ?? 0) + 1) }
            default: isTime = false
            }
            if !isTime { kept.append(token) }
        }
        return kept.count == name.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).count
            ? name : kept.joined(separator: "_")
    }

    private static let fullMonths = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]
}
