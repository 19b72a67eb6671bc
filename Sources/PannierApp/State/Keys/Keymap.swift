package import PannierScreen

/// All tables of keys, with the person's own changes.
package struct Keymap: Sendable {
    /// What keys lead to.
    package enum Match: Sendable {
        case action(Binding)
        /// More keys may follow.
        case prefix
        case nothing
    }

    private var tables: [Context: [Binding]]

    package static let standard = Keymap(
        tables: Dictionary(uniqueKeysWithValues: Context.allCases.map { ($0, Bindings.table(of: $0)) }))

    package func bindings(in context: Context) -> [Binding] { tables[context] ?? [] }

    package func match(_ keys: [Key], in context: Context) -> Match {
        let table = bindings(in: context)
        if let binding = table.first(where: { $0.keys.contains(keys) }) { return .action(binding) }
        let isPrefix = table.contains { $0.keys.contains { $0.count > keys.count && $0.starts(with: keys) } }
        return isPrefix ? .prefix : .nothing
    }

    /// The bindings that go on after these keys, each with its last keys.
    package func continuations(of keys: [Key], in context: Context) -> [(keys: [Key], binding: Binding)] {
        bindings(in: context).flatMap { binding in
            binding.keys.filter { $0.count > keys.count && $0.starts(with: keys) }
                .map { (Array($0.dropFirst(keys.count)), binding) }
        }
    }

    // MARK: The person's own

    /// The keys lead to the action, whatever they did before.
    package mutating func bind(_ keys: [Key], to action: Action, in context: Context) {
        guard let index = tables[context]?.firstIndex(where: { $0.action == action }) else { return }
        unbind(keys, in: context)
        guard let binding = tables[context]?[index] else { return }
        tables[context]?[index] = binding.bound(to: [keys] + binding.keys)
    }

    /// The keys lead nowhere; nor does what they were a prefix of, or what was a prefix of them.
    package mutating func unbind(_ keys: [Key], in context: Context) {
        tables[context] = tables[context]?.map { binding in
            binding.bound(to: binding.keys.filter { !$0.starts(with: keys) && !keys.starts(with: $0) })
        }
    }

    /// No keys lead anywhere, but for those without which nobody could leave.
    mutating func unbindAll(in context: Context) {
        tables[context] = tables[context]?.map { binding in
            [.leave, .back].contains(binding.action) ? binding : binding.bound(to: [])
        }
    }

    /// All keys of an action but these are forgotten.
    package mutating func rebind(_ action: Action, to keys: [Key], in context: Context) {
        unbind(keys, in: context)
        tables[context] = tables[context]?.map { $0.action == action ? $0.bound(to: [keys]) : $0 }
    }
}
