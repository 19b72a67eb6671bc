package import PannierCore
package import PannierMirror

/// What one look at a folder of the disk has found; complete, or it would not be there.
package struct FolderListing: Sendable {
    package struct Entry: Sendable {
        package enum Kind: Int64, Sendable {
            case folder = 0
            case file = 1
            /// Never synchronised, or ignored; its name is taken all the same.
            case excluded = 2
        }

        package var name: [UInt8]
        package var kind: Kind
        package var status: TreeStatus
        /// Why it is excluded, where somebody should know.
        package var problem: Problem?
        /// The same in one word.
        package var leftOut: LeftOut?

        package init(
            name: [UInt8], kind: Kind, status: TreeStatus, problem: Problem? = nil, leftOut: LeftOut? = nil
        ) {
            self.name = name
            self.kind = kind
            self.status = status
            self.problem = problem
            self.leftOut = leftOut
        }
    }

    package let folder: LocalID
    /// In the order of their names' bytes.
    package let entries: [Entry]
    /// Names of what is still being written: what is known of them stays as it is.
    package var busy: Set<[UInt8]>
    /// The folder was made a moment ago: what is left out of this look may be what was known in one that it has replaced.
    package let isBeingFilled: Bool

    package init(folder: LocalID, entries: [Entry], busy: Set<[UInt8]> = [], isBeingFilled: Bool = false) {
        self.folder = folder
        self.entries = entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        self.busy = busy
        self.isBeingFilled = isBeingFilled
    }
}
