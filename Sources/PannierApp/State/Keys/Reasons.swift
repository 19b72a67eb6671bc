import PannierCore

/// Why something cannot be done now, in words; nil when it can.
enum Reasons {
    typealias Reason = @Sendable (Model) -> SafeText?

    static let noRow: Reason = { $0.focused.window.total == 0 ? "there is nothing here" : nil }

    static let notOpen: Reason = { model in
        let pane = model.focused
        if pane.isOnParent { return nil }
        guard let row = pane.row else { return "there is nothing to open" }
        if pane.isTrash { return "\(SafeText(row.node.name)) lies in the trash: u takes it out" }
        return nil
    }

    static let noParent: Reason = { model in
        let pane = model.focused
        return pane.canLeave ? nil : "this is the top of \(pane.title)"
    }

    static let notAFile: Reason = { model in
        guard let row = model.focused.row else { return "there is no file under the cursor" }
        if model.focused.isTrash { return "\(SafeText(row.node.name)) lies in the trash: u takes it out" }
        return row.node.kind == .file ? nil : "\(SafeText(row.node.name)) is a folder: Enter opens it"
    }

    static let noVersions: Reason = { model in
        if let why = notAFile(model) { return why }
        let pane = model.focused
        guard pane.path.space == .shared, (pane.row?.role ?? pane.role) != .editor else { return nil }
        return "versions are shown to those who may change the file"
    }

    static let nothingSought: Reason = { $0.sought == nil ? "nothing was sought yet: / finds" : nil }

    static let nothingSoughtInText: Reason = { model in
        (model.top as? Preview)?.search == nil ? "nothing was sought in this text yet: / finds" : nil
    }

    static let noAgent: Reason = { model in
        [.open, .stopped].contains(model.link) ? nil : "the agent is not there yet; it is being started"
    }

    static let isSignedIn: Reason = { model in
        guard let account = model.status?.account else { return noAgent(model) }
        return "\(SafeText(account.email)) is signed in; pannier logout ends that"
    }

    // MARK: Changing

    /// New things, in the folder of the focused pane.
    static let cannotChangeHere: Reason = { model in
        let pane = model.focused
        if let why = notNow(model) { return why }
        if pane.isTrash { return "the trash takes only what is deleted" }
        return readOnly(pane.path, pane.role)
    }

    static let noTarget: Reason = { model in
        if model.focused.isTrash { return "in the trash: u takes out what is marked" }
        return model.focused.targets.isEmpty
            ? "nothing is marked, and there is no file under the cursor" : notNow(model)
    }

    /// What is marked, or under the cursor.
    static let cannotChange: Reason = { model in
        if let why = noTarget(model) { return why }
        let pane = model.focused
        if pane.path == .sharedWithMe { return "what others share is theirs to rename and move" }
        return readOnly(pane.path, pane.role)
    }

    static let cannotTrash: Reason = { model in
        let pane = model.focused
        if pane.path == .sharedWithMe { return noTarget(model) }
        return cannotChange(model)
    }

    static let cannotPaste: Reason = { model in
        guard let clipboard = model.clipboard else { return "nothing was copied or cut yet: y or x does" }
        if let why = cannotChangeHere(model) { return why }
        let pane = model.focused
        if clipboard.isCut, clipboard.paths.contains(where: { $0.parent == pane.path }) {
            return "that is where it is already"
        }
        return nil
    }

    static let notInTrash: Reason = { model in
        guard model.focused.isTrash else { return "this is not the trash: g t goes there" }
        return model.focused.targets.isEmpty ? "the trash is empty" : notNow(model)
    }

    static let cannotShare: Reason = { model in
        let pane = model.focused
        if let why = noTarget(model) { return why }
        guard pane.targets.count == 1 else { return "one at a time: \(pane.targets.count) are marked" }
        return pane.path.space == .shared ? "only its owner can share it" : nil
    }

    static let cannotUpload: Reason = { model in
        if model.focused.isTrash { return "not into the trash: g h goes to My Files" }
        return cannotChangeHere(model)
    }

    private static func notNow(_ model: Model) -> SafeText? {
        if model.link != .open { return "the agent is not there; it is being started" }
        return model.status?.account == nil ? "nobody is signed in: :sign-in" : nil
    }

    private static func readOnly(_ path: RemotePath, _ role: Role?) -> SafeText? {
        if path == .sharedWithMe { return "this is the list of what others share: open one of them" }
        guard path.space == .shared, role != .editor else { return nil }
        return "you may look here, but not change anything (your role is \(SafeText(role?.rawValue ?? "viewer")))"
    }

    // MARK: Files of this machine

    static let comesHere: Reason = { model in
        isDownload(model) ? "this is where it goes to: there is nothing to mark" : nil
    }

    static let costIsKnown: Reason = { model in
        isDownload(model) ? "what comes down is known: its size stands in the pane" : nil
    }

    private static func isDownload(_ model: Model) -> Bool { (model.top as? Picker)?.isUpload == false }

    // MARK: Transfers

    static let noTransfer: Reason = { model in
        model.transferUnderCursor == nil ? "there is no transfer here: I uploads, X downloads" : nil
    }

    /// What is to be paused, cancelled or moved in the queue.
    static let hasEnded: Reason = { model in
        guard let state = model.transferUnderCursor else { return noTransfer(model) }
        switch state.state {
        case .queued, .running, .paused, .retrying: return nil
        case .done, .cancelled: return "\(SafeText(state.title)) has ended; c clears it from the list"
        case .failed, .partlyFailed: return "\(SafeText(state.title)) has ended; r tries again what failed, L shows why"
        }
    }

    static let nothingFailed: Reason = { model in
        guard let state = model.transferUnderCursor else { return noTransfer(model) }
        switch state.state {
        case .failed, .partlyFailed, .paused, .retrying: return nil
        case .cancelled: return "it was cancelled; start it again from the pane"
        case .queued, .running, .done: return "nothing of it has failed"
        }
    }

    /// Something is told of it among the problems.
    @Sendable static func hasProblem(_ state: TransferState) -> Bool { state.troubles > 0 }

    static let nothingToPause: Reason = { model in
        model.transfers.counts.living > 0 ? nil : "no transfers are under way"
    }
}
