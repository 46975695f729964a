import Foundation
import LimbeckData
import LimbeckFiles
public import LimbeckImport
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
        let isGiven = !teacher.predictions.isEmpty || teacher.model == Teacher.imported
        guard !isGiven || data.shape.head is PointHead else {
            throw error(
                at: key + (teacher.predictions.isEmpty ? ".file" : ".predictions"),
                "tells values, and the task asks for \(task.kind == .forecast ? "quantiles" : "labels"); leave "
                    + "\(task.kind == .forecast ? "task.quantiles" : "kind: \(task.kind.rawValue)") out, or name a model of the catalog with "
                    + "its weights")
        }
        if !teacher.predictions.isEmpty {
            return try refused(key + ".predictions") {
                let file = try ForecastFile(path: teacher.predictions)
                // Refused before anything is trained.
                let covered = try file.covered(data.train, of: data.targets)
                _ = try file.values(for: covered, of: data.targets, horizon: task.horizon)
                return .predictions(file)
            }
        }
        guard teacher.model == Teacher.imported else {
            let model = try teacherModel(teacher, at: key, data.context, catalog)
            if teacher.weights.isEmpty { return .trained(model) }
            let weights = try weights(of: teacher, at: key, model, data)
            let pretrained = PretrainedModel(model, weights: weights.fit.values, content: weights.content)
            try refused(key + ".weights", weights.fit.check)
            return teacher.fineTune ? .trained(pretrained) : .given(pretrained)
        }
        let model = try refused(key + ".file") {
            let bytes = try FileBytes.read(teacher.file)
            var configuration = ImportedModel.Configuration()
            (configuration.layout, configuration.outputLayout) = (teacher.layout, teacher.outputLayout)
            configuration.input = teacher.input == .scaled ? .scaled : .original
            configuration.output = teacher.output == .scaled ? .scaled : .original
            return try ImportedModel(
                ONNXModel(bytes), content: Self.content(of: bytes), shape: data.shape, scaler: data.windows.scaler,
                configuration: configuration)
        }
        return teacher.fineTune ? .trained(model) : .given(model)
    }

    /// The file's arrays beside the parameters of the teacher's model, and a name for its content.
    func weights(
        of teacher: Teacher, at key: String, _ model: any Model, _ data: PreparedData
    ) throws -> (fit: WeightFit, content: String) {
        try refused(key + ".weights") {
            let bytes = try FileBytes.read(teacher.weights)
            let fit = try WeightFit(
                SafetensorsFile(bytes), model.declarations(data.shape),
                map: WeightMap(names: teacher.names, ignored: teacher.ignore),
                measured: Set(model.statistics(data.statistics).keys))
            return (fit, Self.content(of: bytes))
        }
    }

    /// A short text that stands for a file.
    private static func content(of bytes: [UInt8]) -> String {
        var hash = Fingerprint()
        for byte in bytes { hash.add(UInt64(byte)) }
        return String(hash.value, radix: 16)
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

extension Pipeline {
    /// The first teacher's parameters beside the arrays of its weights file; nothing is trained.
    public func weightFit() throws -> WeightFit {
        let teacher = recipe.teacher
        guard !teacher.weights.isEmpty, teacher.model != Recipe.Teacher.imported else {
            throw recipe.error(at: "teacher.weights", "missing; name a safetensors file with the weights of a model")
        }
        let data = try PreparedData(recipe, catalogs)
        let model = try recipe.teacherModel(teacher, at: "teacher", data.context, catalogs.models)
        return try recipe.weights(of: teacher, at: "teacher", model, data).fit
    }
}
