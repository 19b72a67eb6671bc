import Glibc
package import PannierCore
package import PannierSync
package import PannierTransfer

// What no right process does; for those that are wrong on purpose.
extension SimulatedTree {
    /// As ``fill(_:_:modified:isExecutable:)``, and nothing of it is durable.
    package func fillWithoutSync(_ path: TreePath, _ bytes: [UInt8], modified: Nanoseconds) throws(LocalError) {
        try meanwhile()
        let place = try place(named: path)
        var object = place.object ?? ObjectID(number: 0)
        if place.object == nil { asPannier { object = disk.add(.file, at: place.slot) } }
        disk.edit(object) { ($0.bytes, $0.modified) = (bytes, modified) }
        try note(path, place)
    }

    /// Writes into the file that stands there, half of it first.
    package func overwrite(_ path: TreePath, _ bytes: [UInt8]) throws(LocalError) {
        for count in [bytes.count / 2, bytes.count] {
            try meanwhile()
            guard let object = try place(named: path).object, let old = disk.objects[object] else {
                throw LocalError(ENOENT)
            }
            let new = Array(bytes.prefix(count))
            let part = DiskChange.Part(
                path: path, old: .init(bytes: old.state.bytes, isDurable: false),
                new: .init(bytes: new, isDurable: true))
            disk.watchChanges(DiskChange(isByPannier: true, parts: [part]))
            disk.edit(object) { $0.bytes = new }
        }
    }

    /// Renames over whatever stands at the target.
    package func moveOver(_ path: TreePath, to target: TreePath) throws(LocalError) {
        try meanwhile()
        let (from, to) = (try place(named: path), try place(named: target))
        try asPannier { () throws(LocalError) in try disk.rename(from, to, .replace) }
        try note(path, from)
        try note(target, to)
    }
}
