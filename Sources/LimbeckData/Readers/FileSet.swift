import Foundation
import LimbeckFiles

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
    static func open(_ path: String, format: String, limit: Int) throws -> Opened {
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
        guard format == DataSource.auto, let members = try zipped(bytes, path, limit) ?? tarred(bytes, path) else {
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
