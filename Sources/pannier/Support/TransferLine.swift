import PannierCore

/// A transfer on one line.
enum TransferLine {
    static func text(_ state: TransferState) -> String {
        let arrow = state.direction == .upload ? "up  " : "down"
        let kind = state.state.words + String(repeating: " ", count: max(0, 13 - state.state.words.count))
        let total = "\(Format.bytes(state.bytesTotal))\(state.isScanned ? "" : "+")"
        var parts = [
            "\(ShortID.text(state.id))  \(arrow)  \(kind)", "\(Format.bytes(state.bytesAdvanced)) of \(total)",
        ]
        if state.state == .running { parts.append(Format.rate(state.bytesPerSecond)) }
        if state.filesFailed > 0 { parts.append("\(Format.count(state.filesFailed)) failed") }
        let (from, to) = state.ends
        parts.append("\(from)\(state.others) → \(to)")
        if let problem = state.problem { parts.append("\(problem.title) (\(problem.code.rawValue))") }
        return parts.joined(separator: "  ")
    }
}
