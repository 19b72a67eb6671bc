import PannierCore

// The synced folder.
extension Reasons {
    static let notSynced: Reason = { model in
        if model.link != .open { return noAgent(model) ?? "the agent is not there" }
        return model.sync == nil ? "no folder of this machine is one with My Files: :sync FOLDER" : nil
    }

    static let cannotKeep: Reason = { model in
        if let why = noTarget(model) ?? notSynced(model) { return why }
        let pane = model.focused
        if pane.path.space == .shared { return "what others share is not in the synced folder" }
        return pane.targets.count == 1 ? nil : "one at a time: \(pane.targets.count) are marked"
    }

    static let nothingHeld: Reason = { model in
        if let why = notSynced(model) { return why }
        return model.sync?.held == 0 ? "no deletions wait" : nil
    }
}
