import Glibc
package import Logging
package import PannierMirror
import Synchronization

/// The agent's log: lines on standard error, which the starter has pointed at the log's file. Grown too long, the file is
/// put aside, so that there are never more than two of that size.
package struct AgentLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info

    private let path: String?
    private static let writing = Mutex(())

    /// Bytes after which the file is put aside.
    package static let fileBytes = 1 << 20

    /// - Parameter path: of the file that standard error writes to; nil when it is a terminal.
    package init(path: String?) { self.path = path }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let values = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = values.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let line = "\(Self.timeText()) \(event.level) \(event.message)\(details)"
        // One line whatever a name or a message holds.
        let safe = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        let bytes = Array((safe + "\n").utf8)
        Self.writing.withLock { _ in
            if let path { Self.rotate(path) }
            _ = write(STDERR_FILENO, bytes, bytes.count)
        }
    }

    /// The log's file, for appending; 0600.
    package static func open(_ path: String) throws(SystemCallError) -> Int32 {
        try systemCall("open", path) {
            Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        }
    }

    private static func rotate(_ path: String) {
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0, status.st_size > fileBytes else { return }
        rename(path, path + ".old")
        guard let file = try? open(path) else { return }
        dup2(file, STDOUT_FILENO)
        dup2(file, STDERR_FILENO)
        close(file)
    }

    private static func timeText() -> String {
        var seconds = time(nil)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "-" }
        var text = [CChar](repeating: 0, count: 32)
        let length = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
