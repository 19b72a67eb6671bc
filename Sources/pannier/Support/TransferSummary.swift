import PannierCore

/// How a transfer ended, on one line: what was done, then what crossed the network for it and what need not.
enum TransferSummary {
    static func text(_ state: TransferState) -> String {
        let skipped = state.filesSkipped > 0 ? "; \(state.skipped.words) left out" : ""
        switch state.state {
        case .done:
            let verb = state.from != nil ? "copied" : state.direction == .upload ? "put" : "fetched"
            return "\(state.title): \(files(state.filesDone)) \(verb)\(bytes(state))\(skipped)"
        case .failed where state.isUnsentCopy: return "\(state.title): not copied"
        case .partlyFailed, .failed:
            let isOne = state.filesDone == 0 && state.filesFailed + state.filesLeft <= 1
            if isOne, state.foldersFailed == 0 { return "\(state.title): not done\(skipped)" }
            return "\(state.title): \(files(state.filesDone)) done\(notDone(state))\(skipped)"
        case .cancelled: return "\(state.title): cancelled"
        case .queued, .running, .paused, .retrying: return "\(state.title): \(state.state.words)"
        }
    }

    /// - Parameter count: files and folders whose folder could not be made.
    static func homeless(_ count: Int64) -> String {
        count == 1
            ? "pannier: 1 more lies in a folder that could not be made."
            : "pannier: \(Format.count(count)) more lie in folders that could not be made."
    }

    private static func bytes(_ state: TransferState) -> String {
        let isUpload = state.direction == .upload
        let reused = Format.bytes(state.bytesReused)
        switch (state.bytesSent, state.bytesReused) {
        case (0, 0): return ""
        case (0, _):
            return isUpload
                ? "; no bytes had to be sent, the server had them" : "; no bytes had to be sent, they were here"
        case (let sent, 0): return ", \(moved(sent, state))"
        case (let sent, _):
            return
                ", \(moved(sent, state)); \(isUpload ? "the server had \(reused) of it" : "\(reused) of it was here")"
        }
    }

    private static func moved(_ bytes: Int64, _ state: TransferState) -> String {
        let verb = state.direction == .upload ? "sent" : "received"
        // Of less than a second nothing can be said that is true.
        guard state.ranMilliseconds >= 1_000 else { return "\(Format.bytes(bytes)) \(verb)" }
        let seconds = Double(state.ranMilliseconds) / 1_000
        let rate = Format.rate(Double(bytes) / seconds)
        return "\(Format.bytes(bytes)) \(verb) in \(Format.duration(seconds: seconds)) (\(rate))"
    }

    private static func notDone(_ state: TransferState) -> String {
        var parts: [String] = []
        if state.filesFailed > 0 { parts.append("\(Format.count(state.filesFailed)) could not be done") }
        if state.foldersFailed > 0 {
            let folders = "\(Format.count(state.foldersFailed)) \(state.foldersFailed == 1 ? "folder" : "folders")"
            parts.append("\(folders) could not be read or made")
        }
        if state.filesLeft > 0 { parts.append("\(Format.count(state.filesLeft)) not done") }
        return parts.map { ", " + $0 }.joined()
    }

    private static func files(_ count: Int64) -> String { "\(Format.count(count)) \(count == 1 ? "file" : "files")" }
}
