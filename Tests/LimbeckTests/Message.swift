@testable import Limbeck

/// The text of the error that `body` throws; empty when it throws none.
func message<Result>(_ body: () throws -> Result) -> String {
    do {
        _ = try body()
        return ""
    } catch let error as LimbeckError {
        return error.message
    } catch {
        return "another error: \(error)"
    }
}
