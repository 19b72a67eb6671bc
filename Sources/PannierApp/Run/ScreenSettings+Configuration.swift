import PannierCore
package import PannierSettings

extension ScreenSettings {
    /// What a person's files say, as the screen takes it; what they name that there is not becomes a problem to show.
    package init(_ configuration: Configuration) {
        let settings = configuration.settings
        theme = configuration.themeName
        hidesDotFiles = !settings.hidden
        order = RowOrder(RowOrder.Key(rawValue: settings.sort.rawValue) ?? .name, isReversed: settings.reverse)
        asksBeforeTrash = settings.confirmTrash
        showsFunctionKeys = settings.functionKeys
        keymap = Keymap.standard.changed(by: configuration.keymap)
        let actions = Set(Action.allCases.map(\.rawValue))
        let contexts = Set(Context.allCases.map(\.rawValue))
        problems = (configuration.faults + configuration.keymap.faults(actions: actions, contexts: contexts))
            .map(\.safeText)
    }
}

extension Keymap {
    /// - Parameter file: entries of actions or contexts that there are not are passed over.
    func changed(by file: KeymapFile) -> Keymap {
        var keymap = self
        if let replace = file.replace {
            for context in Context.allCases { keymap.unbindAll(in: context) }
            for entry in replace { keymap.add(entry, winning: true) }
        }
        // The first of two entries for the same keys counts.
        for entry in file.prepend.reversed() { keymap.add(entry, winning: true) }
        for entry in file.append { keymap.add(entry, winning: false) }
        return keymap
    }

    private mutating func add(_ entry: KeymapFile.Entry, winning: Bool) {
        guard let action = Action(rawValue: entry.action) else { return }
        for context in Context.allCases where entry.context.map({ $0 == context.rawValue }) ?? true {
            if !winning, case .nothing = match(entry.keys, in: context) {} else if !winning { continue }
            bind(entry.keys, to: action, in: context)
        }
    }
}
