import Foundation
import LimbeckFiles

/// `report.html`: one self-contained page that opens anywhere, without a network.
///
/// Words and tables are in the page itself and read without JavaScript; charts are drawn by the
/// inlined script from the inlined data. A content security policy forbids any request.
public enum Report {
    /// The whole page. Throws only when `content` cannot be encoded.
    public static func html(_ content: ReportContent) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "∞", negativeInfinity: "-∞", nan: "NaN")
        // `<` occurs only inside strings, where its escape means the same.
        let data = String(decoding: try encoder.encode(content), as: UTF8.self)
            .replacingOccurrences(of: "<", with: "\\u003c")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <title>\(escaped(content.title)): \(escaped(content.headline))</title>
            <style>
            \(page(PackageResources.report_css))
            </style>
            </head>
            <body>
            <main>
            \(ReportSections.all(content))
            </main>
            <script type="application/json" id="data">\(data)</script>
            <script>
            \(page(PackageResources.charts_js))
            \(page(PackageResources.map_js))
            \(page(PackageResources.page_js))
            </script>
            </body>
            </html>

            """
    }

    /// A file of `Page`, which is part of the binary: a report needs nothing beside it.
    private static func page(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Writes the page whole. Throws `unwritable`.
    public static func write(_ content: ReportContent, to path: String) throws {
        try AtomicFile.write(path, text: try html(content))
    }

    /// Text safe in an element and in a quoted attribute.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
