import Glibc
package import PannierCore
import PannierMirror
import PannierTransfer

/// Whether a disk can do what the synced folder needs, tried out once, when a folder is chosen: some network and FUSE disks
/// cannot rename without replacing or exchange, change names, or give a file another number with another name.
package struct TreeProbe {
    private let tree: any FileTree
    private let folder: TreePath
    private let disk: String

    /// Names that differ in upper and lower case, or in a spelling that looks the same.
    private static let first = Array("probe e\u{301}".utf8)
    private static let second = Array("Probe e\u{301}".utf8)
    private static let third = Array("probe \u{E9}".utf8)
    private static let moved = Array("probe".utf8)

    /// - Parameters:
    ///   - folder: of pannier's own; it must be there.
    ///   - disk: names it to the person: “/home/alice/Pannier (nfs)”.
    package init(_ tree: any FileTree, in folder: TreePath = OwnPart.name, disk: String) {
        self.tree = tree
        self.folder = folder
        self.disk = disk
    }

    /// Leaves nothing behind.
    /// - Throws: ``Problem`` `localWriteFailed` when the disk cannot, another one when it could not be tried out.
    package func run() throws(Problem) {
        do throws(LocalError) {
            try clear()
        } catch {
            throw error.writing(disk)
        }
        do throws(Problem) {
            try tryOut()
        } catch {
            // What is left over is cleared by the next probe.
            try? clear()
            throw error
        }
        do throws(LocalError) {
            try clear()
            try tree.sync([folder])
        } catch {
            throw error.writing(disk)
        }
    }

    private func tryOut() throws(Problem) {
        try write()
        try keepsNames()
        try refusesTakenName()
        try exchanges()
        try keepsIdentity()
    }

    private func path(_ name: [UInt8]) -> TreePath { folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name }

    private func clear() throws(LocalError) {
        for name in [Self.first, Self.second, Self.third, Self.moved] {
            do throws(LocalError) { try tree.removeFile(path(name)) } catch  where error.code == ENOENT {}
        }
    }

    private func write() throws(Problem) {
        do throws(LocalError) {
            for (byte, name) in [Self.first, Self.second, Self.third].enumerated() {
                try tree.write([UInt8(byte)], to: path(name))
            }
        } catch  where error.code == EILSEQ || error.code == EINVAL {
            throw unfit("does not keep names as they are")
        } catch {
            throw error.writing(disk)
        }
    }

    private func keepsNames() throws(Problem) {
        var found: Set<[UInt8]> = []
        do throws(LocalError) {
            try tree.list(folder) { name, _ in found.insert(name) }
        } catch {
            throw error.reading(disk)
        }
        guard found.isSuperset(of: [Self.first, Self.second, Self.third]), try holds(0, Self.first),
            try holds(1, Self.second), try holds(2, Self.third)
        else { throw unfit("does not keep names apart that differ in case or spelling alone") }
    }

    private func refusesTakenName() throws(Problem) {
        do throws(LocalError) {
            try tree.move(path(Self.first), to: path(Self.second))
        } catch  where error.code == EEXIST {
            return
        } catch {
            throw unfit("cannot rename without replacing", error)
        }
        throw unfit("cannot rename without replacing")
    }

    private func exchanges() throws(Problem) {
        do throws(LocalError) {
            try tree.exchange(path(Self.first), path(Self.second))
        } catch {
            throw unfit("cannot exchange two files at once", error)
        }
        guard try holds(1, Self.first), try holds(0, Self.second) else {
            throw unfit("cannot exchange two files at once")
        }
    }

    private func keepsIdentity() throws(Problem) {
        do throws(LocalError) {
            let before = try tree.status(path(Self.first))
            try tree.move(path(Self.first), to: path(Self.moved))
            let after = try tree.status(path(Self.moved))
            if let before, before.identity == after?.identity { return }
        } catch {
            throw unfit("cannot rename without replacing", error)
        }
        throw unfit("gives files other numbers when they are renamed")
    }

    private func holds(_ byte: UInt8, _ name: [UInt8]) throws(Problem) -> Bool {
        do throws(LocalError) {
            return try tree.read(path(name)) == [byte]
        } catch {
            throw error.reading(disk)
        }
    }

    private func unfit(_ what: String, _ error: LocalError? = nil) -> Problem {
        Problem(
            .localWriteFailed, "The disk of “\(disk)” \(what)\(error.map { ": \($0.words)" } ?? "").",
            detail: "Without it files could be lost, so it is not synchronised. Choose a folder on another disk.")
    }
}
