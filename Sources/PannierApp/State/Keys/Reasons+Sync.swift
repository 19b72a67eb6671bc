import PannierCore

// The synced folder.
extension Reasons {
    static let notSynced: Reason = { model in
        if model.link != .open { return noAgent(model) ?? "the agent is not there" }
        return model.sync == nil ? "no folder of this machine is one with My Files: :sync FOLDER" : nil
    }

    static let cannotKeep: Reason = { model in
        if let why = noTarget(model) ?? notSynced(model) { return why }
        return model.focused.path.space == .shared ? "what others share is not in the synced folder" : nil
    }

    static let nothingHeld: Reason = { model in
        if let why = notSynced(model) { return why }
        return model.sync?.held == 0 ? "no deletions wait" : nil
    }
}
