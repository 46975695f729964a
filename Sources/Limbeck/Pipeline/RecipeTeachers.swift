import Foundation
import LimbeckData
import LimbeckFiles
import LimbeckImport
import LimbeckModels
import LimbeckONNX

extension Recipe.Teacher {
    /// As tables show it: a model's name, or that of the file it comes from.
    var title: String {
        let path = predictions.isEmpty ? file : predictions
        return path.isEmpty ? model : path.split(separator: "/").last.map(String.init) ?? path
    }
}

extension Recipe {
    /// A catalogued model to train, a file's model, or a file's forecasts; whatever does not fit the
    /// data is refused here.
    func teacherSource(
        _ teacher: Teacher, at key: String, _ data: PreparedData, _ catalog: ModelCatalog
    ) throws -> Plan.Source {
        if !teacher.predictions.isEmpty {
            return try refused(key + ".predictions") {
                let file = try ForecastFile(path: teacher.predictions)
                // Every training window must be there before anything is trained.
                _ = try file.values(for: data.train, of: data.series, horizon: task.horizon)
                return .predictions(file)
            }
        }
        guard teacher.model == Teacher.imported else {
            return .trained(try teacherModel(teacher, at: key, data.context, catalog))
        }
        let model = try refused(key + ".file") {
            let bytes = try FileBytes.read(teacher.file)
            var hash = Fingerprint()
            for byte in bytes { hash.add(UInt64(byte)) }
            var configuration = ImportedModel.Configuration()
            (configuration.layout, configuration.outputLayout) = (teacher.layout, teacher.outputLayout)
            configuration.input = teacher.input == .scaled ? .scaled : .original
            configuration.output = teacher.output == .scaled ? .scaled : .original
            return try ImportedModel(
                ONNXModel(bytes), name: String(hash.value, radix: 16), shape: data.shape, scaler: data.windows.scaler,
                configuration: configuration)
        }
        return teacher.fineTune ? .trained(model) : .given(model)
    }

    /// A file's refusal, with the place of its key in the recipe.
    private func refused<T>(_ key: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            switch error {
            case is ImportError, is ONNXError, is DataError, is FileError:
                let message = "\(error)"
                throw self.error(at: key, message.hasSuffix(".") ? String(message.dropLast()) : message)
            default: throw error
            }
        }
    }
}
