import PannierMirror
import PannierTransfer
import Synchronization

/// The file that is being read and has not come to its end. What is read of it counts as long as nothing changes it.
final class PartlyRead: Sendable {
    private let file = Mutex<(local: LocalID, reading: any TreeReading)?>(nil)

    /// Reads on, from the beginning where another file was read before.
    /// - Parameter bytes: at most so many; what was read is taken from it.
    func next(
        _ local: LocalID, at path: TreePath, in tree: any FileTree, _ bytes: inout Int
    ) throws(LocalError) -> TreeReadingStep {
        let known = file.withLock { file in
            defer { file = nil }
            return file?.local == local ? file?.reading : nil
        }
        let reading = if let known { known } else { try tree.reading(of: path) }
        let step = try reading.next(&bytes)
        if step == .more { file.withLock { $0 = (local, reading) } }
        return step
    }
}
