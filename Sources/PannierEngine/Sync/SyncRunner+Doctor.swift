import Foundation
import PannierCore
import PannierMirror
import PannierTransfer

// What `doctor` looks at.
extension SyncRunner {
    /// Empty: there is no synced folder.
    func findings() async -> [Finding] {
        guard let state else { return [] }
        return [await folderFinding(state), Self.watchFinding(state), Self.verifiedFinding(state)]
            + (await Self.diskFindings(state))
    }

    /// None of a folder that is not there: another disk may answer for it.
    private static func diskFindings(_ state: SyncState) async -> [Finding] {
        if state.isLost { return [] }
        let folder = state.folder
        let look = { @Sendable () throws(Problem) -> Finding in Finding.disk(folder, for: "the synced folder") }
        return (try? await BlockingThread.run(look)).map { [$0] } ?? []
    }

    /// Whether the folder is the one that was chosen: it says so itself.
    private func folderFinding(_ state: SyncState) async -> Finding {
        if let problem = state.problem { return Finding(topic: "folder", verdict: .failure, text: problem.description) }
        let isChosen: Bool
        do throws(Problem) {
            guard let paired else { return Finding(topic: "folder", verdict: .failure, text: "none is chosen") }
            isChosen = try await Self.marker(at: paired.path) == paired.marker
        } catch {
            return Finding(topic: "folder", verdict: .failure, text: error.description)
        }
        guard isChosen else {
            return Finding(
                topic: "folder", verdict: .failure,
                text:
                    "\(state.folder) has not the marker of the one that was chosen: see pannier explain sync_folder_lost"
            )
        }
        return Self.folderFinding(of: state)
    }

    /// - Parameter state: of a folder that is the one that was chosen.
    static func folderFinding(of state: SyncState) -> Finding {
        if let refusal = state.refusal {
            return Finding(
                topic: "folder", verdict: .warning,
                text: "\(state.folder): the server refuses what is asked of it: \(refusal.description)")
        }
        let waits = state.problems + Int64(state.held)
        return Finding(
            topic: "folder", verdict: waits == 0 ? .ok : .warning,
            text: waits == 0
                ? "\(state.folder): \(state.words)"
                : "\(state.folder): \(waits == 1 ? "1 thing waits" : "\(Format.count(waits)) things wait") for you, "
                    + "pannier status lists them")
    }

    /// What is not watched because it cannot be read, no limit helps with.
    static func watchFinding(_ state: SyncState) -> Finding {
        guard state.unheard > 0 else {
            return Finding(
                topic: "watch", verdict: state.unwatched == 0 && !state.isLost ? .ok : .warning,
                text: state.watchWords)
        }
        let limit = Self.watchLimit.map { ", which is \($0)" } ?? ""
        return Finding(
            topic: "watch", verdict: .warning,
            text: "\(state.watchWords); raise fs.inotify.max_user_watches\(limit): sudo sysctl "
                + "fs.inotify.max_user_watches=1048576")
    }

    static func verifiedFinding(_ state: SyncState) -> Finding {
        guard let time = state.verifiedAt else {
            return Finding(topic: "verified", verdict: .warning, text: "both sides were never found to be the same yet")
        }
        let words = "last found to be the same at \(Format.minute(time))"
        // What has become of it since, nobody knows.
        return state.isLost
            ? Finding(topic: "verified", verdict: .warning, text: "\(words); now the folder is not there")
            : Finding(topic: "verified", verdict: .ok, text: words)
    }

    /// As the kernel has it; nil where it does not say.
    private static var watchLimit: String? {
        try? String(contentsOfFile: "/proc/sys/fs/inotify/max_user_watches", encoding: .utf8).filter(\.isNumber)
    }
}
