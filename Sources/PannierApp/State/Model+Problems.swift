import PannierCore

// What needs somebody, without the panel that lists it.
extension Model {
    /// How many problems there are: as many as the panel lists, or counts where it lists not all.
    package var problemCount: Int {
        var count = transfers.troubles
        if case .lost = link { count += 1 }
        if link == .open, status?.problem != nil { count += 1 }
        count += status?.conflictCount ?? 0
        if link == .open { count += syncTroubles }
        return count
    }

    /// What the first of those is about that the message line does not tell in full anyway.
    var firstTrouble: SafeText? {
        guard transfers.troubles > 0 else { return nil }
        return transfers.all.first { $0.state.troubles > 0 }.map { SafeText($0.state.title) }
    }
}

extension Row {
    /// Somebody has to say which of its contents shall stay. What lies in the trash asks nobody.
    var hasConflicts: Bool { node.trashedAt == nil && node.content?.conflicts ?? 0 > 0 }
}

extension TransferState {
    /// What of it stands among the problems: itself, and each of its files and folders that failed. What somebody has
    /// cancelled needs nobody.
    var troubles: Int {
        guard state != .cancelled else { return 0 }
        return (ownProblem == nil ? 0 : 1) + Int(clamping: filesFailed) + Int(clamping: foldersFailed)
    }

    /// What is wrong with the transfer as a whole; where its one file failed, that stands there already.
    var ownProblem: Problem? {
        filesTotal <= 1 && filesFailed + foldersFailed > 0 ? nil : problem
    }
}
