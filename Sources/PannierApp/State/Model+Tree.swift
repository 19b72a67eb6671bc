import PannierCore
import PannierScreen

// Changing the tree: what the panes choose, as commands for the agent.
extension Model {
    mutating func change(_ action: Action) -> [Effect]? {
        switch action {
        case .newFolder: open(Prompt.newFolder(in: focused.path))
        case .rename: rename()
        case .copyToOther: return copyToOther()
        case .yank, .cut: take(isCut: action == .cut)
        case .paste: return paste()
        case .trash: return trash()
        case .restore: return restore()
        case .share: open(ShareDialog(focused.targets[0], at: focused.targetPaths[0]))
        case .upload: open(Picker.upload(to: focused.path.meantAsFolder, from: surroundings.folder))
        case .download:
            let sources = zip(focused.targets, focused.targetPaths).map { NameCheck.Source($0, at: $1) }
            open(Picker.download(sources, to: surroundings.folder))
        default: return nil
        }
        return []
    }

    private mutating func rename() {
        let (paths, nodes) = (focused.targetPaths, focused.targets.map(\.node.id))
        open(paths.count == 1 ? Prompt.rename(paths[0], nodes) : Prompt.move(paths, nodes, from: focused.path))
    }

    private mutating func copyToOther() -> [Effect] {
        let other = otherPane
        guard !other.isTrash, other.path != .sharedWithMe else {
            notice = Notice("the other pane shows no folder that takes copies; y copies, p pastes")
            return []
        }
        return copy(focused.targetPaths, focused.targets.map(\.node.id), to: other.path)
    }

    private mutating func copy(_ paths: [RemotePath], _ nodes: [NodeID], to folder: RemotePath) -> [Effect] {
        let things = Words.things(paths.count, paths[0])
        // What others share goes by way of this machine.
        let shared = paths.count { $0.space == .shared }
        let which: SafeText = shared == paths.count ? "" : "what others share is "
        let deed = Deed(
            "\(things) copied to \(SafeText(folder))",
            begun: "\(things) \(paths.count > 1 ? "are" : "is") copied: \(which)fetched, then sent by this machine",
            count: paths.count)
        notice = Notice("copying to \(SafeText(folder))")
        return [begin(.copy(sources: paths, target: folder, as: .folder, expected: nodes), deed)]
    }

    private mutating func take(isCut: Bool) {
        let paths = focused.targetPaths
        clipboard = Clipboard(paths: paths, nodes: focused.targets.map(\.node.id), isCut: isCut)
        panes[focus].clearMarks()
        let verb: SafeText = isCut ? "cut" : "copied"
        notice = Notice("\(Words.things(paths.count, paths[0])) \(verb): p puts it where you go")
    }

    private mutating func paste() -> [Effect] {
        guard let clipboard else { return [] }
        let folder = focused.path
        guard clipboard.isCut else { return copy(clipboard.paths, clipboard.nodes, to: folder) }
        let words: SafeText = "\(Words.things(clipboard.paths.count, clipboard.paths[0])) moved to \(SafeText(folder))"
        var deed = Deed(words, count: clipboard.paths.count, seek: clipboard.paths[0].name)
        deed.pasted = clipboard
        return [
            begin(.move(sources: clipboard.paths, target: folder, as: .folder, expected: clipboard.nodes), deed)
        ]
    }

    /// In Shared With Me it gives up one's own access, which is asked first: only the owner can give it back.
    private mutating func trash() -> [Effect] {
        let paths = focused.targetPaths
        if focused.path == .sharedWithMe {
            open(Question.leave(focused.targets[0], at: paths[0]))
            return []
        }
        if paths.count > 1 || focused.targets[0].node.kind == .folder || settings.asksBeforeTrash {
            open(Question.trash(focused.targets, at: paths))
            return []
        }
        let nodes = focused.targets.map(\.node.id)
        let words: SafeText =
            "\(Words.things(paths.count, paths[0])) put into the trash: g t shows it, u there takes it out"
        // On to the next one: a second press is not meant for the same.
        panes[focus].move(by: 1)
        return [begin(.trash(paths: paths, expected: nodes), Deed(words, count: paths.count))]
    }

    private mutating func restore() -> [Effect] {
        let rows = focused.targets
        let deed = Deed("\(Format.count(Int64(rows.count))) things taken out of the trash", count: rows.count)
        return [begin(.restore(nodes: rows.map(\.node.id)), deed)]
    }
}

// MARK: - Marking what is not held

/// Rows that are being read only to be marked.
struct MarkCollection: Sendable {
    var isInverting: Bool
    /// Rows of the listing to take, counted from its start; nil: all.
    var range: Range<Int>?
    var listing: Listing?
    var seen = 0
    var old: Marks?
}

extension Model {
    mutating func markRange() -> [Effect] {
        guard let range = panes[focus].markRange() else { return [] }
        return collect(MarkCollection(isInverting: false, range: range), paneAt: focus)
    }

    mutating func collect(_ collection: MarkCollection, paneAt index: Int) -> [Effect] {
        var collection = collection
        collection.listing = panes[index].asked
        if collection.isInverting {
            collection.old = panes[index].marks
            panes[index].clearMarks()
        }
        return [next(collection, after: nil, paneAt: index)]
    }

    private mutating func next(_ collection: MarkCollection, after key: RowKey?, paneAt index: Int) -> Effect {
        let listing = collection.listing ?? panes[index].asked
        return ask(
            .list(listing, after: key, limit: Limits.pageRows), for: .marks(pane: index, collection))
    }

    mutating func collect(
        _ collection: MarkCollection, _ result: Result<EngineReply, Problem>, paneAt index: Int
    ) -> [Effect] {
        guard case .success(.rows(let page)) = result else {
            if case .failure(let problem) = result { notice = Notice(problem) }
            return []
        }
        // Somebody has gone elsewhere meanwhile.
        guard panes[index].asked == collection.listing else { return [] }
        var collection = collection
        var rows = page.rows[...]
        if let range = collection.range {
            rows = rows.dropFirst(max(0, range.lowerBound - collection.seen))
                .prefix(max(0, range.upperBound - max(range.lowerBound, collection.seen)))
        }
        collection.seen += page.rows.count
        panes[index].marks.add(collection.old.map { old in rows.filter { !old.holds($0) } } ?? Array(rows))
        let isOver = collection.range.map { collection.seen >= $0.upperBound } ?? false
        if let key = page.next, !isOver { return [next(collection, after: key, paneAt: index)] }
        return []
    }
}
