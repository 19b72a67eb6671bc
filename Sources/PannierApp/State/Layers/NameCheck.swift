package import PannierCore

/// Which names of what comes down are there already in a folder of this machine. Nothing is ever replaced there, so it
/// is known before anything is fetched.
package struct NameCheck: Sendable {
    package struct Source: Sendable, Hashable {
        package let path: RemotePath
        package let isFolder: Bool
        package let size: Int64

        init(_ row: Row, at path: RemotePath) {
            self.path = path
            isFolder = row.node.kind == .folder
            size = row.node.content?.size ?? 0
        }

        package var name: String { path.name?.text ?? "" }
    }

    package let sources: [Source]
    /// What stands there under the name of a source, by its place among them.
    package private(set) var taken: [Int: LocalRow] = [:]
    /// Names that were seen there while looking for the first one: its own, and those that are like it.
    private var names: Set<[UInt8]> = []
    private var folder: LocalPath?
    /// Counts what was asked: an answer about another folder comes too late.
    private var number = 0
    private var unanswered: Set<Int> = []

    init(_ sources: [Source]) { self.sources = sources }

    /// Names that are looked for; of more sources only the first are.
    package static let namesAtMost = 32
    /// Rows that are looked through for one name: what is like it comes along.
    private static let rows = 200

    // MARK: Asking

    /// Tags of its questions begin here and go down.
    private static let firstTag = -2
    static func knows(tag: Int) -> Bool { tag <= firstTag }

    /// What to ask when this folder is shown.
    mutating func asks(in folder: LocalPath) -> [Intent] {
        guard folder != self.folder, !sources.isEmpty else { return [] }
        forget()
        self.folder = folder
        let indices = sources.indices.prefix(Self.namesAtMost)
        unanswered = Set(indices)
        return indices.map { ask(for: sources[$0].name, in: folder, index: $0) }
    }

    /// Whether a name of one's own is free: the answer is ``Answer/own``.
    mutating func ask(forOwn path: LocalPath) -> [Intent] {
        guard let folder = path.folder else { return [] }
        // An answer about a name that was typed before comes too late.
        number += 1
        return [ask(for: ByteText.text(of: path.lastComponent), in: folder, index: Self.namesAtMost)]
    }

    private func ask(for name: String, in folder: LocalPath, index: Int) -> Intent {
        let listing = LocalListing(folder: folder, filter: RowFilter(letters: name))
        let tag = Self.firstTag - number * (Self.namesAtMost + 1) - index
        return .ask(.listLocal(listing, start: 0, limit: Self.rows), tag: tag)
    }

    /// The link has gone, or another folder is shown.
    mutating func forget() {
        (folder, taken, names, unanswered) = (nil, [:], [], [])
        number += 1
    }

    // MARK: Answers

    enum Answer {
        /// Of the names of the sources; the last one has come where ``NameCheck/isOver`` says so.
        case theirs
        case own(Result<[LocalRow], Problem>)
        case tooLate
    }

    mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int) -> Answer {
        let (asked, index) = (Self.firstTag - tag).quotientAndRemainder(dividingBy: Self.namesAtMost + 1)
        guard asked == number else { return .tooLate }
        let rows: Result<[LocalRow], Problem> = answer.map { reply in
            if case .localRows(let page) = reply { page.rows } else { [] }
        }
        guard index < Self.namesAtMost else { return .own(rows) }
        unanswered.remove(index)
        // A folder that cannot be read says so itself.
        guard case .success(let found) = rows else { return .theirs }
        let name = Array(sources[index].name.utf8)
        taken[index] = found.first { $0.path.lastComponent == name }
        if index == 0 { names = Set(found.map(\.path.lastComponent)) }
        return .theirs
    }

    /// Whether all that was asked of this folder has been answered.
    package func isOver(in folder: LocalPath) -> Bool { self.folder == folder && unanswered.isEmpty }

    /// Of a folder that is there a folder gets what is missing in it; anything else can only come under another name.
    package var needsName: Bool {
        guard sources.count == 1, let there = taken[0] else { return false }
        return !(sources[0].isFolder && there.isFolder)
    }

    /// `notes (2).md`: like the first source's name, and not among those that were seen.
    package var freeName: String {
        let name = sources.first?.name ?? ""
        let dot =
            sources.first?.isFolder == false ? name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? $0 : nil } : nil
        let (stem, ending) = (name[..<(dot ?? name.endIndex)], name[(dot ?? name.endIndex)...])
        let number = (2...names.count + 2).first { !names.contains(Array("\(stem) (\($0))\(ending)".utf8)) } ?? 2
        return "\(stem) (\(number))\(ending)"
    }
}
