import Foundation

/// Where a student lies: a `.limbeck` file, or the folder of the run that made it.
enum StudentPath {
    static func file(_ path: String) throws -> String {
        var isFolder = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return path
        }
        let file = "\(path)/student.limbeck"
        guard FileManager.default.fileExists(atPath: file) else {
            throw Failure(
                code: 1,
                message: "\(path): this folder holds no student.limbeck; name a student's file, or the folder of "
                    + "a run that has ended.")
        }
        return file
    }
}
