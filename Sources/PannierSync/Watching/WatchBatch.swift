import Glibc
import PannierMirror

/// One read of what the kernel has kept, turned into events.
struct WatchBatch {
    private(set) var events: [WatchEvent] = []

    /// - Parameter bytes: whole records of inotify(7).
    init(_ bytes: UnsafeRawBufferPointer, _ table: inout WatchTable) {
        var rest = bytes[...]
        let head = MemoryLayout<inotify_event>.size
        while rest.count >= head {
            let record = UnsafeRawBufferPointer(rebasing: rest)
            let event = record.loadUnaligned(as: inotify_event.self)
            let name = record[head..<min(head + Int(event.len), record.count)].prefix { $0 != 0 }
            take(event, Array(name), &table)
            rest = rest.dropFirst(head + Int(event.len))
        }
    }

    private mutating func take(_ event: inotify_event, _ name: [UInt8], _ table: inout WatchTable) {
        if event.mask & Self.bit(IN_Q_OVERFLOW) != 0 { return add(.overflow) }
        // Of a watch that was ended meanwhile there is still to be heard.
        guard let folder = table.folder(event.wd) else { return }
        if event.mask & Self.bit(IN_IGNORED) != 0 { return table.ended(event.wd) }
        if event.mask & (Self.bit(IN_DELETE_SELF) | Self.bit(IN_MOVE_SELF) | Self.bit(IN_UNMOUNT)) != 0 {
            return add(.itself(folder))
        }
        // Of a change of the folder's own date or rights its parent tells, by its name there.
        guard let change = Self.change(event), !name.isEmpty, name != OwnPart.name else { return }
        add(.name(name, change, in: folder))
    }

    /// A program that writes many small pieces says the same again and again.
    private mutating func add(_ event: WatchEvent) {
        if events.last != event { events.append(event) }
    }

    private static func change(_ event: inotify_event) -> NameChange? {
        let changes: [(Int32, NameChange)] = [
            (IN_CREATE, .made), (IN_DELETE, .removed), (IN_MODIFY, .written), (IN_CLOSE_WRITE, .closed),
            (IN_ATTRIB, .touched), (IN_MOVED_FROM, .movedAway(event.cookie)), (IN_MOVED_TO, .movedHere(event.cookie)),
        ]
        return changes.first { event.mask & bit($0.0) != 0 }?.1
    }

    private static func bit(_ flag: Int32) -> UInt32 { UInt32(bitPattern: flag) }

    /// What is to be heard of a folder. Files that have lost their name are nobody's.
    static let mask = [
        IN_CREATE, IN_DELETE, IN_MODIFY, IN_CLOSE_WRITE, IN_ATTRIB, IN_MOVED_FROM, IN_MOVED_TO, IN_DELETE_SELF,
        IN_MOVE_SELF, IN_ONLYDIR, IN_EXCL_UNLINK,
    ].reduce(0) { $0 | bit($1) }
}
