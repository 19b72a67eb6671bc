internal import Glibc
package import PannierCore
internal import PannierMirror

/// Where copies between two people's trees lie between their two steps: a folder for each, which only this user may look
/// into. All calls block.
package struct CopyStaging: Sendable {
    let root: LocalPath

    /// - Parameter root: absolute; it is made with the first copy, and nobody else keeps anything in it.
    package init(_ root: LocalPath) { self.root = root }

    package func folder(of copy: TransferID) -> LocalPath { root.appending(Array(copy.description.utf8)) }

    /// Makes a copy's folder, durable under its name, unless it is there.
    func make(for copy: TransferID) throws(Problem) {
        let folder = folder(of: copy)
        try PrivateFolder.make(root.description)
        try PrivateFolder.make(folder.description)
        do throws(LocalError) {
            for path in [folder.folder, root.folder].compactMap({ $0 }) {
                try Durability().file(try Descriptor.open(path, O_RDONLY | O_DIRECTORY))
            }
        } catch {
            throw error.writing(folder.description)
        }
    }

    /// Removes all that a copy has on this disk; nothing of it being there is no error.
    func remove(_ copy: TransferID) throws(Problem) { try remove(Array(copy.description.utf8)) }

    /// Removes what belongs to no copy that goes on.
    func sweep(keeping copies: Set<TransferID>) throws(Problem) {
        let kept = Set(copies.map { Array($0.description.utf8) })
        let all: [[UInt8]]
        do throws(LocalError) {
            var found: [[UInt8]] = []
            try Descriptor.open(root, O_RDONLY | O_DIRECTORY).eachChild { entry in
                found.append(entry.name)
                return true
            }
            all = found
        } catch  where error.code == ENOENT {
            return
        } catch {
            throw error.writing(root.description)
        }
        for name in all where !kept.contains(name) { try remove(name) }
    }

    private func remove(_ name: [UInt8]) throws(Problem) {
        do throws(LocalError) {
            try TreeRemoval.remove(name, in: try Descriptor.open(root, O_RDONLY | O_DIRECTORY))
        } catch  where error.code == ENOENT {
            // There are no copies at all.
            return
        } catch {
            throw error.writing(root.appending(name).description)
        }
    }
}
