import PannierCore
import PannierMirror
import PannierTransfer

final class IgnoreCache: Sendable {
    init(_ tree: any FileTree) {}
    struct Rules {}
    func rules(for path: TreePath) throws(LocalError) -> Rules { Rules() }
}

extension FolderListing.Entry {
    init?(_ name: [UInt8], _ status: TreeStatus, in folder: TreePath, _ rules: IgnoreCache.Rules) {
        if folder.isEmpty, name == OwnPart.name { return nil }
        let kind: Kind
        switch status.kind {
        case .folder: kind = .folder
        case .file: kind = .file
        default: kind = .excluded
        }
        self.init(name: name, kind: (try? NodeName(bytes: name)) == nil ? .excluded : kind, status: status)
    }
}
